/**
 * Has pip install the files of a lock, and nothing else: `pip install --no-deps --require-hashes -r pylock.toml`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incompleteError } from '../errors.ts';
import { runPip, type PipOptions } from './run-pip.ts';

export interface PipInstall {
  /** As `installLock` makes it. */
  readonly lock: string;
  /** Whether sdists of the lock may be built, with what is installed already. */
  readonly builds: boolean;
  /** pip's, in the user's order; none of them names anything to install. */
  readonly args: readonly string[];
}

/** Given last, so that they hold whatever the user's arguments and pip's configuration say. */
const NO_BUILDS = ['--only-binary', ':all:'];
/** A wheel that was built earlier, from an sdist of this hash but by nobody knows what, is not a file of the lock. */
const NO_EARLIER_BUILDS = ['--no-cache-dir'];

/**
 * Installs. pip gets the lock in a directory that nobody else can write to, with one sha256 for each file: what an index serves
 * meanwhile is one of these files, or makes pip fail before it has installed anything.
 *
 * @throws ProvpinError, exit code 3, when there is no Python, or pip fails
 */
export async function runPipInstall({ lock, builds, args }: PipInstall, options: PipOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'provpin-'));
  try {
    const path = join(directory, 'pylock.toml');
    await writeFile(path, lock, { flag: 'wx', mode: 0o600 }); // URLs may have credentials
    const failure = await runPip(
      {
        command: ['install', '--no-deps', '--require-hashes'],
        since: [26, 1],
        purpose: 'install from a lock',
        args: [...args, ...(builds ? NO_EARLIER_BUILDS : NO_BUILDS), '-r', path],
        onStdout: options.stderr,
      },
      options,
    );
    if (failure !== undefined) {
      throw incompleteError('pip-failed', `\`pip install\` ${failure}`, [
        'the check passed, and what pip says above kept it from installing what was checked',
      ]);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
