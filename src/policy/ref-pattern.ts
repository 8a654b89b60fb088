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
    patterns.every((part, index) => segmentMatches(part, segments[index] ?? ''))
  );
}

/**
 * The literal pieces between stars, each found as early as it can be: with no other wildcard than `*` the earliest place is
 * never a worse one, so nothing is tried twice and no pattern makes this slow.
 */
function segmentMatches(pattern: string, segment: string): boolean {
  const [prefix = '', ...pieces] = pattern.split('*');
  const suffix = pieces.pop();
  if (suffix === undefined) return pattern === segment;
  if (!segment.startsWith(prefix)) return false;
  let position = prefix.length;
  for (const piece of pieces) {
    const found = segment.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return segment.endsWith(suffix) && position + suffix.length <= segment.length;
}
