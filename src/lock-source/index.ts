import type { Stats } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, inputError, messageOf, ProvpinError } from '../errors.ts';
import type { Lock } from '../model.ts';
import { printable } from '../printable.ts';
import type { LockReader } from './contract.ts';
import type { InstallPlan } from './install-plan.ts';
import { decodeLock, MAX_LOCK_BYTES, tooLarge } from './lock-text.ts';
import { pdmLock } from './pdm-lock.ts';
import { pipfileLock } from './pipfile-lock.ts';
import { poetryLock } from './poetry-lock.ts';
import { pylock } from './pylock.ts';
import { requirements } from './requirements.ts';
import { uvLock } from './uv-lock.ts';

export type { LockReader } from './contract.ts';
export { completeLock } from './complete-lock.ts';
export { attestLock, relativePackage } from './attest-lock.ts';
export { findPython, type Python } from './find-python.ts';
export {
  installLock,
  installLockOf,
  type CheckedFile,
  type ReadyFile,
  type ReadyPackage,
} from './install-lock.ts';
export { runPipInstall, selectForEnvironment } from './pip-install.ts';
export { runPipLock } from './pip-lock.ts';
export type { PipOptions } from './run-pip.ts';
export type { FetchPip, PipWheelRef } from './pip-wheel.ts';

/** Every lock format; the first one that accepts a name, or else recognises a content, reads the file. */
export const LOCK_READERS: readonly LockReader[] = [
  pylock,
  uvLock,
  poetryLock,
  pdmLock,
  pipfileLock,
  requirements,
];

/**
 * Reads a lock; its base name says which format it has, and where that says nothing, its content.
 *
 * @param only groups and extras, where the format knows them: what only others need is left out
 * @throws ProvpinError, exit code 2, for what is of no format, a file that cannot be read, and a malformed lock
 */
export async function readLock(path: string, only: readonly string[] = []): Promise<Lock> {
  const text = decodeLock(await readBytes(path), path);
  const reader = readerByName(path) ?? LOCK_READERS.find((candidate) => candidate.recognises(text));
  if (reader === undefined) {
    throw inputError('lock-format', `\`${printable(path)}\` is not a lock, by its name and by its content`, [
      `locks that can be read: ${LOCK_READERS.map(({ summary }) => summary).join(', ')}`,
    ]);
  }
  const lock = reader.read(text, path, only);
  return reader.plan === undefined
    ? lock
    : { ...lock, other: { format: reader.id, text, packages: lock.packages } };
}

/**
 * What an environment gets of a lock that `readLock` has read with these groups and extras.
 *
 * @returns undefined for a lock that pip reads itself
 * @throws ProvpinError, exit code 2, for a lock that does not say it
 */
export async function planInstall(
  { source, other }: Lock,
  only: readonly string[],
): Promise<InstallPlan | undefined> {
  const reader = LOCK_READERS.find(({ id }) => id === other?.format);
  if (other === undefined || reader?.plan === undefined) return undefined;
  const pyproject = await readPyproject(join(dirname(source), 'pyproject.toml'));
  return reader.plan(other.text, source, { packages: other.packages, only, pyproject });
}

async function readPyproject(path: string): Promise<string | undefined> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  return isThere ? decodeLock(await readBytes(path), path) : undefined;
}

/**
 * The locks among the files of a directory, by their names; what may be something else under such a name counts when it looks
 * like a lock.
 */
export async function findLocks(directory: string): Promise<readonly string[]> {
  const names = (await readdir(directory)).toSorted();
  const found = await Promise.all(
    names.map(async (name) => {
      const reader = readerByName(name);
      return reader !== undefined && (await looksLike(reader, join(directory, name))) ? [name] : [];
    }),
  );
  return found.flat();
}

function readerByName(path: string): LockReader | undefined {
  return LOCK_READERS.find((candidate) => candidate.accepts(basename(path)));
}

async function looksLike({ mayBeOther, recognises }: LockReader, path: string): Promise<boolean> {
  if (mayBeOther !== true) return true;
  try {
    return recognises(decodeLock(await readBytes(path), path));
  } catch (error) {
    if (error instanceof ProvpinError) return false;
    throw error;
  }
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
  const code = codeOf(error);
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return printable(messageOf(error));
}
