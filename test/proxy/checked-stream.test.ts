import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { HELD_BACK, passOn } from '../../src/proxy/checked-stream.ts';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Bytes in chunks of these lengths, over and over. */
async function* inChunks(bytes: Uint8Array, lengths: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    yield await Promise.resolve(bytes.subarray(at, at + length));
    at += length;
  }
}

async function pass(
  bytes: Uint8Array,
  expected: { readonly sha256: string; readonly size?: number },
  { lengths = [64 * 1024], takes = Infinity } = {},
) {
  const sent: Uint8Array[] = [];
  const write = async (chunk: Uint8Array) => {
    sent.push(chunk);
    return await Promise.resolve(sent.length < takes);
  };
  const outcome = await passOn(inChunks(bytes, lengths), write, expected);
  return { outcome, sent: Buffer.concat(sent) };
}

const large = Buffer.alloc(HELD_BACK + 300_000, 'x');

describe('the file', () => {
  test.for([0, 1, HELD_BACK - 1, HELD_BACK, HELD_BACK + 1, large.length])(
    'of %i bytes comes whole',
    async (length) => {
      const bytes = large.subarray(0, length);
      const { outcome, sent } = await pass(bytes, { sha256: sha256Of(bytes), size: length });
      expect([outcome, sent.equals(bytes)]).toEqual(['whole', true]);
    },
  );

  test('comes whole, however it is cut', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(lengths, async (cut) => {
        fc.pre(Math.max(...cut) > 1_000);
        const { outcome, sent } = await pass(large, { sha256: sha256Of(large) }, { lengths: cut });
        expect([outcome, sent.equals(large)]).toEqual(['whole', true]);
      }),
      { numRuns: 20 },
    );
  });
});

describe('another file', () => {
  test.for([
    ['another hash', { sha256: sha256Of(Buffer.from('y')) }],
    ['a smaller size', { sha256: sha256Of(large), size: large.length - 1 }],
    ['a larger size', { sha256: sha256Of(large), size: large.length + 1 }],
  ] as const)('%s: the end never leaves', async ([, expected]) => {
    const { outcome, sent } = await pass(large, expected);
    expect(outcome).toBe('other bytes');
    expect(sent.length).toBeLessThanOrEqual(large.length - HELD_BACK);
  });

  test('no longer than what is held back: nothing leaves', async () => {
    const { outcome, sent } = await pass(large.subarray(0, HELD_BACK), { sha256: sha256Of(large) });
    expect([outcome, sent.length]).toEqual(['other bytes', 0]);
  });
});

async function* broken() {
  yield await Promise.resolve(large);
  throw new Error('reset');
}

test('when nobody takes the rest, it ends', async () => {
  const { outcome, sent } = await pass(large, { sha256: sha256Of(large) }, { takes: 1 });
  expect([outcome, sent.length]).toEqual(['cut', 64 * 1024]);
});

test('what breaks off is an error of whoever sends it', async () => {
  await expect(passOn(broken(), async () => Promise.resolve(true), { sha256: '' })).rejects.toThrow('reset');
});
