import type { Entry, Identity } from '../model.ts';
import { identityEntries } from '../policy/allowance.ts';
import { nearestEntry } from '../policy/compare.ts';

/** What the provenance file says of a signer, in words, and the line that says it. */
export function standingOf(
  identity: Identity,
  entries: readonly Entry[],
): { readonly kind: string; readonly line?: number } {
  const nearest = nearestEntry(identityEntries(entries), identity);
  if (nearest === undefined) return { kind: 'not-recorded' };
  const { entry, relation } = nearest;
  return {
    kind: relation.kind === 'same' ? 'allowed' : relation.kind,
    ...(entry.line === undefined || relation.kind === 'different' ? {} : { line: entry.line }),
  };
}
