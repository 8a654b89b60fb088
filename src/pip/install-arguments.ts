/**
 * The command line of `provpin install`: a part of it is for `pip lock`, a part for `pip install`, and some is for both.
 */
import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import { readPipDefaults, type PipEnvironment } from './configuration.ts';
import { groupArguments, INDEX_OPTIONS, installOptions, lockOptions, type ArgumentGroup } from './options.ts';

/** What means the same to both, beside the options that say where files come from. */
const COMMON_OPTIONS: ReadonlySet<string> = new Set([
  ...INDEX_OPTIONS,
  '--check-build-dependencies',
  '--config-settings',
  '--debug',
  '--disable-pip-version-check',
  '--exists-action',
  '--ignore-requires-python',
  '--log',
  '--no-build-isolation',
  '--no-cache-dir',
  '--no-clean',
  '--no-color',
  '--no-python-version-warning',
  '--progress-bar',
  '--python',
  '--quiet',
  '--require-virtualenv',
  '--resume-retries',
  '--use-deprecated',
  '--use-feature',
  '--use-pep517',
  '--verbose',
]);

/** What has `pip install` install more than it is told to, when it stands in pip's configuration. */
const REQUIREMENT_OPTIONS = ['--editable', '--group', '--requirement', '--requirements-from-script'];

/** The arguments, told apart by who gets them; each list in the user's order. */
export interface InstallArguments {
  /** For `pip lock`: what to resolve, and how. */
  readonly lock: readonly string[];
  /** For `pip install`: nothing that names a package. */
  readonly install: readonly string[];
  /** Those of `lock` that say where files come from, which go with a lock that is there already. */
  readonly places: readonly string[];
  /** The first argument that only `pip lock` gets, if any. */
  readonly lockOnly?: string;
  /** Whether sdists are to be built with what is installed, and not with what an index serves meanwhile. */
  readonly noBuildIsolation: boolean;
}

/**
 * Tells arguments for `pip lock` from those for `pip install`. What is not known to be for both, or for `pip install`, is for
 * `pip lock`: it resolves, and nothing but what it resolved is installed.
 *
 * @throws ProvpinError, exit code 2, for one-letter options of different commands in one argument, and for an option that
 *   lacks its value, and would take one of ours for it
 */
export function splitInstallArguments(args: readonly string[]): InstallArguments {
  const isForLock = lockOptions();
  const groups = groupArguments(args, installOptions()).map((group) => ({
    ...group,
    ...audienceOf(group, (name) => !isForLock.has(name)),
  }));
  const lockOnly = groups.find(({ install }) => !install)?.texts[0];
  return {
    lock: groups.filter(({ lock }) => lock).flatMap(({ texts }) => texts),
    install: groups.filter(({ install }) => install).flatMap(({ texts }) => texts),
    places: groups
      .filter(({ options }) => options.length > 0 && options.every(({ name }) => INDEX_OPTIONS.has(name)))
      .flatMap(({ texts }) => texts),
    ...(lockOnly === undefined ? {} : { lockOnly }),
    noBuildIsolation: groups.some(({ options }) =>
      options.some(({ name }) => name === '--no-build-isolation'),
    ),
  };
}

function audienceOf(
  { texts, options, isCut }: ArgumentGroup,
  isInstallOnly: (name: string) => boolean,
): { readonly lock: boolean; readonly install: boolean } {
  if (isCut) throw inputError('usage', `\`${printable(texts[0] ?? '', 200)}\` needs a value`);
  const own = options.filter(({ name }) => isInstallOnly(name));
  if (own.length > 0 && own.length < options.length) {
    throw inputError('usage', `\`${printable(texts[0] ?? '', 200)}\` is more than one option`, [
      'write each by itself: `-q -U`',
    ]);
  }
  const isCommon = options.length > 0 && options.every(({ name }) => COMMON_OPTIONS.has(name));
  return { lock: own.length === 0, install: own.length > 0 || isCommon };
}

/**
 * Refuses pip settings (`PIP_REQUIREMENT`, `pip.conf`) that add requirements to every `pip install`: pip would install these
 * beside what has been checked.
 *
 * @param args those for `pip install`
 * @throws ProvpinError, exit code 2
 */
export function refuseConfiguredRequirements(args: readonly string[], environment: PipEnvironment): void {
  const defaults = readPipDefaults(args, environment, 'install');
  const option = REQUIREMENT_OPTIONS.find((name) => defaults.has(name));
  if (option === undefined) return;
  throw inputError(
    'pip-configuration',
    `pip's configuration has \`${option.slice('--'.length)}\` for \`pip install\``,
    [
      `only what has been checked is installed: give \`${option}\` as an argument, and not by \`PIP_*\` or a configuration file`,
    ],
  );
}
