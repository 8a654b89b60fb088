import { describe, expect, test } from 'vitest';
import {
  ACME,
  demo,
  findingsOf,
  invalid,
  signed,
  unavailable,
  uncovered,
  unsigned,
  verdictsOf,
} from './fixture.ts';

const RULE = 'attestation-missing';

describe('attestation-missing', () => {
  test.each([
    ['not signed, no line', [unsigned('a.whl')], [], 1],
    ['not signed, a line of another name', [unsigned('a.whl')], ['other unsigned'], 1],
    ['not signed, `unsigned` for another version', [unsigned('a.whl')], ['demo==1.0 unsigned'], 1],
    ['not signed, an identity for another version (lost)', [unsigned('a.whl')], [`demo==1.0 ${ACME}`], 0],
    ['not signed beside invalid', [unsigned('a.whl'), invalid('b.whl')], [], 1],
    ['not signed, `unsigned`', [unsigned('a.whl')], ['demo unsigned'], 0],
    ['not signed, `unsigned` for this version', [unsigned('a.whl')], ['demo==2.0 unsigned'], 0],
    ['not signed, `unsigned` until today', [unsigned('a.whl')], ['demo unsigned until=2026-11-21'], 0],
    [
      'an `unsigned` that ended is allowance-expired',
      [unsigned('a.whl')],
      ['demo unsigned until=2026-11-20'],
      0,
    ],
    ['a recorded identity is attestation-lost', [unsigned('a.whl')], [`demo ${ACME}`], 0],
    ['partly signed is attestation-partial', [signed('a.whl'), unsigned('b.whl')], [], 0],
    ['signed', [signed('a.whl')], [], 0],
    ['cannot be had', [unavailable('a.whl')], [], 0],
    ['not covered', [uncovered('a.whl')], [], 0],
  ] as const)('STRICT: %s', (_, files, lines, count) => {
    const findings = findingsOf(RULE, demo(files), lines, { strict: true });
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
    expect(findingsOf(RULE, demo(files), lines, { strict: false })).toEqual([]);
  });

  test('says what would acknowledge it', () => {
    const [finding] = findingsOf(RULE, demo([unsigned('a.whl')]), [], { strict: true });
    expect(finding).toMatchObject({ file: 'a.whl', observed: 'unsigned' });
    expect(finding?.help).toContain('`demo unsigned`');
  });
});
