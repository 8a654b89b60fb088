import type { Status } from '../model.ts';

/** How many of `items` have each status; the counts add up to `items.length`. */
export function countByStatus(
  items: readonly { readonly status: Status }[],
): Readonly<Record<Status, number>> {
  const counts = { verified: 0, recorded: 0, unsigned: 0, failed: 0, unavailable: 0, 'not-covered': 0 };
  for (const { status } of items) counts[status] += 1;
  return counts;
}
