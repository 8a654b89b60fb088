/** What the benchmark checks: signed files in packages, as they lie on a disk, with the lock that pins them. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LOCK_FORMATS } from '../../test/support/locks.ts';
import { github } from '../../test/support/signers.ts';
import { createTestSigstore } from '../../test/support/signing.ts';

export interface BenchFile {
  readonly name: string;
  readonly version: string;
  readonly filename: string;
  readonly sha256: string;
}

export interface World {
  /** Has `root.json` and, in `documents`, the provenance of each file. */
  readonly directory: string;
  readonly files: readonly BenchFile[];
}

const VERSION = '1.0.0';

/**
 * Every file is signed by itself, with a leaf of its own, under authorities with the curve of Fulcio's. What was made once is
 * used again.
 *
 * @param directory where worlds are kept
 */
export async function makeWorld(directory: string, packages: number, wheels: number): Promise<World> {
  const files = Array.from({ length: packages * wheels }, (_, at) => fileOf(at, wheels));
  const world = { directory: join(directory, `${packages}x${wheels}`), files };
  if (existsSync(world.directory)) return world;
  const partial = `${world.directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(join(partial, 'documents'), { recursive: true });
  const sigstore = createTestSigstore({ curve: 'P-384' });
  await writeFile(join(partial, 'root.json'), JSON.stringify(sigstore.trustedRoot));
  for (const { name, filename, sha256 } of files) {
    const signer = github({ repository: `acme/${name}` });
    const provenance = sigstore.provenanceOf({ signer, filename, sha256 });
    await writeFile(join(partial, 'documents', `${filename}.provenance`), JSON.stringify(provenance));
  }
  await rename(partial, world.directory);
  return world;
}

function fileOf(at: number, wheels: number): BenchFile {
  const name = `package-${Math.floor(at / wheels)}`;
  const filename = `${name.replace('-', '_')}-${VERSION}-cp3${at % wheels}-none-any.whl`;
  return { name, version: VERSION, filename, sha256: createHash('sha256').update(filename).digest('hex') };
}

export async function documentOf({ directory }: World, { filename }: BenchFile): Promise<Buffer> {
  return await readFile(join(directory, 'documents', `${filename}.provenance`));
}

/** A `uv.lock` of every file, from the index at that origin. */
export function lockOf({ files }: World, origin: string): string {
  const uv = LOCK_FORMATS.find(({ id }) => id === 'uv');
  if (uv === undefined) throw new Error('no lock of uv');
  const distributions = files.map((file) => ({ ...file, bytes: Buffer.from('a wheel'), metadata: '' }));
  return uv.write(distributions, { origin, simpleUrl: `${origin}/simple/` });
}
