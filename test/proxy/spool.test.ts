import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createSpool, type Spool, type Spooled } from '../../src/proxy/spool.ts';

const SIZE = 100_000;
const bytes = Buffer.from(Array.from({ length: SIZE }, (_, at) => at % 251));

let parent: string;
let spool: Spool<string>;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'provpin-spool-'));
  spool = createSpool(join(parent, 'cache'), 2 * SIZE);
});
afterEach(async () => {
  await spool.close();
  await rm(parent, { recursive: true });
});

let filled: string[] = [];
beforeEach(() => {
  filled = [];
});

const take = async (name: string): Promise<Spooled<string>> =>
  await spool.take(name, SIZE, async (restart) => {
    filled.push(name);
    const write = await restart();
    for (let at = 0; at < SIZE; at += 30_000)
      if (!(await write(bytes.subarray(at, at + 30_000)))) return 'cut';
    return undefined;
  });

/** Reads a part, and lets the file go. */
async function read(taken: Spooled<string>, first: number, last: number): Promise<Buffer | string> {
  if (taken.kind !== 'spooled') return taken.kind;
  const chunks: Uint8Array[] = [];
  for await (const chunk of taken.file.read(first, last)) chunks.push(chunk);
  taken.file.release();
  return Buffer.concat(chunks);
}

test('parts are those of the file', async () => {
  const taken = await take('a');
  for (const [first, last] of [
    [0, SIZE - 1],
    [5, 5],
    [1, 70_000],
  ] as const)
    expect(await read(taken, first, last)).toEqual(bytes.subarray(first, last + 1));
});

test('no name is left in the directory, and no directory at the end', async () => {
  await read(await take('a'), 0, 0);
  const [own = ''] = await readdir(join(parent, 'cache'));
  expect(await readdir(join(parent, 'cache', own))).toEqual([]);
  await spool.close();
  expect(await readdir(join(parent, 'cache'))).toEqual([]);
});

test('a file is written once, however many ask for it', async () => {
  await Promise.all(Array.from({ length: 10 }, async () => read(await take('a'), 0, 9)));
  expect([filled, spool.has('a', SIZE)]).toEqual([['a'], true]);
});

test('under another size it is another file, of which nothing is there', async () => {
  await read(await take('a'), 0, 9);
  expect(spool.has('a', 9)).toBe(false);
  expect(await spool.take('a', 9, async () => Promise.resolve('why'))).toEqual({
    kind: 'failed',
    failure: 'why',
  });
  expect(spool.has('a', SIZE)).toBe(true);
});

test('room is made of what nobody reads, the oldest first', async () => {
  const a = await take('a');
  await read(await take('b'), 0, 0);
  await read(await take('c'), 0, 0);
  expect(['a', 'b', 'c'].filter((name) => spool.has(name, SIZE))).toEqual(['a', 'c']);
  expect(await read(a, 0, 4)).toEqual(bytes.subarray(0, 5));
});

test('where all of it is read, there is none', async () => {
  const [a, b] = [await take('a'), await take('b')];
  expect(await take('c')).toEqual({ kind: 'no-room' });
  expect([await read(a, 0, 0), await read(b, 1, 1)]).toEqual([bytes.subarray(0, 1), bytes.subarray(1, 2)]);
  expect(await take('c')).toMatchObject({ kind: 'spooled' });
});

test('a file that did not come is not kept', async () => {
  expect(await spool.take('a', SIZE, async () => Promise.resolve('why'))).toEqual({
    kind: 'failed',
    failure: 'why',
  });
  expect(spool.has('a', SIZE)).toBe(false);
  expect(await read(await take('a'), 0, 0)).toEqual(bytes.subarray(0, 1));
});

test('another attempt begins anew', async () => {
  const taken = await spool.take('a', 3, async (restart) => {
    await (
      await restart()
    )(Buffer.from('xx'));
    await (
      await restart()
    )(Buffer.from('abc'));
    return undefined;
  });
  expect(await read(taken, 0, 2)).toEqual(Buffer.from('abc'));
});

test('where nothing can be written, there is no room', async () => {
  await writeFile(join(parent, 'cache'), 'a file');
  expect(await take('a')).toEqual({ kind: 'no-room' });
});
