import { describe, expect, test } from 'vitest';
import { expiredAllowances, identityEntries, liveAllowances } from '../../src/policy/allowance.ts';
import { ACME, entriesOf } from './fixture.ts';

const entries = entriesOf(
  `demo ${ACME}`,
  'demo unsigned',
  'demo==1.0 unsigned until=2026-11-20',
  'demo==2.0 unsigned until=2026-11-21',
  'demo==3.0 unsigned until=2026-11-22',
);
const lines = (some: typeof entries) => some.map(({ line }) => line);

describe('allowances', () => {
  test('an identity is none', () => {
    expect(lines(identityEntries(entries))).toEqual([1]);
  });

  test.each([
    ['2026-11-20', [2, 3, 4, 5], []],
    ['2026-11-21', [2, 4, 5], [3]],
    ['2026-11-22', [2, 5], [3, 4]],
    ['2027-01-01', [2], [3, 4, 5]],
  ])('on %s', (today, live, expired) => {
    expect(lines(liveAllowances(entries, today))).toEqual(live);
    expect(lines(expiredAllowances(entries, today))).toEqual(expired);
  });
});
