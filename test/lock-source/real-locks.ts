/** Locks of real tools, for one set of requirements (`scripts/renew-locks.ts` makes them anew). */
import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCK_READERS, type LockReader } from '../../src/lock-source/index.ts';
import type { Lock } from '../../src/model.ts';

const DIRECTORY = fileURLToPath(new URL('locks/', import.meta.url));

export interface RealLock {
  /** E.g. `uv/uv.lock`. */
  readonly path: string;
  readonly text: string;
  readonly reader: LockReader;
}

export const REAL_LOCKS: readonly RealLock[] = globSync('*/*', { cwd: DIRECTORY })
  .toSorted()
  .map((path) => {
    const reader = LOCK_READERS.find((candidate) => candidate.accepts(basename(path)));
    if (reader === undefined) throw new Error(`${path} is of no format`);
    return { path, text: readFileSync(DIRECTORY + path, 'utf8'), reader };
  });

export function realLock(path: string): RealLock {
  const found = REAL_LOCKS.find((lock) => lock.path === path);
  if (found === undefined) throw new Error(`there is no ${path}`);
  return found;
}

export function readReal(path: string, only?: readonly string[]): Lock {
  const { reader, text } = realLock(path);
  return reader.read(text, path, only);
}

/** What a reader answers to a text: a lock, or the one error that it may throw, in its message. */
export function errorOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error && error.exitCode === 2) return error.message;
    throw error;
  }
  throw new Error('no error');
}
