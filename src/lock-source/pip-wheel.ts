/**
 * A wheel of pip in our cache directory, known by its hash.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { incompleteError, messageOf, ProvpinError } from '../errors.ts';
import { makeDirectory } from '../make-directory.ts';
import { printable } from '../printable.ts';

/** Which file of the index is wanted. */
export interface PipWheelRef {
  readonly name: 'pip';
  readonly version: string;
  readonly filename: string;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** Fetches the wheel from the index that the user has pip take packages from. Its errors are ProvpinErrors. */
export type FetchPip = (wheel: PipWheelRef) => Promise<Uint8Array>;

export interface PipWheelOptions {
  /** Ours; created when missing. */
  readonly cacheDir: string;
  readonly fetchPip: FetchPip;
  /** What to do where there is no such wheel. */
  readonly hint: string;
}

/**
 * Path of a wheel of pip, which is fetched when the cache has none. Its hash is checked at every use, so that a cache
 * is never more than bytes.
 *
 * @throws ProvpinError, exit code 3, when the index has other content, or the cache cannot be written
 */
export async function pipWheel(
  wheel: PipWheelRef,
  { cacheDir, fetchPip, hint }: PipWheelOptions,
): Promise<string> {
  const path = join(cacheDir, 'pip', wheel.sha256, wheel.filename);
  if ((await cachedSha256(path)) === wheel.sha256) return path;
  const bytes = await fetched(wheel, fetchPip, hint);
  const sha256 = sha256Of(bytes);
  if (sha256 !== wheel.sha256) {
    throw incompleteError(
      'pip-wheel',
      `the index has another \`${wheel.filename}\` than the one that is pinned: sha256 ${sha256}, not ${wheel.sha256}`,
      [hint],
    );
  }
  await replaceFile(path, bytes);
  return path;
}

/** Nobody asked for this wheel by name, so a failure says what it is for. */
async function fetched(wheel: PipWheelRef, fetchPip: FetchPip, hint: string): Promise<Uint8Array> {
  try {
    return await fetchPip(wheel);
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    throw incompleteError(error.code, error.message, [...error.hints, hint], error);
  }
}

async function cachedSha256(path: string): Promise<string | undefined> {
  try {
    return sha256Of(await readFile(path));
  } catch {
    return undefined; // not there, or not readable: it is fetched, and what is wrong shows when it is written
  }
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A file of another name, renamed: two runs at once, or one that is killed, never leave half a wheel. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    await makeDirectory(dirname(path));
    await writeFile(temporary, bytes, { flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw incompleteError(
      'pip-wheel',
      `\`${printable(path)}\` cannot be written: ${printable(messageOf(error))}`,
      ['give another cache directory with `--cache-dir`'],
      error,
    );
  }
}
