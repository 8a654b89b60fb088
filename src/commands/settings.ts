import { resolve } from 'node:path';
import type { KeyOption } from '../attestation/trusted-keys.ts';
import { inputError } from '../errors.ts';
import type { AttributeName } from '../model.ts';
import {
  parseAllowed,
  parseFormat,
  parseKey,
  parseOutput,
  parsePins,
  parseReport,
  parseWhole,
} from './option-values.ts';
import { DEFAULT_PROVENANCE_FILE } from './options.ts';

const DEFAULT_HISTORY = 3;

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
    reports: strings(parsed, 'report').map((value) => parseReport(value, known)),
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
