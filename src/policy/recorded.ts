import type { Entry, Identity } from '../model.ts';
import { applicableEntries } from '../provenance-file/applicable.ts';
import { identityEntries } from './allowance.ts';
import { nearestEntry } from './compare.ts';

/**
 * Whether each of the identities is one that the entries for a package allow in full: nothing about them is news.
 *
 * @param entries of the provenance file
 */
export function areRecorded(
  identities: readonly Identity[],
  entries: readonly Entry[],
  { name, version }: { readonly name: string; readonly version: string },
): boolean {
  const recorded = identityEntries(applicableEntries(entries, name, version));
  return identities.every((identity) => nearestEntry(recorded, identity)?.relation.kind === 'same');
}
