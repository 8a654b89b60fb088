import { inputError } from '../errors.ts';
import { planInstall, selectForEnvironment } from '../lock-source/index.ts';
import type { Lock, LockedPackage, ObservedPackage } from '../model.ts';
import { listInWords, printable } from '../printable.ts';
import type { CommandContext } from './contract.ts';
import { onlyPylock } from './lock-output.ts';
import type { CheckSources } from './run-check.ts';
import { withPip } from './with-pip.ts';

/** What of a lock is to be installed. */
export type InstallChoice =
  /** pip chooses from it by itself. */
  | { readonly kind: 'whole'; readonly lock: Lock & { readonly pylock: string } }
  /** The packages for one environment, by their places. */
  | { readonly kind: 'chosen'; readonly lock: Lock; readonly places: ReadonlySet<number> };

export interface ChooseOptions {
  /** The interpreter to install for, where that is not the one that pip runs with. */
  readonly target: string | undefined;
  /** Whether sdists may be built, with what is installed already. */
  readonly builds: boolean;
  /** Whether it does not matter which versions of Python a lock is for. */
  readonly ignoresPython: boolean;
}

/**
 * The one lock of a run, and which of its packages the environment gets.
 *
 * @throws ProvpinError: exit code 2 for several locks, and for what cannot be installed; 3 when a lock is not for the
 *   environment, or that cannot be asked
 */
export async function choosePackages(
  context: CommandContext,
  locks: readonly Lock[],
  sources: CheckSources,
  options: ChooseOptions,
): Promise<InstallChoice> {
  const choice = await choose(context, locks, sources, options);
  const packages = choice.lock.packages.filter((_, at) => isChosen(choice, at));
  refuseUnchecked(packages);
  if (!options.builds) refuseSdists(packages);
  return choice;
}

/** A package of the lock that is installed, or may be, with what was observed of it. */
export interface InstalledPackage {
  readonly locked: LockedPackage;
  readonly observed: ObservedPackage;
}

/** @param observed the packages of the one lock, in its order */
export function packagesOf(
  choice: InstallChoice,
  observed: readonly ObservedPackage[],
): readonly InstalledPackage[] {
  return observed.flatMap((one, at) => {
    const locked = choice.lock.packages[at];
    return locked !== undefined && isChosen(choice, at) ? [{ locked, observed: one }] : [];
  });
}

function isChosen(choice: InstallChoice, place: number): boolean {
  return choice.kind === 'whole' || choice.places.has(place);
}

/** The words for a package that cannot be installed because nothing could check it. */
export function whyNotInstalled(name: string, reason: string): string {
  return `\`${name}\` is not covered (${reason}), and \`provpin install\` installs only what can be checked`;
}

async function choose(
  context: CommandContext,
  locks: readonly Lock[],
  sources: CheckSources,
  { target, ignoresPython }: ChooseOptions,
): Promise<InstallChoice> {
  const [lock, ...others] = locks;
  if (others.length > 0) throw inputError('usage', '`provpin install` installs one lock');
  const plan = lock && (await planInstall(lock, context.settings.only));
  if (lock === undefined || plan === undefined)
    return { kind: 'whole', lock: onlyPylock(locks, '`provpin install` installs') };
  const asked = ignoresPython ? { ...plan, pythons: [] } : plan;
  const { places, projects } = await withPip(
    context,
    sources,
    async (pip) => await selectForEnvironment(asked, target, pip),
  );
  if (projects.length > 0 && !context.settings.quiet) context.stderr(leftOutNote(lock, projects));
  return { kind: 'chosen', lock, places: new Set(places) };
}

function leftOutNote({ source }: Lock, projects: readonly string[]): string {
  const names = listInWords(projects.map((name) => `\`${name}\``));
  const verb = projects.length === 1 ? 'is' : 'are';
  return `${names} ${verb} what \`${printable(source)}\` is the lock of, and not installed: \`pip install --no-deps -e .\` does that\n`;
}

/** What no index serves cannot be checked, and has no hash that would make sure that it is what was looked at. */
function refuseUnchecked(packages: readonly LockedPackage[]): void {
  const [unchecked] = packages.flatMap((locked) => {
    const reason = reasonNotCovered(locked);
    return reason === undefined ? [] : [{ name: locked.name, reason }];
  });
  if (unchecked === undefined) return;
  throw inputError('install-not-covered', whyNotInstalled(unchecked.name, unchecked.reason), [
    'leave it out here, and install it afterwards: `pip install --no-deps -e .`',
  ]);
}

/** The build of an sdist would get what it requires from an index, unchecked. */
function refuseSdists(packages: readonly LockedPackage[]): void {
  // What no index has named yet may be a wheel, and cannot be checked either way.
  const sdist = packages.find(
    ({ files, unnamed = [] }) => unnamed.length === 0 && files.every(({ kind }) => kind === 'sdist'),
  );
  if (sdist === undefined) return;
  throw inputError(
    'install-sdist',
    `\`${sdist.name}\` has no wheel in the lock, and a build would take what it requires from the index, unchecked`,
    ['with `--no-build-isolation` it is built with what is installed already'],
  );
}

function reasonNotCovered({ notCovered, files }: LockedPackage): string | undefined {
  return notCovered ?? files.find((file) => file.notCovered !== undefined)?.notCovered;
}
