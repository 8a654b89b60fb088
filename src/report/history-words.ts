import type { PastRelease, ReleaseHistory, ReportedPackage } from '../model.ts';
import { exact, listInWords, printable } from '../printable.ts';
import type { Paint } from './style.ts';

/** The history of a package that was recorded in this run, as a line below it. */
export function historyLines({ history }: ReportedPackage, indent: string, paint: Paint): readonly string[] {
  return history === undefined ? [] : [`${indent}${paint('dim', 'history:')} ${historyWords(history)}`];
}

/**
 * What the releases before come to, in a sentence that says no more than what was looked at.
 *
 * @param isSigned whether the release that they are before is signed itself
 */
export function historyWords(history: ReleaseHistory, isSigned = true): string {
  if (history.kind === 'unavailable') return `could not be looked at: ${printable(history.reason)}`;
  const { releases, older } = history;
  if (releases.length === 0) return 'the index lists no earlier release';
  const rest = older === 0 ? '' : `; ${countOf(older, 'older one')} not looked at`;
  if (isSigned && releases.every(({ standing }) => standing === 'unsigned'))
    return `this is the first signed release of those looked at: ${countOf(releases.length, 'earlier one')} unsigned${rest}`;
  const streak = releases.findIndex(({ standing }) => standing !== 'same');
  const same = releases.slice(0, streak === -1 ? releases.length : streak);
  const others = releases.slice(same.length);
  const told = [
    ...(same.length === 0 ? [] : [sameWords(same)]),
    ...(others.length === 0
      ? []
      : [
          `${same.length === 0 ? '' : 'before that: '}${listInWords(alike(others).map((group) => releaseWords(group, isSigned)))}`,
        ]),
  ];
  return told.join('; ') + rest;
}

function sameWords(same: readonly PastRelease[]): string {
  const since = same.at(-1)?.signedAt?.toISOString().slice(0, 'YYYY-MM-DD'.length);
  const when = since === undefined ? '' : `, since ${since}`;
  return `the same signer for ${countOf(same.length, 'earlier release')}${when}${unchecked(same)}`;
}

const STANDINGS: Readonly<Record<Exclude<PastRelease['standing'], 'other'>, string>> = {
  same: 'by the same signer',
  unsigned: 'unsigned',
  partial: 'signed in part',
  invalid: 'with provenance that does not verify',
  unavailable: 'that could not be looked at',
};

/** Neighbours of which the same is to be said, together. */
function alike(releases: readonly PastRelease[]): readonly (readonly PastRelease[])[] {
  const groups: PastRelease[][] = [];
  for (const one of releases) {
    const [last] = groups.at(-1) ?? [];
    if (last?.standing === one.standing && last.signers.join() === one.signers.join())
      groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  return groups;
}

function releaseWords(group: readonly PastRelease[], isSigned: boolean): string {
  const [{ standing, signers } = { standing: 'unavailable', signers: [] } as const] = group;
  const what =
    standing === 'other'
      ? `signed by ${isSigned ? 'another: ' : ''}${listInWords(signers.map((uri) => exact(uri)))}`
      : STANDINGS[standing];
  return `${listInWords(group.map(({ version }) => exact(version)))} ${what}${unchecked(group)}`;
}

function unchecked(releases: readonly PastRelease[]): string {
  const [files, checked] = [sum(releases.map((one) => one.files)), sum(releases.map((one) => one.checked))];
  return files === checked ? '' : ` (${checked} of ${files} files)`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
