import { limitConcurrency } from '../package-index/concurrency.ts';

/** Waits for what only the client can bring about: whoever does that for too long may lose its place. */
export type AwaitClient = (what: Promise<unknown>) => Promise<void>;

/**
 * Runs a task when there is a place for it, first come, first served.
 *
 * @param lose called at most once, when the place is wanted by somebody else; the task is to end then
 */
export type Places = (lose: () => void, task: (awaitClient: AwaitClient) => Promise<void>) => Promise<void>;

/**
 * So many places. Who is kept waiting by its client keeps its place as long as nobody else wants it.
 *
 * @param patience milliseconds for which a client may take nothing, while another one waits
 */
export function createPlaces(count: number, patience: number): Places {
  const run = limitConcurrency(count);
  /** What ends those who have waited for too long, the longest first. */
  const stalled = new Set<() => void>();
  let waiting = 0;
  let leaving = 0;
  const makeRoom = (): void => {
    for (const end of stalled) {
      if (waiting <= leaving) return;
      stalled.delete(end);
      leaving += 1;
      end();
    }
  };
  return async (lose, task) => {
    let isLeaving = false;
    const end = (): void => {
      isLeaving = true;
      lose();
    };
    waiting += 1;
    const done = run(async () => {
      waiting -= 1;
      try {
        await task(async (what) => {
          const timer = setTimeout(() => {
            stalled.add(end);
            makeRoom();
          }, patience);
          await what.finally(() => {
            clearTimeout(timer);
            stalled.delete(end);
          });
        });
      } finally {
        if (isLeaving) leaving -= 1;
      }
    });
    makeRoom();
    await done;
  };
}
