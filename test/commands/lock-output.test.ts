import { describe, expect, test } from 'vitest';

import { onlyPylock } from '../../src/commands/lock-output.ts';
import type { Lock } from '../../src/model.ts';

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
