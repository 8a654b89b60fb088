import { normalizeVersion } from '../distribution-filename.ts';
import type { Entry } from '../model.ts';
import { ATTRIBUTE_NAMES } from '../model.ts';

/** The order of a provenance file: by name, then identity, then version, each by code unit. */
export function compareEntries(a: Entry, b: Entry): number {
  return (
    compareText(a.name, b.name) ||
    compareText(a.identity, b.identity) ||
    compareText(a.version ?? '', b.version ?? '')
  );
}

/** Whether two entries say the same, wherever they stand. */
export function sameEntry(a: Entry, b: Entry): boolean {
  return contentOf(a) === contentOf(b);
}

/** What an entry says, as a string that is equal for two entries exactly when they say the same. */
export function contentOf(entry: Entry): string {
  const version = entry.version === undefined ? null : (normalizeVersion(entry.version) ?? entry.version);
  const attributes = ATTRIBUTE_NAMES.map((name) => entry.attributes[name] ?? null);
  return JSON.stringify([entry.name, version, entry.identity, attributes, entry.until ?? null]);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
