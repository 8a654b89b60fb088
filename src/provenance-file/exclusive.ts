import { randomUUID } from 'node:crypto';
import { closeSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { codeOf } from '../errors.ts';

/** Milliseconds; far longer than one process has the file there: it was left by one that was killed. */
const STALE_AFTER = 2_000;
const PAUSE = 5;
/** Milliseconds in which whoever else takes over a file that was left has done so. */
const SETTLING = 50;

/**
 * Runs an action while no other process runs one under the same name: a file of that name is there meanwhile.
 *
 * @param action waits for nothing, so that it takes less than a millisecond
 * @param staleAfter milliseconds after which a file that stays the same is one that was left
 * @throws what the action throws, and what the file system does
 */
export async function exclusively(
  lockFile: string,
  action: () => void,
  staleAfter = STALE_AFTER,
): Promise<void> {
  let waited = 0;
  let seen: string | undefined;
  while (!take(lockFile)) {
    const holder = holderOf(lockFile);
    if (holder !== seen) {
      seen = holder; // others come and go: nobody was killed
      waited = 0;
    }
    if (waited >= staleAfter) {
      if (await takeOver(lockFile)) break;
      waited = 0;
    }
    await sleep(PAUSE);
    waited += PAUSE;
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
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Which file it is, of all that have come and gone under its name. */
function holderOf(lockFile: string): string | undefined {
  const status = lstatSync(lockFile, { bigint: true, throwIfNoEntry: false });
  return status && `${status.ino} ${status.mtimeNs}`;
}

/**
 * Puts a file of our own in the place of one that was left. Several may do so at once; it is theirs whose file is there in the end.
 * To delete the one that was left would be no way: it may be that of somebody who has just taken over.
 */
async function takeOver(lockFile: string): Promise<boolean> {
  const own = randomUUID();
  const temporary = `${lockFile}.${own}`;
  try {
    writeFileSync(temporary, own, { flag: 'wx' });
    renameSync(temporary, lockFile);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  await sleep(SETTLING);
  return contentOf(lockFile) === own;
}

function contentOf(lockFile: string): string | undefined {
  try {
    return readFileSync(lockFile, 'utf8');
  } catch {
    return undefined;
  }
}
