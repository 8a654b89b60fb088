/**
 * Which of a lock's groups and extras are asked for (`--only`).
 */
import { normalizeName } from '../distribution-filename.ts';
import { inputError } from '../errors.ts';
import type { Lock, LockedPackage } from '../model.ts';
import { listInWords, printable } from '../printable.ts';
import { distinctPackages } from './repeats.ts';

/** What the project itself needs, in every format; tools have other names for it, or none. */
export const DEFAULT_GROUP = 'default';

/**
 * The groups and extras that are asked for, as the lock spells them. A group and an extra of one name are both meant.
 *
 * @param known of the lock
 * @throws ProvpinError, exit code 2, for a name that the lock does not have: it would select nothing
 */
export function chooseGroups(
  only: readonly string[],
  known: readonly string[],
  source: string,
): ReadonlySet<string> {
  const chosen = new Set<string>();
  for (const name of only) {
    const meant = known.filter((one) => normalizeName(one) === normalizeName(name));
    if (meant.length === 0) throw unknownGroup(name, known, source);
    for (const one of meant) chosen.add(one);
  }
  return chosen;
}

/** For a lock whose format has no groups. */
export function noGroups(source: string): Error {
  return inputError(
    'lock-group',
    `\`${printable(source)}\` does not say what belongs to which group or extra`,
    ['leave out `--only`, or read a lock that says so'],
  );
}

function unknownGroup(name: string, known: readonly string[], source: string): Error {
  const names = [...new Set(known)].toSorted().map((one) => `\`${printable(one, 100)}\``);
  return inputError(
    'lock-group',
    `\`${printable(source)}\` has no group or extra \`${printable(name, 100)}\``,
    [`it has ${listInWords(names)}`],
  );
}

/** A package of a lock, and whether it is among what is asked for. */
export interface Candidate {
  readonly locked: LockedPackage;
  readonly isNeeded: boolean;
}

/** The lock of what is asked for. A package that is listed several times is needed when one of them is. */
export function lockOf(source: string, candidates: readonly Candidate[]): Lock {
  const among = (is: boolean) =>
    candidates.filter(({ isNeeded }) => isNeeded === is).map(({ locked }) => locked);
  const packages = distinctPackages(among(true));
  const leftOut = distinctPackages([...packages, ...among(false)]).slice(packages.length);
  return { source, packages, ...(leftOut.length === 0 ? {} : { leftOut: leftOut.map(({ name }) => name) }) };
}
