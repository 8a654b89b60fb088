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

/** The formats of a check's report. */
export const CHECK_FORMATS: readonly string[] = REPORT_FORMATS.map((format) => format.id);

const RECORDING = 'What is recorded:';
const CHECKING = 'What is checked, and how:';
const NETWORK = 'Network and cache:';
const OUTPUT = 'Output:';

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
    choices: CHECK_FORMATS,
    group: OUTPUT,
    describe: describeFormats(CHECK_FORMATS, 'text; in a GitHub job, github after it'),
  },
  report: {
    type: 'string',
    array: true,
    placeholder: 'NAME=PATH',
    choices: CHECK_FORMATS.map((format) => `${format}=`),
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
