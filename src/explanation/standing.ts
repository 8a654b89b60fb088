import type { Entry, Identity } from '../model.ts';
import { identityEntries } from '../policy/allowance.ts';
import { nearestEntry } from '../policy/compare.ts';

export interface Standing {
  readonly kind: string;
  readonly line?: number;
  /** What is recorded instead, where that is not this signer: the nearest entry, and how many others there are. */
  readonly instead?: { readonly entry: Entry; readonly others: number };
}

/** What the provenance file says of a signer, and the line that says it. */
export function standingOf(identity: Identity, entries: readonly Entry[]): Standing {
  const recorded = identityEntries(entries);
  const nearest = nearestEntry(recorded, identity);
  if (nearest === undefined) return { kind: 'not-recorded' };
  const { entry, relation } = nearest;
  if (relation.kind === 'same') return { kind: 'allowed', ...lineOf(entry) };
  return {
    kind: relation.kind,
    instead: { entry, others: recorded.length - 1 },
    ...(relation.kind === 'different' ? {} : lineOf(entry)),
  };
}

function lineOf({ line }: Entry): { readonly line?: number } {
  return line === undefined ? {} : { line };
}
