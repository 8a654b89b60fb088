import type { Entry, ObservedPackage } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import { identityEntries } from './allowance.ts';

/**
 * What to think of when no file of the whole run had provenance: perhaps an index that serves none (a mirror). It excuses
 * nothing: the findings stand.
 *
 * @returns a note for the report, or undefined when there is no such occasion
 */
export function silentIndexNote(
  packages: readonly ObservedPackage[],
  entries: readonly Entry[],
): string | undefined {
  const outcomes = new Set(packages.flatMap(({ files }) => files.map(({ outcome }) => outcome.kind)));
  if (!outcomes.has('unsigned')) return undefined;
  if (outcomes.has('signed') || outcomes.has('invalid') || outcomes.has('unsupported')) return undefined;
  const isLost = packages.some(
    ({ name, version, files }) =>
      files.some(({ outcome }) => outcome.kind === 'unsigned') &&
      identityEntries(applicableEntries(entries, name, version)).length > 0,
  );
  const occasion = isLost
    ? 'no file had provenance, although publishers are recorded: perhaps the index is a mirror that serves no attestations'
    : 'no file had provenance; an index that is a mirror may serve no attestations at all';
  return `${occasion}; \`--attestations-from URL\` takes them from another index, bound by the same sha256`;
}
