/**
 * The command lines of `pip lock` and `pip install`, as far as one has to know them to find the options that say where files
 * come from, and to tell what is for which.
 * Reads it as Python's optparse does: `--option value`, `--option=value`, unambiguous beginnings of long options,
 * `-ivalue`, clusters of short flags, and `--` as the end.
 */
/** Options in all their spellings; the first name is the one that is reported. */
type OptionTable = readonly (readonly [long: string, ...others: string[]])[];

/** Those of `pip lock` that take a value, nearly all of which `pip install` has as well. */
const VALUE_OPTIONS: OptionTable = [
  ['--all-releases'],
  ['--build-constraint'],
  ['--cache-dir'],
  ['--cert'],
  ['--client-cert'],
  ['--config-settings', '-C'],
  ['--constraint', '-c'],
  ['--editable', '-e'],
  ['--exists-action'],
  ['--extra-index-url'],
  ['--find-links', '-f'],
  ['--group'],
  ['--index-url', '--pypi-url', '-i'],
  ['--keyring-provider'],
  ['--log', '--log-file', '--local-log'],
  ['--no-binary'],
  ['--only-binary'],
  ['--only-final'],
  ['--output', '-o'],
  ['--progress-bar'],
  ['--proxy'],
  ['--python'],
  ['--refresh-package'],
  ['--requirement', '-r'],
  ['--requirements-from-script'],
  ['--resume-retries'],
  ['--retries'],
  ['--src', '--source', '--source-dir', '--source-directory'],
  ['--timeout', '--default-timeout'],
  ['--trusted-host'],
  ['--uploaded-prior-to'],
  ['--use-deprecated'],
  ['--use-feature'],
];

const FLAGS: OptionTable = [
  ['--check-build-dependencies'],
  ['--debug'],
  ['--disable-pip-version-check'],
  ['--help', '-h'],
  ['--ignore-requires-python'],
  ['--isolated'],
  ['--no-build-isolation'],
  ['--no-cache-dir'],
  ['--no-clean'],
  ['--no-color'],
  ['--no-deps', '--no-dependencies'],
  ['--no-index'],
  ['--no-input'],
  ['--no-proxy-env'],
  ['--no-python-version-warning'],
  ['--no-require-hashes'],
  ['--only-deps', '--only-dependencies'],
  ['--pre'],
  ['--prefer-binary'],
  ['--quiet', '-q'],
  ['--require-hashes'],
  ['--require-virtualenv', '--require-venv'],
  ['--use-pep517'],
  ['--verbose', '-v'],
  ['--version', '-V'],
];

/** What `pip install` takes and `pip lock` does not: where packages go, and how. */
const INSTALL_VALUE_OPTIONS: OptionTable = [
  ['--prefix'],
  ['--root'],
  ['--root-user-action'],
  ['--target', '-t'],
  ['--upgrade-strategy'],
];

const INSTALL_FLAGS: OptionTable = [
  ['--break-system-packages'],
  ['--compile'],
  ['--dry-run'],
  ['--force-reinstall'],
  ['--ignore-installed', '-I'],
  ['--no-compile'],
  ['--no-user'],
  ['--no-warn-conflicts'],
  ['--no-warn-script-location'],
  ['--upgrade', '-U'],
  ['--user'],
];

/** An option as it stands on the command line, under its full name; `value` is empty for a flag. */
export interface PipOption {
  readonly name: string;
  readonly value: string;
}

interface KnownOption {
  readonly name: string;
  readonly takesValue: boolean;
}

export type KnownOptions = ReadonlyMap<string, KnownOption>;

/** The options of `pip lock`, by every spelling. */
export function lockOptions(): KnownOptions {
  return new Map([...optionsOf(VALUE_OPTIONS, true), ...optionsOf(FLAGS, false)]);
}

/** The options of `pip install` and `pip lock`, by every spelling. */
export function installOptions(): KnownOptions {
  const own = [...optionsOf(INSTALL_VALUE_OPTIONS, true), ...optionsOf(INSTALL_FLAGS, false)];
  return new Map([...lockOptions(), ...own]);
}

function optionsOf(table: OptionTable, takesValue: boolean): (readonly [string, KnownOption])[] {
  return table.flatMap((spellings) =>
    spellings.map((spelling) => [spelling, { name: spellings[0], takesValue }] as const),
  );
}

/** The full name of a long option of pip, from any of its spellings; undefined for one that is not known here. */
export function canonicalLongOption(spelling: string): string | undefined {
  return lockOptions().get(spelling)?.name;
}

/** The options of a pip command line, in its order. What is not known is skipped, as a flag. */
export function parsePipOptions(args: readonly string[]): PipOption[] {
  return groupArguments(args, lockOptions()).flatMap(({ options }) => options);
}

/** All that a pip command line names: values with their options, and what belongs to none under its own name. */
export function namedValues(args: readonly string[]): PipOption[] {
  return groupArguments(args, installOptions()).flatMap(({ texts, options }) =>
    options.length > 0
      ? options.filter(({ value }) => value !== '')
      : texts.map((text) => ({ name: text, value: text })),
  );
}

/** What says where files come from and how to get there; the same options mean the same when pip does not run. */
export const INDEX_OPTIONS: ReadonlySet<string> = new Set([
  '--cert',
  '--client-cert',
  '--extra-index-url',
  '--find-links',
  '--index-url',
  '--isolated',
  '--keyring-provider',
  '--no-index',
  '--no-input',
  '--no-proxy-env',
  '--proxy',
  '--retries',
  '--timeout',
  '--trusted-host',
]);

/** The arguments of a pip command line that say anything else than where files come from, names and unknown ones too. */
export function argumentsForPipAlone(args: readonly string[]): string[] {
  return groupArguments(args, lockOptions()).flatMap(({ texts: [text = ''], options }) =>
    options.length > 0 && options.every(({ name }) => INDEX_OPTIONS.has(name)) ? [] : [text],
  );
}

/** The option, if any, that a pip command line ends with and whose value is missing: pip would take what follows for it. */
export function optionWithoutValue(args: readonly string[]): string | undefined {
  return groupArguments(args, lockOptions()).find(({ isCut }) => isCut)?.texts[0];
}

/** An argument with the options that it is, none for anything else. The value of an option belongs to it. */
export interface ArgumentGroup {
  readonly texts: readonly string[];
  readonly options: readonly PipOption[];
  /** Whether the command line ends before the value of its option. */
  readonly isCut: boolean;
}

/** The arguments of a pip command line with what they are, in its order. What is not known is no option. */
export function groupArguments(args: readonly string[], known: KnownOptions): ArgumentGroup[] {
  const groups: ArgumentGroup[] = [];
  let ended = false;
  for (let at = 0; at < args.length; at += 1) {
    const text = args[at] ?? '';
    const start = at;
    ended ||= text === '--';
    const found = ended ? [] : readArgument(text, known);
    const options = found.map(({ option, value }) => {
      if (!option.takesValue) {
        return { name: option.name, value: '' };
      }
      if (value !== undefined) {
        return { name: option.name, value };
      }
      at += 1;
      return { name: option.name, value: args[at] ?? '' };
    });
    groups.push({ texts: args.slice(start, at + 1), options, isCut: at >= args.length });
  }
  return groups;
}

function readArgument(text: string, known: KnownOptions): Occurrence[] {
  return text.startsWith('--') ? readLong(text, known) : readShort(text, known);
}

interface Occurrence {
  readonly option: KnownOption;
  /** Absent when the value, if any, is the next argument. */
  readonly value?: string;
}

function readLong(arg: string, known: KnownOptions): Occurrence[] {
  const equals = arg.indexOf('=');
  const spelling = equals === -1 ? arg : arg.slice(0, equals);
  const candidates = new Map(
    [...known].filter(([name]) => name.startsWith(spelling)).map(([, option]) => [option.name, option]),
  );
  const option = known.get(spelling) ?? (candidates.size === 1 ? [...candidates.values()][0] : undefined);
  if (option === undefined) {
    return [];
  }
  return [equals === -1 ? { option } : { option, value: arg.slice(equals + 1) }];
}

function readShort(arg: string, known: KnownOptions): Occurrence[] {
  const found: Occurrence[] = [];
  for (let at = 1; arg.startsWith('-') && at < arg.length; at += 1) {
    const option = known.get(`-${arg.charAt(at)}`);
    if (option === undefined) {
      return found;
    }
    if (option.takesValue) {
      const value = arg.slice(at + 1);
      return [...found, value === '' ? { option } : { option, value }];
    }
    found.push({ option });
  }
  return found;
}
