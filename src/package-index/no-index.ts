import type { ArtifactRef, IndexConfiguration, ProvenanceLookup } from './contract.ts';

/**
 * What a file that no index has is, where pip is to take files from elsewhere. It is as much checked as one that a lock takes
 * from a URL: not at all, which the report says, and which is an error where an identity is recorded.
 *
 * @param lookup what the indexes said of it
 * @returns undefined for a file that an index should have
 */
export function withoutIndex(
  { index, url }: ArtifactRef,
  lookup: ProvenanceLookup,
  { indexes, findLinks }: IndexConfiguration,
): ProvenanceLookup | undefined {
  if (lookup.kind !== 'unavailable' || index !== undefined) return undefined;
  if (indexes.length === 0) return { kind: 'not-covered', reason: 'there is no index (`--no-index`)' };
  const location = lookup.cause === 'unlisted' ? findLinks.find((place) => isBelow(place, url)) : undefined;
  if (location === undefined) return undefined;
  return { kind: 'not-covered', reason: `no index lists it; it is from \`--find-links ${location}\`` };
}

/** Whether a file's URL is in the directory of a `--find-links` page (or of files), on the same origin. */
function isBelow(location: string, url: string | undefined): boolean {
  const [place, file] = [URL.parse(location), URL.parse(url ?? '')];
  if (place === null || file === null || !/^https?:$/u.test(place.protocol)) return false;
  const directory = place.pathname.replace(/[^/]*$/u, '');
  return place.origin === file.origin && file.pathname.startsWith(directory);
}
