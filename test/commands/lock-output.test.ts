import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { onlyPylock, planLockOutput } from '../../src/commands/lock-output.ts';
import { pylock } from '../../src/lock-source/pylock.ts';
import type { Lock, ObservedPackage } from '../../src/model.ts';
import { demo, GOOGLE, MALLORY, signed, unsigned } from '../policy/fixture.ts';

const LOCK: Lock = { source: 'pylock.toml', packages: [], pylock: 'lock-version = "1.0"\n' };

describe('onlyPylock', () => {
  test('is the one lock by PEP 751', () => {
    expect(onlyPylock([LOCK], 'it takes')).toEqual(LOCK);
    expect(onlyPylock([{ ...LOCK, leftOut: [] }], 'it takes')).toMatchObject(LOCK);
  });

  test.each<[string, readonly Lock[], string]>([
    ['none', [], 'it takes one lock'],
    ['two', [LOCK, LOCK], 'it takes one lock'],
    ['one of another format', [{ source: 'uv.lock', packages: [] }], 'it takes one lock'],
    ['one of which a part was left out', [{ ...LOCK, leftOut: ['demo'] }], 'it takes a whole lock'],
  ])('%s is refused', (_, locks, words) => {
    expect(() => onlyPylock(locks, 'it takes')).toThrow(words);
  });
});

describe('what is written', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'provpin-output-'));
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });

  const text = `lock-version = "1.0"\ncreated-by = "pip"\n\n[[packages]]\nname = "demo"\nversion = "2.0"\nwheels = [{name = "demo-2.0-py3-none-any.whl", url = "https://files.example/demo-2.0-py3-none-any.whl", hashes = {sha256 = "${'a5'.repeat(32)}"}}]\n`;
  const lock: Lock = { ...pylock.read(text, 'pylock.toml'), source: 'pylock.toml' };

  async function written(observed: Partial<ObservedPackage>, before?: string) {
    const path = join(directory, 'pylock.toml');
    if (before !== undefined) await writeFile(path, before);
    const line = lock.packages[0]?.line ?? 0;
    const told = await planLockOutput(path, [lock])([demo([], { line, ...observed })], true);
    expect(told).toEqual({ notes: [`the lock was written to \`${path}\``], problems: [] });
    return await readFile(path, 'utf8');
  }

  test('is each signer once, in one order, whichever file it is of', async () => {
    const files = [
      signed('a.whl', MALLORY),
      signed('b.whl', GOOGLE),
      signed('c.whl'),
      signed('d.whl', MALLORY),
    ];
    const one = await written({ files });
    expect(one.match(/kind = /g)).toHaveLength(3);
    expect(one.indexOf('acme/demo')).toBeLessThan(one.indexOf('mallory/demo'));
    expect(await written({ files: files.toReversed() }, 'an older lock')).toBe(one);
  });

  test.each<[string, Partial<ObservedPackage>]>([
    ['of unsigned files', { files: [unsigned('a.whl')] }],
    ['of a signer that PEP 751 has no form for', { files: [signed('a.whl', { ...GOOGLE, kind: 'key' })] }],
    ['of a package whose lock states some', { files: [signed('a.whl')], attestationIdentities: [] }],
  ])('nothing is added %s', async (_, observed) => {
    expect(await written(observed)).toBe(text);
  });
});
