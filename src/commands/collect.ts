import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputError } from '../errors.ts';
import { readLock, runPipLock } from '../lock-source/index.ts';
import type { Lock } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import { argumentsForPipAlone } from '../package-index/index.ts';
import { printable } from '../printable.ts';
import type { CommandContext } from './contract.ts';
import type { Settings } from './options.ts';
import { createOutsideText } from './outside-text.ts';

/**
 * The locks to check: those that were named, or the one that `pip lock` makes.
 *
 * @throws ProvpinError: exit code 2 for usage and locks that cannot be read, 3 when pip fails
 */
export async function collectLocks(
  context: CommandContext,
  index: PackageIndex,
  cacheDir: string | undefined,
): Promise<readonly Lock[]> {
  const { lockPaths } = context.settings;
  refuseUselessArguments(context.settings);
  const locks =
    lockPaths.length > 0
      ? await Promise.all(lockPaths.map(async (path) => await readLock(path)))
      : [await withCache(cacheDir, async (directory) => await lockWithPip(context, index, directory))];
  for (const line of locks.flatMap(({ warnings }) => warnings ?? [])) context.warn(line);
  return locks;
}

/** Arguments that nothing would look at are refused: somebody believes that they are checked, or that they check. */
function refuseUselessArguments({ lockPaths, pipArgs }: Settings): void {
  if (lockPaths.length === 0 && pipArgs.length === 0) {
    throw inputError('usage', 'there is nothing to check', [
      'name what to lock, as for `pip lock`: `provpin -r requirements.txt`',
      'or read a lock: `provpin -L pylock.toml`',
    ]);
  }
  const [useless] = lockPaths.length === 0 ? [] : argumentsForPipAlone(pipArgs);
  if (useless !== undefined) {
    throw inputError(
      'usage',
      `\`${printable(useless, 200)}\` is for \`pip lock\`, which does not run with \`--lock-path\``,
      ['only what says where files come from (`--index-url` and the like) goes with a lock'],
    );
  }
}

async function lockWithPip(context: CommandContext, index: PackageIndex, cacheDir: string): Promise<Lock> {
  const { settings, env, signal, stderr } = context;
  const outside = createOutsideText(stderr);
  try {
    return await runPipLock(settings.pipArgs, {
      // What pip prints is shown without escape sequences anyway.
      env: { ...env, NO_COLOR: '1', FORCE_COLOR: undefined, ...(settings.quiet ? { PIP_QUIET: '1' } : {}) },
      cwd: process.cwd(),
      cacheDir,
      stderr: outside.push,
      fetchPip: index.fetchArtifact,
      signal,
    });
  } finally {
    outside.end();
  }
}

/** Without a cache directory, what has to be on a disk for pip's sake is there only as long as it is needed. */
async function withCache<T>(
  cacheDir: string | undefined,
  run: (directory: string) => Promise<T>,
): Promise<T> {
  if (cacheDir !== undefined) return await run(cacheDir);
  const temporary = await mkdtemp(join(tmpdir(), 'provpin-'));
  try {
    return await run(temporary);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
