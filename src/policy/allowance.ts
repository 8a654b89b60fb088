import type { Entry } from '../model.ts';

/** Whether an entry is an acknowledgement that a package is unsigned, and not an identity. */
export function isAllowance(entry: Entry): boolean {
  return entry.identity === 'unsigned';
}

/** The entries that record an identity. */
export function identityEntries(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter((entry) => !isAllowance(entry));
}

/**
 * The `unsigned` entries that are in force.
 *
 * @param today YYYY-MM-DD (UTC); the day of `until` itself is still within it
 */
export function liveAllowances(entries: readonly Entry[], today: string): readonly Entry[] {
  return entries.filter((entry) => isAllowance(entry) && !isExpired(entry, today));
}

/** The `unsigned` entries whose `until` has passed. */
export function expiredAllowances(entries: readonly Entry[], today: string): readonly Entry[] {
  return entries.filter((entry) => isAllowance(entry) && isExpired(entry, today));
}

function isExpired({ until }: Entry, today: string): boolean {
  return until !== undefined && today > until;
}
