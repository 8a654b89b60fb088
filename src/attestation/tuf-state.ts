/**
 * What the TUF client knows, kept on disk between runs in its own layout. Nothing in it is trusted for being there.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';

import type { TrustedRoot } from '@sigstore/protobuf-specs';
import { Metadata, MetadataKind } from '@tufjs/models';

import { makeDirectory } from '../make-directory.ts';
import { parseTrustedRoot } from './trusted-root-content.ts';

export const TRUSTED_ROOT_TARGET = 'trusted_root.json';
const KEPT = [
  'root.json',
  'timestamp.json',
  'snapshot.json',
  'targets.json',
  join('targets', TRUSTED_ROOT_TARGET),
];

/** Copies what there is of the state, each file at once or not at all. What cannot be copied is done without. */
export async function copyTufState(from: string, to: string): Promise<void> {
  for (const name of KEPT) {
    const target = join(to, name);
    const temporary = `${target}.${randomUUID()}`;
    try {
      await makeDirectory(dirname(target));
      await copyFile(join(from, name), temporary);
      await rename(temporary, target);
    } catch {
      await rm(temporary, { force: true, recursive: true }).catch(() => undefined);
    }
  }
}

/**
 * The trusted root of the last run, when its signatures hold: the kept `root.json` is signed by a threshold of the keys that are
 * trusted to begin with, it signs the targets, and these have the hash of `trusted_root.json`. Only the dates are not asked for:
 * this serves where there is nothing newer to be had.
 *
 * @param directory of the state
 * @param initialRoot the `root.json` that is trusted to begin with
 * @returns undefined when there is none, or anything is wrong with it
 */
export async function readTufState(directory: string, initialRoot: Buffer): Promise<TrustedRoot | undefined> {
  try {
    const initial = Metadata.fromJSON(MetadataKind.Root, parseObject(initialRoot));
    const root = Metadata.fromJSON(MetadataKind.Root, await readObject(join(directory, 'root.json')));
    initial.verifyDelegate(MetadataKind.Root, root);
    root.verifyDelegate(MetadataKind.Root, root);
    if (root.signed.version < initial.signed.version) return undefined;
    const targets = Metadata.fromJSON(
      MetadataKind.Targets,
      await readObject(join(directory, 'targets.json')),
    );
    root.verifyDelegate(MetadataKind.Targets, targets);
    const content = await readFile(join(directory, 'targets', TRUSTED_ROOT_TARGET));
    const target = targets.signed.targets[TRUSTED_ROOT_TARGET];
    if (target === undefined) return undefined;
    await target.verify(Readable.from([content]));
    return parseTrustedRoot(content);
  } catch {
    // Whatever is wrong with kept state, the answer is not to use it.
    return undefined;
  }
}

type JsonObject = Parameters<typeof Metadata.fromJSON>[1];

async function readObject(path: string): Promise<JsonObject> {
  return parseObject(await readFile(path));
}

function parseObject(content: Buffer): JsonObject {
  const value: unknown = JSON.parse(content.toString('utf8'));
  if (!isObject(value)) throw new Error('TUF metadata is not an object');
  return value;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
