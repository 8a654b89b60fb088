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
