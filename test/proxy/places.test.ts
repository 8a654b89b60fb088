import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createPlaces, type AwaitClient } from '../../src/proxy/places.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Places for so many, with a patience of ten, and those who want one: each stays until it is told to leave, or loses its place. */
function open(count: number) {
  const places = createPlaces(count, 10);
  const said: string[] = [];
  const enter = (name: string) => {
    const leaving = Promise.withResolvers<undefined>();
    let wait: AwaitClient | undefined;
    const lose = (): void => {
      said.push(`${name} loses`);
      leaving.resolve(undefined);
    };
    const left = places(lose, async (awaitClient) => {
      said.push(`${name} enters`);
      wait = awaitClient;
      await leaving.promise;
    });
    return {
      /** The client takes nothing, until what is returned is called. */
      stall: (): (() => void) => {
        const taken = Promise.withResolvers<undefined>();
        void wait?.(taken.promise);
        return () => taken.resolve(undefined);
      },
      leave: async (): Promise<void> => {
        leaving.resolve(undefined);
        await left;
      },
      left,
    };
  };
  return { enter, said };
}

describe('a place', () => {
  test('is for the first who comes, and then for the next', async () => {
    const { enter, said } = open(2);
    const [a, b] = ['a', 'b', 'c', 'd'].map(enter);
    expect(said).toEqual(['a enters', 'b enters']);
    await b?.leave();
    await a?.leave();
    expect(said).toEqual(['a enters', 'b enters', 'c enters', 'd enters']);
  });

  test('is kept by who waits for its client, as long as nobody else wants it', async () => {
    const { enter, said } = open(1);
    const a = enter('a');
    const go = a.stall();
    await vi.advanceTimersByTimeAsync(1_000);
    go();
    await vi.advanceTimersByTimeAsync(0);
    enter('b');
    expect(said).toEqual(['a enters']);
  });

  test('is kept by who waits for a short time, again and again', async () => {
    const { enter, said } = open(1);
    const a = enter('a');
    enter('b');
    for (let times = 0; times < 5; times += 1) {
      const go = a.stall();
      await vi.advanceTimersByTimeAsync(9);
      go();
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(said).toEqual(['a enters']);
  });

  test('is lost by who has waited for long, when another one comes', async () => {
    const { enter, said } = open(2);
    const [a, b] = [enter('a'), enter('b')];
    a.stall();
    await vi.advanceTimersByTimeAsync(5);
    b.stall();
    await vi.advanceTimersByTimeAsync(10);
    enter('c');
    await a.left;
    expect(said).toEqual(['a enters', 'b enters', 'a loses', 'c enters']);
  });

  test('is lost by one for each who waits, as soon as it has waited for long', async () => {
    const { enter, said } = open(3);
    const all = ['a', 'b', 'c'].map(enter);
    enter('d');
    for (const one of all) one.stall();
    await vi.advanceTimersByTimeAsync(9);
    expect(said).toEqual(['a enters', 'b enters', 'c enters']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(said.slice(3)).toEqual(['a loses', 'd enters']);
    enter('e');
    await vi.advanceTimersByTimeAsync(0);
    expect(said.slice(5)).toEqual(['b loses', 'e enters']);
  });

  test('is free again after a task that failed', async () => {
    const places = createPlaces(1, 10);
    const fails = places(
      () => undefined,
      async () => Promise.reject(new Error('a bug')),
    );
    await expect(fails).rejects.toThrow('a bug');
    let isIn = false;
    await places(
      () => undefined,
      async () => {
        isIn = true;
        await Promise.resolve();
      },
    );
    expect(isIn).toBe(true);
  });
});
