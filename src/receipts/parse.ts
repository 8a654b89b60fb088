import { normalizeName } from '../distribution-filename.ts';
import { inputError, jsonProblemOf, type ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';
import { OPTIONAL_MEMBERS, REQUIRED_MEMBERS, type Receipt } from './contract.ts';
import { formatReceipt } from './format.ts';

const MAX_CHARACTERS = 64 * 1024 * 1024;
const MAX_LINES = 200_000;
const MAX_VALUE_CHARACTERS = 2_000;

const TIME = {
  pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  form: 'a time such as 2026-01-31T12:00:00.000Z',
} as const;

/** What each member that has a form must look like; the others are any text. */
const FORMS: Readonly<Record<string, { readonly pattern: RegExp; readonly form: string }>> = {
  sha256: { pattern: /^[0-9a-f]{64}$/, form: '64 lower-case hex digits' },
  signedAt: TIME,
  builtAt: TIME,
  'log.keyId': { pattern: /^[A-Za-z0-9+/]+={0,2}$/, form: 'base64' },
  'log.index': { pattern: /^\d{1,20}$/, form: 'a decimal number in quotes' },
};

const MEMBERS: ReadonlySet<string> = new Set([...REQUIRED_MEMBERS, 'signedAt', 'log', ...OPTIONAL_MEMBERS]);

/**
 * Parses a receipts file (docs/receipts.md). Blank lines and the order of lines mean nothing.
 *
 * @param text hostile
 * @param source what errors call the file
 * @throws ProvpinError, exit code 2, that names source and line: for the first line that is not a receipt, or that says the same
 *   as an earlier one
 */
export function parseReceipts(text: string, source: string): readonly Receipt[] {
  if (text.length > MAX_CHARACTERS) {
    throw inputError('receipts', `\`${printable(source)}\` is longer than ${MAX_CHARACTERS} characters`);
  }
  const lines = text.split('\n').map((line) => line.trim());
  if (lines.length > MAX_LINES + 1) {
    throw inputError('receipts', `\`${printable(source)}\` has more than ${MAX_LINES} lines`);
  }
  const numbered = lines.flatMap((line, index) => {
    const place = { source, line: index + 1 };
    return line === '' ? [] : [{ receipt: parseLine(line, place), place }];
  });
  refuseDuplicates(numbered);
  return numbered.map(({ receipt }) => receipt);
}

interface Place {
  readonly source: string;
  readonly line: number;
}

function problem({ source, line }: Place, what: string, cause?: unknown): ProvpinError {
  return inputError(
    'receipts',
    `\`${printable(source)}:${line}\`: ${what}`,
    ['restore the file from version control, or delete the line: it is evidence, and no verdict rests on it'],
    cause,
  );
}

function parseLine(line: string, place: Place): Receipt {
  const members = parseObject(line, place);
  const unknown = Object.keys(members).find((name) => !MEMBERS.has(name));
  if (unknown !== undefined) throw problem(place, `\`${printable(unknown, 100)}\` is no member of a receipt`);
  const text = (name: string): string => requiredText(members, name, place);
  const receipt: Receipt = {
    package: text('package'),
    version: text('version'),
    file: text('file'),
    predicateType: text('predicateType'),
    sha256: text('sha256'),
    identity: text('identity'),
    ...(Object.hasOwn(members, 'signedAt') ? { signedAt: text('signedAt') } : {}),
    ...logOf(members, place),
    ...Object.fromEntries(
      OPTIONAL_MEMBERS.filter((name) => Object.hasOwn(members, name)).map((name) => [name, text(name)]),
    ),
  };
  if (receipt.package !== normalizeName(receipt.package)) {
    throw problem(place, '`package` is not a normalised name (PEP 503)');
  }
  return receipt;
}

type Members = Readonly<Record<string, unknown>>;

function parseObject(line: string, place: Place): Members {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw problem(place, `not JSON (${printable(jsonProblemOf(error), 200)})`, error);
  }
  if (!isObject(value)) throw problem(place, 'not a JSON object');
  return value;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function logOf(members: Members, place: Place): Pick<Receipt, 'log'> {
  if (!Object.hasOwn(members, 'log')) return {};
  const { log } = members;
  if (!isObject(log) || Object.keys(log).toSorted().join() !== 'index,keyId') {
    throw problem(place, '`log` is not an object of `keyId` and `index`');
  }
  const dotted = { 'log.keyId': log['keyId'], 'log.index': log['index'] };
  return {
    log: {
      keyId: requiredText(dotted, 'log.keyId', place),
      index: requiredText(dotted, 'log.index', place),
    },
  };
}

function requiredText(members: Members, name: string, place: Place): string {
  const value = members[name];
  if (!Object.hasOwn(members, name)) throw problem(place, `\`${name}\` is missing`);
  if (typeof value !== 'string' || value === '') throw problem(place, `\`${name}\` is not a text`);
  if (value.length > MAX_VALUE_CHARACTERS) throw problem(place, `\`${name}\` is too long`);
  const form = FORMS[name];
  if (form !== undefined && !form.pattern.test(value))
    throw problem(place, `\`${name}\` is not ${form.form}`);
  if (form === TIME && Number.isNaN(Date.parse(value)))
    throw problem(place, `\`${name}\` is no time that there is`);
  return value;
}

function refuseDuplicates(numbered: readonly { readonly receipt: Receipt; readonly place: Place }[]): void {
  const first = new Map<string, number>();
  for (const { receipt, place } of numbered) {
    const text = formatReceipt(receipt);
    const earlier = first.get(text);
    if (earlier !== undefined) throw problem(place, `this says the same as line ${earlier}`);
    first.set(text, place.line);
  }
}
