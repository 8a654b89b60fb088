import { closeSync, openSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; far longer than the file is there: it was left by a process that was killed. */
const STALE_AFTER = 2_000;
const PAUSE = 5;

/**
 * Runs an action while no other process runs one under the same name: a file of that name is there meanwhile.
 *
 * @param action waits for nothing, so that it takes less than a millisecond
 * @throws what the action throws, and what the file system does
 */
export async function exclusively(lockFile: string, action: () => void): Promise<void> {
  let waited = 0;
  while (!take(lockFile)) {
    await sleep(PAUSE);
    waited += PAUSE;
    if (waited >= STALE_AFTER) {
      rmSync(lockFile, { force: true });
      waited = 0;
    }
  }
  try {
    action();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function take(lockFile: string): boolean {
  try {
    closeSync(openSync(lockFile, 'wx'));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
