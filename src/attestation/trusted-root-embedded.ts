import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { DEFAULT_MIRROR_URL } from '@sigstore/tuf';

import { parseTrustedRoot } from './trusted-root-content.ts';

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
