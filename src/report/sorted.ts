import type { Finding } from '../model.ts';

/** Sorts by keys, first to last, compared by code unit: the same order on every machine, whatever its locale. */
export function sortedBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[]): readonly T[] {
  return items
    .map((item) => ({ item, keys: keysOf(item) }))
    .toSorted((a, b) => compareKeys(a.keys, b.keys))
    .map(({ item }) => item);
}

/** Errors before warnings, then by what they are about: where a medium shows only so many, the worst are seen. */
export function errorsFirst(findings: readonly Finding[]): readonly Finding[] {
  return sortedBy(findings, (finding) => [
    finding.level,
    finding.package,
    finding.version ?? '',
    finding.rule,
    finding.file ?? '',
    JSON.stringify(finding),
  ]);
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [i, key] of a.entries()) {
    const other = b[i] ?? '';
    if (key !== other) return key < other ? -1 : 1;
  }
  return 0;
}
