import { basename, resolve } from 'node:path';
import type { KeyOption } from '../attestation/trusted-keys.ts';
import { isProjectName } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import { isPylockName } from '../lock-source/index.ts';
import { ATTRIBUTE_NAMES, type AttributeName } from '../model.ts';
import { printable, withoutUserinfo } from '../printable.ts';
import { REPORT_FORMATS } from '../report/index.ts';

/** One command-line option: the single source of the parser, the help texts and the README's help block. */
export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  readonly alias?: string;
  /** May be given several times. */
  readonly array?: boolean;
  /** The value's name in help. */
  readonly placeholder?: string;
  /** What the value can be, or begin with, for a shell to complete. */
  readonly choices?: readonly string[];
  readonly describe: string;
  readonly group: string;
  /** Still understood, not shown. */
  readonly hidden?: boolean;
}

const formats: readonly string[] = REPORT_FORMATS.map((format) => format.id);

const RECORDING = 'What is recorded:';
const CHECKING = 'What is checked, and how:';
const NETWORK = 'Network and cache:';
const OUTPUT = 'Output:';

const DEFAULT_HISTORY = 3;

/** What `--format` is, of a command with these formats. */
export function describeFormats(names: readonly string[], standard = names[0]): string {
  return `Format of the report on stdout: ${names.join(', ')} [default: ${standard}]`;
}

export const DEFAULT_PROVENANCE_FILE = '.provenance.txt';

/** The attribute sets that `--pin` takes, beside `none`. */
export const PIN_CHOICES = ['ids', 'workflow', 'environment', 'ref', 'trigger', 'runner', 'builder'] as const;

/** What a check takes, and all that checks on its way. */
export const CHECK_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  'lock-path': {
    type: 'string',
    alias: 'L',
    array: true,
    placeholder: 'PATH',
    group: CHECKING,
    describe: 'Read this lock instead of running pip lock; repeatable',
  },
  only: {
    type: 'string',
    array: true,
    placeholder: 'GROUP',
    group: CHECKING,
    describe:
      'Of a lock, check only what this group or extra needs (`default`: the project itself); repeatable',
  },
  strict: {
    type: 'boolean',
    group: CHECKING,
    describe: 'Fail for unsigned packages too [STRICT=1]',
  },
  'provenance-file': {
    type: 'string',
    placeholder: 'PATH',
    group: CHECKING,
    describe: 'The provenance file [FILENAME; default: .provenance.txt]',
  },
  'config-path': { type: 'string', hidden: true, group: CHECKING, describe: 'Same as --provenance-file' },
  base: {
    type: 'string',
    placeholder: 'REV',
    group: CHECKING,
    describe:
      'Fail for what passes only by entries that this git revision does not have (`auto`: where this branch left the default one)',
  },
  allow: {
    type: 'string',
    array: true,
    placeholder: 'NAME',
    group: CHECKING,
    describe: 'The entries of this package may differ from those of the base; repeatable',
  },
  'trusted-root': {
    type: 'string',
    placeholder: 'tuf|embedded|FILE',
    choices: ['tuf', 'embedded'],
    group: CHECKING,
    describe: "Sigstore's trusted root [default: tuf]",
  },
  key: {
    type: 'string',
    array: true,
    placeholder: '[NAME=]FILE',
    group: CHECKING,
    describe:
      'A public key (PEM) for what is signed without a certificate, if it is of the package or index NAME; repeatable',
  },
  tofu: {
    type: 'boolean',
    group: RECORDING,
    describe: 'Trust on first use: record who signed packages that have no entry yet [TOFU=1]',
  },
  pin: {
    type: 'string',
    placeholder: 'LIST',
    choices: ['none', ...PIN_CHOICES],
    group: RECORDING,
    describe: `Attributes to record: none, or any of ${PIN_CHOICES.join(',')} [default: ids]`,
  },
  accept: {
    type: 'string',
    array: true,
    placeholder: 'NAME',
    group: RECORDING,
    describe: 'Replace the entries of this package with what is verified now; repeatable',
  },
  'accept-unsigned': {
    type: 'boolean',
    group: RECORDING,
    describe: 'With --tofu: record unsigned packages as acknowledged',
  },
  history: {
    type: 'string',
    placeholder: 'N',
    group: RECORDING,
    describe: 'Earlier releases to look at behind each new entry, for the report [default: 3]',
  },
  receipts: {
    type: 'string',
    placeholder: 'FILE',
    group: RECORDING,
    describe: 'Keep evidence of each verified file (JSON lines), and warn when it drifts',
  },
  'attestations-from': {
    type: 'string',
    placeholder: 'URL',
    group: NETWORK,
    describe: 'Take provenance from this index (a mirror may not serve any), e.g. https://pypi.org/simple',
  },
  offline: {
    type: 'boolean',
    group: NETWORK,
    describe: 'No network at all: needs a lock; provenance from the cache',
  },
  'cache-dir': { type: 'string', placeholder: 'DIR', group: NETWORK, describe: 'Where to cache' },
  'no-cache': { type: 'boolean', group: NETWORK, describe: 'Neither read nor write the cache' },
  concurrency: {
    type: 'string',
    placeholder: 'N',
    group: NETWORK,
    describe: 'Requests at once [default: 32]',
  },
  format: {
    type: 'string',
    placeholder: 'NAME',
    choices: formats,
    group: OUTPUT,
    describe: describeFormats(formats, 'text; in a GitHub job, github after it'),
  },
  report: {
    type: 'string',
    array: true,
    placeholder: 'NAME=PATH',
    choices: formats.map((format) => `${format}=`),
    group: OUTPUT,
    describe: 'Also write the report in this format to a file; repeatable',
  },
  output: {
    type: 'string',
    alias: 'o',
    placeholder: 'FILE',
    group: OUTPUT,
    describe: 'When the check has passed, write the lock here, with its attestation-identities',
  },
  quiet: {
    type: 'boolean',
    alias: 'q',
    group: OUTPUT,
    describe: "No progress, neither ours nor pip's; warnings stay",
  },
  verbose: { type: 'boolean', alias: 'v', group: OUTPUT, describe: 'Show every file and its evidence' },
  help: { type: 'boolean', alias: 'h', group: OUTPUT, describe: 'Show this help' },
  version: { type: 'boolean', group: OUTPUT, describe: 'Show the version' },
};

/** What is for one command alone. */
const OTHER_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  port: {
    type: 'string',
    placeholder: 'N',
    group: NETWORK,
    describe: 'Port of the loopback interface to listen on [default: one that is free]',
  },
};

/** Every option of every command: a name means the same wherever it is taken. Each command names those that it takes. */
export const OPTIONS: Readonly<Record<string, OptionSpec>> = { ...CHECK_OPTIONS, ...OTHER_OPTIONS };

/** What the command line and the environment ask for, checked. */
export interface Settings {
  readonly lockPaths: readonly string[];
  /** Groups and extras of the locks; everything when empty. */
  readonly only: readonly string[];
  /** Passed to `pip lock` as they stand and in their order. */
  readonly pipArgs: readonly string[];
  /** What to run, and its arguments, of a command that runs a program; empty for none. */
  readonly program: readonly string[];
  readonly tofu: boolean;
  readonly strict: boolean;
  readonly provenanceFile: string;
  /** The git revision whose entries count. */
  readonly base: string | undefined;
  /** Names whose entries may differ from it, as given. */
  readonly allow: readonly string[];
  readonly trustedRoot: string;
  readonly keys: readonly KeyOption[];
  readonly pins: readonly AttributeName[];
  readonly accept: readonly string[];
  readonly acceptUnsigned: boolean;
  /** How many earlier releases are looked at, behind what is new. */
  readonly history: number;
  readonly receipts: string | undefined;
  readonly attestationsFrom: string | undefined;
  readonly offline: boolean;
  readonly cacheDir: string | undefined;
  readonly cache: boolean;
  readonly concurrency: number | undefined;
  /** 0 for one that is free. */
  readonly port: number;
  readonly format: string;
  /** Whether annotations follow the report: where a GitHub runner reads stdout, and no format was asked for. */
  readonly annotate: boolean;
  readonly reports: readonly { readonly format: string; readonly path: string }[];
  readonly output: string | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Values as the parser leaves them, by option name. */
export type ParsedOptions = Readonly<Record<string, unknown>>;

/**
 * Splits a command line into our options and what is for other programs, the latter untouched and in its order. Only an exact
 * option name is ours (no abbreviations, which could shadow an option that pip has or gets); `--` ends ours, and what follows
 * it is told apart.
 */
export function splitArguments(argv: readonly string[]): {
  readonly ours: readonly string[];
  readonly pipArgs: readonly string[];
  readonly afterEnd: readonly string[];
} {
  const ours: string[] = [];
  const pipArgs: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? '';
    if (arg === '--') return { ours, pipArgs, afterEnd: argv.slice(i + 1) };
    const option = ourOption(arg);
    if (option === undefined) {
      pipArgs.push(arg);
    } else if (option.spec.type === 'boolean') {
      // `--strict=yes` must not mean less than `--strict`.
      if (option.value !== undefined) throw inputError('usage', `\`--${option.name}\` takes no value`);
      ours.push(`--${option.name}`);
    } else {
      const value = option.value ?? argv[++i];
      refuseForgotten(arg, option, value);
      ours.push(`--${option.name}=${value}`);
    }
  }
  return { ours, pipArgs, afterEnd: [] };
}

/**
 * An option without a value, with another of ours in its place, which must not get lost, or with an empty one: of a variable
 * that is not set, of which the parser would leave nothing beside other values.
 */
function refuseForgotten(
  arg: string,
  { spec: { placeholder = 'VALUE' }, value: own }: OurOption,
  value: string | undefined,
): asserts value is string {
  const isTaken =
    own === undefined && value !== undefined && (value === '--' || ourOption(value) !== undefined);
  if (value === undefined || value === '' || isTaken)
    throw inputError('usage', `\`${arg.replace(/=$/, '')}\` needs a value (\`${placeholder}\`)`);
}

interface OurOption {
  readonly name: string;
  readonly spec: OptionSpec;
  readonly value?: string;
}

/**
 * Refuses an option that is ours and says nothing to this command: ignored, it would seem to have been heeded.
 *
 * @throws ProvpinError, exit code 2
 */
export function refuseForeignOptions(
  ours: readonly string[],
  { name, options }: { readonly name: string; readonly options: readonly string[] },
): void {
  const foreign = ours
    .map((arg) => /^--([a-z-]+)/.exec(arg)?.[1] ?? arg)
    .find((option) => !options.includes(option) && option !== 'help' && option !== 'version');
  if (foreign === undefined) return;
  const command = name === '' ? 'provpin' : `provpin ${name}`;
  throw inputError('usage', `\`${command}\` does not take \`--${foreign}\``, [
    `\`${command} --help\` shows what it takes`,
  ]);
}

function ourOption(arg: string): OurOption | undefined {
  const long = /^--([a-z-]+)(?:=(.*))?$/s.exec(arg);
  if (long !== null) {
    const [, name = '', value] = long;
    const spec = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    return spec && { name, spec, ...(value === undefined ? {} : { value }) };
  }
  const short = /^-([A-Za-z])(.*)$/s.exec(arg);
  const found = short && Object.entries(OPTIONS).find(([, spec]) => spec.alias === short[1]);
  if (!short || !found) return undefined;
  const [name, spec] = found;
  const rest = short[2] ?? '';
  if (rest === '') return { name, spec };
  return spec.type === 'boolean' ? undefined : { name, spec, value: rest };
}

/**
 * Checks parsed options and the environment (`TOFU`, `STRICT`, `FILENAME`).
 *
 * @throws ProvpinError, exit code 2, for a combination or value that cannot mean anything
 */
export function toSettings(
  parsed: ParsedOptions,
  pipArgs: readonly string[],
  env: NodeJS.ProcessEnv,
  {
    formats: known,
    program = [],
  }: { readonly formats?: readonly string[]; readonly program?: readonly string[] } = {},
): Settings {
  const tofu = flag(parsed, 'tofu') || environmentFlag(env, 'TOFU');
  const settings: Settings = {
    lockPaths: distinctPaths(strings(parsed, 'lock-path')),
    only: strings(parsed, 'only'),
    pipArgs,
    program,
    tofu,
    strict: flag(parsed, 'strict') || environmentFlag(env, 'STRICT'),
    provenanceFile:
      text(parsed, 'provenance-file') ??
      text(parsed, 'config-path') ??
      (env['FILENAME'] || DEFAULT_PROVENANCE_FILE),
    base: text(parsed, 'base'),
    allow: strings(parsed, 'allow').map(parseAllowed),
    trustedRoot: text(parsed, 'trusted-root') ?? 'tuf',
    keys: strings(parsed, 'key').map(parseKey),
    pins: parsePins(text(parsed, 'pin') ?? 'ids'),
    accept: strings(parsed, 'accept'),
    acceptUnsigned: flag(parsed, 'accept-unsigned'),
    history: parseWhole('history', text(parsed, 'history'), [0, 100]) ?? DEFAULT_HISTORY,
    receipts: text(parsed, 'receipts'),
    attestationsFrom: text(parsed, 'attestations-from'),
    offline: flag(parsed, 'offline'),
    cacheDir: text(parsed, 'cache-dir'),
    cache: !flag(parsed, 'no-cache'),
    concurrency: parseWhole('concurrency', text(parsed, 'concurrency'), [1, 256]),
    port: parseWhole('port', text(parsed, 'port'), [0, 65_535]) ?? 0,
    format: parseFormat(text(parsed, 'format') ?? 'text', '--format', known),
    annotate: text(parsed, 'format') === undefined && env['GITHUB_ACTIONS'] === 'true',
    reports: strings(parsed, 'report').map(parseReport),
    output: parseOutput(text(parsed, 'output')),
    quiet: flag(parsed, 'quiet'),
    verbose: flag(parsed, 'verbose'),
  };
  refuseContradictions(settings);
  return settings;
}

function refuseContradictions(settings: Settings): void {
  if (settings.pipArgs.includes('')) {
    throw inputError('usage', 'an argument is empty: of a variable that is not set?');
  }
  if (settings.acceptUnsigned && !settings.tofu) {
    throw inputError('usage', '`--accept-unsigned` records, and only a TOFU run records', [
      'add `--tofu` (or `TOFU=1`)',
    ]);
  }
  if (settings.offline && !settings.cache) {
    throw inputError('usage', '`--offline` with `--no-cache` leaves nowhere to take provenance from');
  }
  if (settings.base !== undefined && (settings.tofu || settings.accept.length > 0)) {
    throw inputError('usage', '`--base` judges what a change says, and a run that records changes it', [
      'record first, then check with `--base`',
    ]);
  }
  refuseSharedFiles(settings);
}

/** Of two that are written to one file only the last is left, and a report in the place of the provenance file is no policy. */
function refuseSharedFiles({ provenanceFile, receipts, output, reports }: Settings): void {
  const written: readonly (readonly [option: string, path: string | undefined])[] = [
    ['--provenance-file', provenanceFile],
    ['--receipts', receipts],
    ['--output', output],
    ...reports.map(({ path }) => ['--report', path] as const),
  ];
  const owners = new Map<string, string>();
  for (const [option, path] of written) {
    if (path === undefined) continue;
    const owner = owners.get(resolve(path));
    if (owner !== undefined) {
      throw inputError('usage', `\`${owner}\` and \`${option}\` name the same file, \`${path}\``, [
        'give each its own file',
      ]);
    }
    owners.set(resolve(path), option);
  }
}

function flag(parsed: ParsedOptions, name: string): boolean {
  return parsed[name] === true;
}

function text(parsed: ParsedOptions, name: string): string | undefined {
  const value = parsed[name];
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  if (last === '') throw inputError('usage', `\`--${name}\` needs a value`);
  return typeof last === 'string' ? last : undefined;
}

function strings(parsed: ParsedOptions, name: string): readonly string[] {
  const value = parsed[name];
  const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (all.includes('')) throw inputError('usage', `\`--${name}\` needs a value`);
  return all.filter((item) => typeof item === 'string');
}

/** A lock that is given twice is one lock, and its packages count once. */
function distinctPaths(paths: readonly string[]): readonly string[] {
  return [...new Map(paths.toReversed().map((path) => [resolve(path), path])).values()].toReversed();
}

/** `1` is on, as it always was; anything but `0` and empty is refused, since a gate that is off by a typing error is no gate. */
function environmentFlag(env: NodeJS.ProcessEnv, name: string): boolean {
  const value = env[name] ?? '';
  if (value === '1') return true;
  if (value === '' || value === '0') return false;
  throw inputError(
    'usage',
    `the environment variable \`${name}\` is \`${value}\`, and can be \`0\` or \`1\``,
  );
}

function parsePins(list: string): readonly AttributeName[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) throw inputError('usage', `\`--pin ${list}\` has a name that is empty`);
  if (names.length === 1 && names[0] === 'none') return [];
  const pinned = new Set<string>();
  for (const name of names) {
    if (!(PIN_CHOICES as readonly string[]).includes(name)) {
      throw inputError('usage', `\`--pin\` does not know \`${name}\``, [
        `use \`none\`, or any of \`${PIN_CHOICES.join(',')}\``,
      ]);
    }
    for (const attribute of name === 'ids' ? ['repository-id', 'owner-id'] : [name]) pinned.add(attribute);
  }
  return ATTRIBUTE_NAMES.filter((name) => pinned.has(name));
}

/** What is bound to something says so before the first `=`. */
function parseKey(value: string): KeyOption {
  const [, name, file = ''] = /^(?:([^=]*)=)?(.*)$/s.exec(value) ?? [];
  if (name === '' || file === '') {
    throw inputError(
      'usage',
      `\`--key ${printable(withoutUserinfo(value), 200)}\` is not of the form \`[NAME=]FILE\``,
    );
  }
  return name === undefined ? { file } : { name, file };
}

function parseWhole(
  name: string,
  value: string | undefined,
  [least, most]: readonly [number, number],
): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (/^[0-9]+$/.test(value) && number >= least && number <= most) return number;
  throw inputError('usage', `\`--${name}\` takes a whole number from ${least} to ${most}`);
}

function parseAllowed(name: string): string {
  if (isProjectName(name)) return name;
  throw inputError('usage', `\`--allow ${name}\` is not the name of a package`);
}

function parseReport(value: string): { readonly format: string; readonly path: string } {
  const [, format = '', path = ''] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
  if (path === '') throw inputError('usage', `\`--report ${value}\` is not of the form \`NAME=PATH\``);
  return { format: parseFormat(format, '--report'), path };
}

/** No tool reads a lock by PEP 751 under another name; and stdout is for the report. */
function parseOutput(path: string | undefined): string | undefined {
  if (path === undefined || isPylockName(basename(path))) return path;
  throw inputError('usage', `\`--output ${path}\` is not the name of a lock (PEP 751)`, [
    'name it `pylock.toml`, or e.g. `pylock.dev.toml`',
  ]);
}

function parseFormat(name: string, option: string, known = formats): string {
  if (known.includes(name)) return name;
  throw inputError('usage', `\`${option}\` does not know the format \`${name}\``, [
    `formats: \`${known.join('`, `')}\``,
  ]);
}
