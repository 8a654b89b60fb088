import type { Stats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { inputError, messageOf, ProvpinError } from '../errors.ts';
import type { Lock } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import { decodeLock, MAX_LOCK_BYTES, tooLarge } from './lock-text.ts';
import { pylock } from './pylock.ts';

export type { LockReader } from './contract.ts';
export { attestLock, relativePackage } from './attest-lock.ts';
export { installLock, type CheckedFile } from './install-lock.ts';
export { runPipInstall } from './pip-install.ts';
export { runPipLock } from './pip-lock.ts';
export type { PipOptions } from './run-pip.ts';
export type { FetchPip, PipWheelRef } from './pip-wheel.ts';

/** Every lock format; the first one that accepts a name reads the file. */
export const LOCK_READERS: readonly LockReader[] = [pylock];

/**
 * Reads a lock; its base name says which format it has.
 *
 * @throws ProvpinError, exit code 2, for a name that no format has, a file that cannot be read, and a malformed lock
 */
export async function readLock(path: string): Promise<Lock> {
  const reader = LOCK_READERS.find((candidate) => candidate.accepts(basename(path)));
  if (reader === undefined) {
    const supported = LOCK_READERS.map(({ summary }) => summary).join(', ');
    throw inputError('lock-format', `\`${printable(path)}\` is not the name of a lock`, [
      `locks that can be read: ${supported}`,
    ]);
  }
  return reader.read(decodeLock(await readBytes(path), path), path);
}

/** Whether PEP 751 lets a lock have this base name. */
export function isPylockName(name: string): boolean {
  return pylock.accepts(name);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    // Before opening it, because opening a named pipe waits for a writer.
    const { size } = await regularFile(path);
    if (size > MAX_LOCK_BYTES) throw tooLarge(path);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ProvpinError) throw error;
    throw inputError('lock-file', `\`${printable(path)}\` cannot be read: ${reasonOf(error)}`, [], error);
  }
}

async function regularFile(path: string): Promise<Stats> {
  const stats = await stat(path);
  if (stats.isFile()) return stats;
  const what = stats.isDirectory() ? 'is a directory' : 'is not a regular file';
  throw inputError('lock-file', `\`${printable(path)}\` ${what}`);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return printable(messageOf(error));
}
