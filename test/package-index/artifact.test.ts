import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindOneFile, differenceFrom, measure, unknownHashes } from '../../src/package-index/artifact.ts';

async function* chunks(...list: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of list) {
    yield Buffer.from(chunk);
  }
}

test.each([
  [{}, [], false],
  [{ md5: '1', sha1: '2' }, [], false],
  [{ md5: '1', sha512: '2' }, [], true],
  [{ sha256: '1', blake2b: '2', blake2s: '3', sha3_256: '4' }, [], true],
  [{ sha256: '1', shake_128: '2', constructor: '3' }, ['shake_128', 'constructor'], true],
  [{ ripemd160: '1' }, ['ripemd160'], false],
])('%j: unknown are %j, binds one file: %j', (hashes, unknown, binds) => {
  expect(unknownHashes(hashes)).toEqual(unknown);
  expect(bindOneFile(hashes)).toBe(binds);
});

describe('measure', () => {
  test('known digests of "abc"', async () => {
    const measured = await measure(chunks('a', '', 'bc'), ['blake2b', 'sha3_256']);
    expect(measured.size).toBe(3);
    expect(measured.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    // FIPS 202 and RFC 7693.
    expect(measured.hashes['sha3_256']).toBe(
      '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
    );
    expect(measured.hashes['blake2b']).toMatch(
      /^ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1/u,
    );
  });

  test('however it is cut up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string()), async (list) => {
        const { sha256, size } = await measure(chunks(...list), []);
        expect(sha256).toBe(createHash('sha256').update(list.join('')).digest('hex'));
        expect(size).toBe(Buffer.byteLength(list.join('')));
      }),
    );
  });
});

describe('differenceFrom', () => {
  const measured = { sha256: 'aa', hashes: { sha256: 'aa', sha512: 'bb' }, size: 3 };
  test.each([
    [{ hashes: { sha512: 'BB' }, size: 3 }, undefined],
    [{ hashes: { sha512: 'bb' } }, undefined],
    [{ hashes: { sha512: 'bc' } }, "its sha512 is not the lock's"],
    [{ hashes: { sha512: 'bb', sha256: 'ab' } }, "its sha256 is not the lock's"],
    [{ hashes: { sha512: 'bb' }, size: 4 }, 'it has 3 bytes, the lock says 4'],
  ])('%j', (pinned, expected) => {
    expect(differenceFrom(measured, pinned)).toBe(expected);
  });
});
