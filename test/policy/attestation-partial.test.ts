import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, invalid, MALLORY, signed, unsigned, wheels, verdictsOf } from './fixture.ts';

const RULE = 'attestation-partial';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('attestation-partial', () => {
  test.each([
    ['recorded, one of two signed', [signed('a.whl'), unsigned('b.whl')], [LINE], 1],
    ['nothing recorded, one of two signed', [signed('a.whl'), unsigned('b.whl')], [], 1],
    ['one signed by a stranger', [signed('a.whl', MALLORY), unsigned('b.whl')], [LINE], 1],
    ['`unsigned` beside the identity', [signed('a.whl'), unsigned('b.whl')], [LINE, 'demo unsigned'], 0],
    ['`unsigned` for this version', [signed('a.whl'), unsigned('b.whl')], [LINE, 'demo==2.0 unsigned'], 0],
    ['`unsigned` for another version', [signed('a.whl'), unsigned('b.whl')], [LINE, 'demo==1.0 unsigned'], 1],
    [
      'an `unsigned` that ended',
      [signed('a.whl'), unsigned('b.whl')],
      [LINE, 'demo unsigned until=2026-11-20'],
      1,
    ],
    ['all signed', [signed('a.whl'), signed('b.whl')], [LINE], 0],
    ['none signed', [unsigned('a.whl'), unsigned('b.whl')], [LINE], 0],
    ['signed beside invalid', [signed('a.whl'), invalid('b.whl')], [LINE], 0],
  ] as const)('%s', (_, files, lines, count) => {
    const findings = findingsOf(RULE, demo(files), lines);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('names the unsigned file, and the line that would acknowledge this version only', () => {
    const files = [...wheels(39, (name) => signed(name)), unsigned('late.whl')];
    const [finding] = findingsOf(RULE, demo(files), [LINE]);
    expect(finding).toMatchObject({ file: 'late.whl', observed: 'unsigned', entryLine: 1 });
    expect(finding?.message).toContain('`late.whl` (1 of 40 files)');
    expect(finding?.help).toContain('`demo==2.0 unsigned`');
    const unversioned = { name: 'demo', files };
    expect(findingsOf(RULE, unversioned, [LINE])[0]?.help).toContain('`demo unsigned`');
  });
});
