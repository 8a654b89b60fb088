import { completeLock, readLock, runPipLock } from '../lock-source/index.ts';
import type { Lock } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import type { CommandContext } from './contract.ts';
import { withPip } from './with-pip.ts';

/**
 * The locks to check: those that are named, or the one that `pip lock` makes. Files that a lock pins by hashes alone have the
 * names that an index gives them.
 *
 * @throws ProvpinError: exit code 2 for locks that cannot be read, 3 when pip fails
 */
export async function collectLocks(
  context: CommandContext,
  index: PackageIndex,
  cacheDir: string | undefined,
): Promise<readonly Lock[]> {
  const { lockPaths, only } = context.settings;
  const locks =
    lockPaths.length > 0
      ? await Promise.all(lockPaths.map(async (path) => await readLock(path, only)))
      : [
          await withPip(
            context,
            { index, cacheDir },
            async (pip) => await runPipLock(context.settings.pipArgs, pip),
          ),
        ];
  for (const line of locks.flatMap(({ warnings }) => warnings ?? [])) context.warn(line);
  return await Promise.all(locks.map(async (lock) => await completeLock(lock, index.listFiles)));
}
