import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, misclaimed, signed, unsigned, verdictsOf } from './fixture.ts';

const RULE = 'publisher-claim-mismatch';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('publisher-claim-mismatch', () => {
  test.each([
    ['none', [signed('a.whl')], 0],
    ['one', [misclaimed('a.whl', 'acme/real', 'acme/demo')], 1],
    [
      'two alike',
      [misclaimed('a.whl', 'acme/real', 'acme/demo'), misclaimed('b.whl', 'acme/real', 'acme/demo')],
      1,
    ],
    [
      'two that differ',
      [misclaimed('a.whl', 'acme/real', 'acme/demo'), misclaimed('b.whl', 'acme/x', 'acme/demo')],
      2,
    ],
    ['one beside a good one', [signed('a.whl'), misclaimed('b.whl', 'acme/real', 'acme/demo')], 1],
    ['not signed', [unsigned('a.whl')], 0],
  ] as const)('%s', (_, files, count) => {
    for (const lines of [[], [LINE], [`demo ${ACME}`]]) {
      const findings = findingsOf(RULE, demo(files), lines);
      expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
    }
  });

  test('says both', () => {
    const [finding] = findingsOf(
      RULE,
      demo([signed('a.whl'), misclaimed('b.whl', 'acme/`real', 'acme/demo')]),
      [LINE],
    );
    expect(finding?.file).toBe('b.whl');
    expect(finding?.recorded).toBe(`${ACME} repository-id=11 owner-id=22`);
    expect(finding?.observed).toBe(`${ACME} repository-id=11 owner-id=22`);
    expect(finding?.message).toContain("claimed `acme/'real`, certified `acme/demo`: `b.whl` (1 of 2 files)");
  });
});
