/**
 * Hashes as locks write them.
 */
import type { Hashes } from '../model.ts';

/** Hex digits of the digests of `hashlib.algorithms_guaranteed`; the lengths of others are not known. */
const DIGEST_LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md5', 32],
  ['sha1', 40],
  ['sha224', 56],
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
  ['sha3_224', 56],
  ['sha3_256', 64],
  ['sha3_384', 96],
  ['sha3_512', 128],
  ['blake2b', 128],
  ['blake2s', 64],
]);

/** Whether this can be the name of a hash algorithm, in lower case. */
export function isAlgorithm(name: string): boolean {
  return /^[a-z][a-z0-9_-]{0,31}$/.test(name);
}

/** What is wrong with a digest, as a clause; undefined when nothing is. Letter case does not matter. */
export function digestProblem(algorithm: string, digest: string): string | undefined {
  if (!/^(?:[0-9a-f]{2})+$/i.test(digest) || digest.length > 1_024) return 'must be hexadecimal';
  const length = DIGEST_LENGTHS.get(algorithm);
  return length === undefined || digest.length === length
    ? undefined
    : `must have ${length} hexadecimal digits, not ${digest.length}`;
}

/**
 * Reads `sha256:0123…`, as pip and the locks of tools write one hash.
 *
 * @returns the hash in lower case, or what is wrong with it, as a clause
 */
export function parseHash(text: string): Hashes | string {
  const colon = text.indexOf(':');
  const algorithm = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!isAlgorithm(algorithm)) return 'must be a hash like `sha256:…`';
  const digest = text.slice(colon + 1);
  return digestProblem(algorithm, digest) ?? { [algorithm]: digest.toLowerCase() };
}
