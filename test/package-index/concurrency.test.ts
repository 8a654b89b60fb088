import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { limitConcurrency, shareByKey } from '../../src/package-index/concurrency.ts';

describe('limitConcurrency', () => {
  test('never runs more than the limit, and uses it', async () => {
    const limit = limitConcurrency(3);
    let running = 0;
    const seen: number[] = [];
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        limit(async () => {
          running += 1;
          seen.push(running);
          await turn();
          running -= 1;
          return index;
        }),
      ),
    );
    expect(Math.max(...seen)).toBe(3);
    expect(results).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  test('a task that fails gives its place back', async () => {
    const limit = limitConcurrency(1);
    const failures = [1, 2, 3].map((index) => limit(() => Promise.reject(new Error(`task ${index}`))));
    const settled = await Promise.allSettled([...failures, limit(() => Promise.resolve('last'))]);
    expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected', 'fulfilled']);
  });
});

test('shareByKey starts a task once', async () => {
  const share = shareByKey<number>();
  let started = 0;
  const task = () => Promise.resolve((started += 1));
  expect(await Promise.all([share('a', task), share('a', task), share('b', task)])).toEqual([1, 1, 2]);
  expect(await share('a', task)).toBe(1);
});
