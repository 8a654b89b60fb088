import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toTrustMaterial } from '@sigstore/verify';
import { jsonProblemOf } from '../errors.ts';

const MEDIA_TYPE =
  /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/;

/**
 * Parses a `trusted_root.json` and checks that it can be used: without certificate authorities or logs nothing could verify,
 * and a key that cannot be parsed would show only later.
 *
 * @throws Error that says what is wrong
 */
export function parseTrustedRoot(content: Buffer): TrustedRoot {
  const value = parseJson(content.toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('it is not a JSON object');
  const root = TrustedRoot.fromJSON(value);
  if (!MEDIA_TYPE.test(root.mediaType)) throw new Error(`its media type is \`${root.mediaType}\``);
  if (root.certificateAuthorities.length === 0) throw new Error('it has no certificate authorities');
  if (root.tlogs.length === 0) throw new Error('it has no transparency logs');
  if (root.ctlogs.length === 0) throw new Error('it has no certificate transparency logs');
  toTrustMaterial(root);
  return root;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON: ${jsonProblemOf(error)}`, { cause: error });
  }
}
