/**
 * The command line of `provpin install`: a part of it is for `pip lock`, a part for `pip install`, and some is for both.
 */
import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import { readPipDefaults, type PipEnvironment } from './configuration.ts';
import { COMMON_OPTIONS, REQUIREMENT_OPTIONS } from './lock-arguments.ts';
import { groupArguments, installOptions, lockOptions, type ArgumentGroup } from './options.ts';

/** The arguments, told apart by who gets them; each list in the user's order. */
export interface InstallArguments {
  /** For `pip lock`: what to resolve, and how. */
  readonly lock: readonly string[];
  /** For `pip install`: nothing that names a package. */
  readonly install: readonly string[];
  /** Whether sdists are to be built with what is installed, and not with what an index serves meanwhile. */
  readonly noBuildIsolation: boolean;
  /** Whether it does not matter which versions of Python something is for. */
  readonly ignoresPython: boolean;
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
  const isGiven = (option: string) =>
    groups.some(({ options }) => options.some(({ name }) => name === option));
  return {
    lock: groups.filter(({ lock }) => lock).flatMap(({ texts }) => texts),
    install: groups.filter(({ install }) => install).flatMap(({ texts }) => texts),
    noBuildIsolation: isGiven('--no-build-isolation'),
    ignoresPython: isGiven('--ignore-requires-python'),
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

/**
 * The interpreter that `pip install` is to install for, where that is not the one that it runs with.
 *
 * @param args those for `pip install`
 */
export function targetPython(args: readonly string[], environment: PipEnvironment): string | undefined {
  const given = groupArguments(args, installOptions())
    .flatMap(({ options }) => options)
    .findLast(({ name }) => name === '--python')?.value;
  return given ?? readPipDefaults(args, environment, 'install').get('--python');
}
