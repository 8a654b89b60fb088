import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Receipt } from '../../src/receipts/contract.ts';
import { formatReceipts } from '../../src/receipts/format.ts';
import { mergeReceipts, type LockedVersion } from '../../src/receipts/merge.ts';
import { anyReceipt, receipt } from './fixture.ts';

const LOCK = [{ name: 'certifi', version: '2.0' }];
const now = receipt({ version: '2.0', file: 'certifi-2.0.tar.gz', signedAt: '2026-03-01T00:00:00.000Z' });

function merged(
  previous: readonly Receipt[],
  current: readonly Receipt[],
  lock: readonly LockedVersion[] = LOCK,
) {
  return formatReceipts(mergeReceipts(previous, current, lock));
}

describe('which receipts stay', () => {
  test('those of this run, in the place of what was known of the same attestations', () => {
    const { buildSigner: _, ...before } = { ...now, runUri: 'https://other.example/run' };
    expect(merged([before], [now])).toBe(formatReceipts([now]));
  });

  test.each([
    ['of other bytes', { sha256: 'cd'.repeat(32) }],
    ['of another entry of the log', { log: { keyId: 'YQ==', index: '1' } }],
    ['of another log', { log: { keyId: 'YQ==', index: '694071111' } }],
    ['of another time', { signedAt: '2026-03-01T00:00:01.000Z' }],
    ['of another build', { builtAt: '2026-03-01T00:00:00.000Z' }],
    ['of another signer', { identity: 'https://github.com/other/certifi' }],
    ['of another predicate', { predicateType: 'urn:other' }],
  ])('what was known of the same file, but %s', (_, change) => {
    const before = { ...now, ...change };
    expect(merged([before], [now])).toBe(formatReceipts([before, now]));
  });

  test('those of other files of a version in the lock', () => {
    const otherPlatform = { ...now, file: 'certifi-2.0-cp314-cp314-win_amd64.whl' };
    expect(merged([otherPlatform], [now])).toBe(formatReceipts([now, otherPlatform]));
  });

  test('those of a file in the lock of which this run verified nothing', () => {
    expect(merged([now], [])).toBe(formatReceipts([now]));
  });

  test('of passed versions, the one signed last, with all of its files', () => {
    const oldest = receipt({
      version: '0.9',
      file: 'certifi-0.9.tar.gz',
      signedAt: '2025-01-01T00:00:00.000Z',
    });
    const before = receipt({
      version: '1.10',
      file: 'certifi-1.10.tar.gz',
      signedAt: '2026-02-01T00:00:00.000Z',
    });
    const beforeToo = {
      ...before,
      file: 'certifi-1.10-py3-none-any.whl',
      signedAt: '2025-12-01T00:00:00.000Z',
    };
    const between = receipt({
      version: '1.9',
      file: 'certifi-1.9.tar.gz',
      signedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(merged([oldest, before, beforeToo, between], [now])).toBe(
      formatReceipts([now, before, beforeToo]),
    );
  });

  test('a newer version, too, when the lock went back', () => {
    const newer = receipt({
      version: '3.0',
      file: 'certifi-3.0.tar.gz',
      signedAt: '2026-04-01T00:00:00.000Z',
    });
    expect(merged([newer], [now])).toBe(formatReceipts([now, newer]));
  });

  test('those of packages that are not in this lock', () => {
    const other = receipt({ package: 'idna', file: 'idna-1.0.tar.gz' });
    const older = receipt({ package: 'idna', version: '0.9', file: 'idna-0.9.tar.gz' });
    expect(merged([other, older], [now])).toBe(formatReceipts([now, other, older]));
  });

  test('the version is that of the files where the lock gives none', () => {
    const older = [1, 2].map((minor) =>
      receipt({ version: `1.${minor}`, signedAt: `2026-01-0${minor}T00:00:00.000Z` }),
    );
    expect(merged(older, [now], [{ name: 'certifi' }])).toBe(formatReceipts([now, ...older.slice(1)]));
  });
});

const receipts = fc.uniqueArray(anyReceipt, { maxLength: 12, selector: (one) => formatReceipts([one]) });
const lock = fc.array(
  fc.record({ name: fc.constantFrom('a', 'a-b', 'b'), version: fc.constantFrom('1.0', '1.0.1', '2.0') }),
  { maxLength: 4 },
);

test('nothing is invented, this run is kept whole, and the same run again changes nothing', () => {
  fc.assert(
    fc.property(receipts, receipts, lock, (previous, current, locked) => {
      const result = mergeReceipts(previous, current, locked);
      for (const one of result) expect([...previous, ...current]).toContain(one);
      for (const one of current) expect(result).toContain(one);
      expect(merged(result, current, locked)).toBe(formatReceipts(result));
    }),
  );
});

test('of each package in the lock, at most one version stays that is neither in it nor of this run', () => {
  fc.assert(
    fc.property(receipts, receipts, lock, (previous, current, locked) => {
      for (const { name } of locked) {
        const known = new Set([
          ...locked.filter((one) => one.name === name).map((one) => one.version),
          ...current.filter((one) => one.package === name).map((one) => one.version),
        ]);
        const passed = mergeReceipts(previous, current, locked)
          .filter((one) => one.package === name && !known.has(one.version))
          .map((one) => one.version);
        expect(new Set(passed).size).toBeLessThanOrEqual(1);
      }
    }),
  );
});
