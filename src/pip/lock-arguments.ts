/**
 * What a command line of `pip lock` names, and what of it says how to resolve that.
 */
import { groupArguments, INDEX_OPTIONS, lockOptions } from './options.ts';

/** What means the same to `pip lock` and `pip install`, whatever there is to lock or to install. */
export const COMMON_OPTIONS: ReadonlySet<string> = new Set([
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

/** Options that say what is to be installed, as a name does. */
export const REQUIREMENT_OPTIONS = ['--editable', '--group', '--requirement', '--requirements-from-script'];

/** The first argument of each kind, if any. */
export interface LockArguments {
  /** Names something to lock; so does what is not known here, as far as anybody can tell. */
  readonly naming: string | undefined;
  /** Says how to resolve: nothing would look at it where a lock is read. */
  readonly resolving: string | undefined;
}

/** Tells the arguments of `pip lock` apart that are for it alone. */
export function readLockArguments(args: readonly string[]): LockArguments {
  const own = groupArguments(args, lockOptions()).filter(
    ({ options }) => options.length === 0 || options.some(({ name }) => !COMMON_OPTIONS.has(name)),
  );
  const isNaming = ({ options }: (typeof own)[number]) =>
    options.length === 0 || options.some(({ name }) => REQUIREMENT_OPTIONS.includes(name));
  return {
    naming: own.find(isNaming)?.texts[0],
    resolving: own.find((group) => !isNaming(group))?.texts[0],
  };
}
