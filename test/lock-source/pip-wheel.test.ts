import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { incompleteError, messageOf } from '../../src/errors.ts';
import { pipWheel, type FetchPip, type PipWheelRef } from '../../src/lock-source/pip-wheel.ts';
import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';

const CONTENT = Buffer.from('the bytes of a wheel');
const sha256 = createHash('sha256').update(CONTENT).digest('hex');
const WHEEL: PipWheelRef = { name: 'pip', version: '99.0', filename: 'pip-99.0-py3-none-any.whl', sha256 };

let cacheDir: string;
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'provpin-wheel-'));
});
afterEach(async () => {
  await rm(cacheDir, { recursive: true });
});

/** An index that has this content, and remembers what it was asked for. */
function indexWith(content: Uint8Array) {
  const asked: PipWheelRef[] = [];
  const fetchPip = (wheel: PipWheelRef) => {
    asked.push(wheel);
    return Promise.resolve(content);
  };
  return { asked, fetchPip };
}

/** What a promise is rejected with. */
async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const HINT = 'use another Python';
const wheelFrom = async (fetchPip: FetchPip, directory = cacheDir) =>
  await pipWheel(WHEEL, { cacheDir: directory, fetchPip, hint: HINT });

const pathInCache = () => join(cacheDir, 'pip', sha256, WHEEL.filename);

test('is fetched once', async () => {
  const index = indexWith(CONTENT);
  const paths = [await wheelFrom(index.fetchPip), await wheelFrom(index.fetchPip)];
  expect(paths).toEqual([pathInCache(), pathInCache()]);
  expect(index.asked).toEqual([WHEEL]);
  expect(await readFile(pathInCache())).toEqual(CONTENT);
  expect(await readdir(dirname(pathInCache()))).toEqual([WHEEL.filename]);
});

test('twenty runs at once', async () => {
  const index = indexWith(CONTENT);
  const runs = Array.from({ length: 20 }, async () => wheelFrom(index.fetchPip));
  expect(new Set(await Promise.all(runs))).toEqual(new Set([pathInCache()]));
  expect(await readdir(dirname(pathInCache()))).toEqual([WHEEL.filename]);
});

test.each([
  ['other content', Buffer.from('evil')],
  ['one byte too few', CONTENT.subarray(1)],
  ['nothing', Buffer.alloc(0)],
])('a cache with %s is replaced', async (_, content) => {
  await mkdir(dirname(pathInCache()), { recursive: true });
  await writeFile(pathInCache(), content);
  const index = indexWith(CONTENT);
  await wheelFrom(index.fetchPip);
  expect(index.asked).toHaveLength(1);
  expect(await readFile(pathInCache())).toEqual(CONTENT);
});

describe('errors', () => {
  test('an index with other content: nothing is written', async () => {
    const evil = Buffer.from('evil');
    const digest = createHash('sha256').update(evil).digest('hex');
    await expect(wheelFrom(indexWith(evil).fetchPip)).rejects.toMatchObject({
      code: 'pip-wheel',
      exitCode: 3,
      hints: [HINT],
      message: `the index has another \`${WHEEL.filename}\` than the one that is pinned: sha256 ${digest}, not ${sha256}`,
    });
    expect(await readdir(cacheDir)).toEqual([]);
  });

  test('a cache directory that is a file', async () => {
    const file = join(cacheDir, 'file');
    await writeFile(file, '');
    const error = await errorOf(wheelFrom(indexWith(CONTENT).fetchPip, file));
    expect(error).toMatchObject({
      code: 'pip-wheel',
      exitCode: 3,
      hints: ['give another cache directory with `--cache-dir`'],
    });
    expect(messageOf(error)).toMatch(/^`.*` cannot be written: ENOTDIR/);
  });

  test('a directory where the wheel should be: no half file is left', async () => {
    await mkdir(join(pathInCache(), 'x'), { recursive: true });
    await expect(wheelFrom(indexWith(CONTENT).fetchPip)).rejects.toThrow('cannot be written');
    expect(await readdir(dirname(pathInCache()))).toEqual([WHEEL.filename]);
  });

  test('an error of the index is passed on', async () => {
    const error = new Error('from the index');
    await expect(wheelFrom(async () => Promise.reject(error))).rejects.toBe(error);
  });

  test('one that is expected also says what to do', async () => {
    const error = incompleteError('fetch-artifact', 'it is not there', ['look elsewhere']);
    await expect(wheelFrom(async () => Promise.reject(error))).rejects.toMatchObject({
      code: 'fetch-artifact',
      exitCode: 3,
      hints: ['look elsewhere', HINT],
    });
  });
});

test('the pinned wheel is one file of one version, by its sha256', () => {
  expect(PINNED_PIP.filename).toBe(`pip-${PINNED_PIP.version}-py3-none-any.whl`);
  expect(PINNED_PIP.sha256).toMatch(/^[0-9a-f]{64}$/);
});
