import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { TrustedRoot } from '@sigstore/protobuf-specs';
import { DEFAULT_MIRROR_URL } from '@sigstore/tuf';
import { toTrustMaterial } from '@sigstore/verify';

const MEDIA_TYPE =
  /^application\/vnd\.dev\.sigstore\.trustedroot(?:\+json;version=0\.[12]|\.v0\.[12]\+json)$/;

/** What ships with the Sigstore packages: the public instance as it was when they were released. */
export interface Embedded {
  readonly trustedRoot: TrustedRoot;
  /** TUF's `root.json`. */
  readonly rootMetadata: Buffer;
}

/** @throws Error when the Sigstore packages do not ship what they should */
export async function readEmbedded(): Promise<Embedded> {
  const path = createRequire(import.meta.url).resolve('@sigstore/tuf/seeds.json');
  const seeds: unknown = JSON.parse(await readFile(path, 'utf8'));
  const seed = member(seeds, DEFAULT_MIRROR_URL);
  return {
    trustedRoot: parseTrustedRoot(seedFile(member(seed, 'targets'), 'trusted_root.json')),
    rootMetadata: seedFile(seed, 'root.json'),
  };
}

function seedFile(files: unknown, name: string): Buffer {
  const content = member(files, name);
  if (typeof content !== 'string') throw new Error(`@sigstore/tuf ships no ${name}`);
  return Buffer.from(content, 'base64');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}

/**
 * Parses a `trusted_root.json` and checks that it can be used: without certificate authorities or logs nothing could verify,
 * and a key that cannot be parsed would show only later.
 *
 * @throws Error that says what is wrong
 */
export function parseTrustedRoot(content: Buffer): TrustedRoot {
  const value: unknown = JSON.parse(content.toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('it is not a JSON object');
  const root = TrustedRoot.fromJSON(value);
  if (!MEDIA_TYPE.test(root.mediaType)) throw new Error(`its media type is \`${root.mediaType}\``);
  if (root.certificateAuthorities.length === 0) throw new Error('it has no certificate authorities');
  if (root.tlogs.length === 0) throw new Error('it has no transparency logs');
  if (root.ctlogs.length === 0) throw new Error('it has no certificate transparency logs');
  toTrustMaterial(root);
  return root;
}
