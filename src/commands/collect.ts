import { inputError } from '../errors.ts';
import { readLock, runPipLock } from '../lock-source/index.ts';
import type { Lock } from '../model.ts';
import type { PackageIndex } from '../package-index/contract.ts';
import { argumentsForPipAlone } from '../package-index/index.ts';
import { printable } from '../printable.ts';
import type { CommandContext } from './contract.ts';
import type { Settings } from './options.ts';
import { withPip } from './with-pip.ts';

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
      : [
          await withPip(
            context,
            { index, cacheDir },
            async (pip) => await runPipLock(context.settings.pipArgs, pip),
          ),
        ];
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
