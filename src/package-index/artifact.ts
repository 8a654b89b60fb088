import { createHash, getHashes, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Hashes } from '../model.ts';

/** Names of Python's `hashlib` to those of OpenSSL. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['md5', 'md5'],
  ['sha1', 'sha1'],
  ['sha224', 'sha224'],
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
  ['sha3_224', 'sha3-224'],
  ['sha3_256', 'sha3-256'],
  ['sha3_384', 'sha3-384'],
  ['sha3_512', 'sha3-512'],
  ['blake2b', 'blake2b512'],
  ['blake2s', 'blake2s256'],
]);

/** Somebody may have made two files with one of these: checked like all the others, and never enough by itself. */
const WEAK: ReadonlySet<string> = new Set(['md5', 'sha1']);

/** The names of a lock's hashes that cannot be computed here. */
export function unknownHashes(hashes: Hashes): readonly string[] {
  const available = new Set(getHashes());
  return Object.keys(hashes).filter((name) => !available.has(ALGORITHMS.get(name) ?? ''));
}

/** Whether hashes that can be computed here stand for one file and no other. */
export function bindOneFile(hashes: Hashes): boolean {
  return Object.keys(hashes).some((name) => ALGORITHMS.has(name) && !WEAK.has(name));
}

export interface MeasuredArtifact {
  readonly sha256: string;
  /** The asked-for algorithms (as `hashlib` names them), lower-case hex. */
  readonly hashes: Hashes;
  /** Bytes. */
  readonly size: number;
}

/** Hashes a file as it arrives. */
export async function measure(
  body: AsyncIterable<Uint8Array>,
  algorithms: readonly string[],
): Promise<MeasuredArtifact> {
  const hashers = new Map<string, Hash>(
    ['sha256', ...algorithms].map((name) => [name, createHash(ALGORITHMS.get(name) ?? name)]),
  );
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    for (const hasher of hashers.values()) {
      hasher.update(chunk);
    }
  }
  const hashes = Object.fromEntries(Array.from(hashers, ([name, hasher]) => [name, hasher.digest('hex')]));
  return { sha256: hashes['sha256'] ?? '', hashes, size };
}

/** The same, written to a file, which is made anew. */
export async function measureInto(
  path: string,
  body: AsyncIterable<Uint8Array>,
  algorithms: readonly string[],
): Promise<MeasuredArtifact> {
  const file = await open(path, 'w', 0o600);
  try {
    return await measure(writingTo(file, body), algorithms);
  } finally {
    await file.close();
  }
}

async function* writingTo(file: FileHandle, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    await file.writeFile(chunk);
    yield chunk;
  }
}

/** How a measured file differs from what a lock pins, in words; undefined when it does not. */
export function differenceFrom(
  measured: MeasuredArtifact,
  pinned: { readonly hashes: Hashes; readonly size?: number },
): string | undefined {
  if (pinned.size !== undefined && pinned.size !== measured.size) {
    return `it has ${measured.size} bytes, the lock says ${pinned.size}`;
  }
  const wrong = Object.entries(pinned.hashes).find(
    ([name, digest]) => name in measured.hashes && measured.hashes[name] !== digest.toLowerCase(),
  );
  return wrong === undefined ? undefined : `its ${wrong[0]} is not the lock's`;
}
