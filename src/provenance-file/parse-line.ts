import { isProjectName, normalizeName, normalizeVersion } from '../distribution-filename.ts';
import type { AttributeName, Attributes, Entry } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';
import { printable } from '../printable.ts';
import { decodeAttributeValue, encodeAttributeValue, isAttributeValue } from './attribute-value.ts';
import { isEntryIdentity } from './entry-identity.ts';

/** Enough for the longest name, version and identity, with every attribute at its longest. */
const MAX_LENGTH = 20_000;
/** Wider than any column. What is behind more is out of sight, or begins a line of its own where a terminal breaks them. */
const MAX_BLANKS = 100;
const TOO_MANY_BLANKS = new RegExp(` {${MAX_BLANKS + 1}}`);
const TAB = ' '.repeat(8);
const COMMENT = /(?:^|[ \t])#.*$/;
const NAMES = [...ATTRIBUTE_NAMES, 'until'] as const;

/** What is wrong with a line. `parse.ts` knows where the line is, and makes the error of it. */
export interface LineProblem {
  readonly problem: string;
  readonly hint?: string;
}

/** What a line holds; no entry for a comment or a blank line. */
export type ParsedLine = { readonly entry?: Omit<Entry, 'line'> } | LineProblem;

/**
 * Reads one line: `name[==version] identity [key=value …] [# comment]`, columns apart by spaces and tabs.
 *
 * @param text without its ending; hostile
 */
export function parseLine(text: string): ParsedLine {
  if (text.length > MAX_LENGTH) return { problem: `the line is longer than ${MAX_LENGTH} characters` };
  if (TOO_MANY_BLANKS.test(text.replaceAll('\t', TAB))) {
    return {
      problem: `there are more than ${MAX_BLANKS} blanks in a row`,
      hint: 'what is behind them is easily overlooked: take them away',
    };
  }
  const hidden = findUnprintable(text);
  if (hidden !== undefined) return { problem: hidden };
  const [requirement, identity, ...attributes] = text
    .replace(COMMENT, '')
    .split(/[ \t]+/)
    .filter(Boolean);
  if (requirement === undefined) return {};
  if (identity === undefined) {
    return {
      problem: `${quoted(requirement)} has no identity`,
      hint: 'a line is: name  identity  [key=value ...]',
    };
  }
  return parseColumns(requirement, identity, attributes);
}

function parseColumns(requirement: string, identity: string, attributes: readonly string[]): ParsedLine {
  const named = parseRequirement(requirement);
  if ('problem' in named) return named;
  if (!isEntryIdentity(identity)) {
    return {
      problem: `${quoted(identity)} is not an identity`,
      hint: 'an identity is `https://HOST/OWNER/REPOSITORY`, `mailto:ADDRESS`, `key:sha256:` with 64 hex digits, or `unsigned`',
    };
  }
  const parsed = parseAttributes(attributes, identity);
  return 'problem' in parsed ? parsed : { entry: { ...named, identity, ...parsed } };
}

function parseRequirement(text: string): { readonly name: string; readonly version?: string } | LineProblem {
  const [name = '', ...versions] = text.split('==');
  if (!isProjectName(name)) return { problem: `${quoted(name)} is not a package name` };
  const [version] = versions;
  if (version === undefined) return { name: normalizeName(name) };
  if (versions.length > 1 || normalizeVersion(version) === undefined) {
    return { problem: `${quoted(versions.join('=='))} is not a version` };
  }
  return { name: normalizeName(name), version };
}

function parseAttributes(
  columns: readonly string[],
  identity: string,
): Pick<Entry, 'attributes' | 'until'> | LineProblem {
  const values = new Map<(typeof NAMES)[number], string>();
  for (const column of columns) {
    const parsed = parseAttribute(column);
    if ('problem' in parsed) return parsed;
    if (values.has(parsed.name)) return { problem: `${quoted(parsed.name)} is given twice` };
    if ((parsed.name === 'until') !== (identity === 'unsigned')) {
      return { problem: `${quoted(parsed.name)} does not go with ${quoted(identity)}` };
    }
    values.set(parsed.name, parsed.value);
  }
  const until = values.get('until');
  const attributes: Attributes = Object.fromEntries([...values].filter(([name]) => name !== 'until'));
  return { attributes, ...(until === undefined ? {} : { until }) };
}

function parseAttribute(
  column: string,
): { readonly name: (typeof NAMES)[number]; readonly value: string } | LineProblem {
  const equals = column.indexOf('=');
  const spelledName = equals === -1 ? column : column.slice(0, equals);
  const name = NAMES.find((known) => known === spelledName);
  if (name === undefined || equals === -1) {
    return {
      problem: `${quoted(column)} is not an attribute`,
      hint: `an attribute is key=value, with one of these keys: ${NAMES.join(', ')}`,
    };
  }
  const spelled = column.slice(equals + 1);
  const value = decodeAttributeValue(spelled);
  if (value === undefined) return badSpelling(name, spelled);
  const expected = expectation(name, value);
  return expected === undefined ? { name, value } : { problem: `${quoted(column)}: ${expected}` };
}

function badSpelling(name: string, spelled: string): LineProblem {
  const problem = `${quoted(spelled)} is not a value of ${quoted(name)}`;
  if (!isAttributeValue(spelled)) return { problem };
  const literal = encodeAttributeValue(spelled);
  return {
    problem,
    hint: `\`#\`, \`%\`, white space and non-ASCII characters are written as %XX: \`${literal}\``,
  };
}

/** What the value should have been, when it is not. */
function expectation(name: AttributeName | 'until', value: string): string | undefined {
  if (name === 'until' && !isDate(value)) return 'it must be a date, YYYY-MM-DD';
  const isId = name === 'repository-id' || name === 'owner-id';
  return isId && !/^[0-9]+$/.test(value) ? 'it must be a decimal number' : undefined;
}

/** Whether text is a day of the (proleptic Gregorian) calendar, as ISO 8601 writes it. */
function isDate(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** What a reader would not see as it is; without the text around it, since this may not be a provenance file at all, but a secret. */
function findUnprintable(text: string): string | undefined {
  const untabbed = text.replaceAll('\t', ' ');
  const shown = printable(untabbed, Infinity);
  if (shown === untabbed) return undefined;
  const seen = Array.from(shown);
  const characters = Array.from(untabbed);
  const at = characters.findIndex((character, index) => character !== seen[index]);
  const character = characters[at] ?? '';
  if (character === '#') return `column ${at + 1} begins a command to a CI runner (\`##[\`)`;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `column ${at + 1} is an unprintable character, U+${code}`;
}

function quoted(text: string): string {
  return `\`${printable(text, 200).replaceAll('`', "'")}\``;
}
