import { globMatches } from '../glob.ts';

/** What kind of ref something was built from. */
export type RefClass = 'tags' | 'branches' | 'other';

/** The class of a full git ref: `refs/tags/…`, `refs/heads/…`, or something else (a merge request, a bare name). */
export function refClass(ref: string): RefClass {
  if (ref.startsWith('refs/tags/')) return 'tags';
  return ref.startsWith('refs/heads/') ? 'branches' : 'other';
}

/**
 * Whether a full git ref is what a recorded `ref=` asks for: a class (`tags`, `branches`), a glob, or the ref itself.
 *
 * In a glob `*` stands for any number of characters, none included, but never for a `/`: `refs/tags/v*` does not hold for
 * `refs/tags/v1/by-somebody`. Every other character stands for itself. Upper and lower case differ.
 */
export function refMatches(pattern: string, ref: string): boolean {
  if (pattern === 'tags' || pattern === 'branches') return refClass(ref) === pattern;
  const patterns = pattern.split('/');
  const segments = ref.split('/');
  return (
    patterns.length === segments.length &&
    patterns.every((part, index) => globMatches(part, segments[index] ?? ''))
  );
}

/**
 * Whether every ref that one recorded `ref=` holds for is one that another holds for, too. Never true where that is not so; of two
 * globs it can be false although it is so.
 */
export function refCovers(wider: string, narrower: string): boolean {
  if (wider === narrower) return true;
  if (narrower === 'tags' || narrower === 'branches') return false;
  // No literal piece of a pattern has a star in it: a star of the narrower one is only ever taken by one of the wider.
  return refMatches(wider, narrower);
}
