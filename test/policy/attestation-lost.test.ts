import { describe, expect, test } from 'vitest';
import {
  ACME,
  demo,
  findingsOf,
  GOOGLE,
  invalid,
  MALLORY,
  signed,
  unavailable,
  unsigned,
  verdictsOf,
} from './fixture.ts';

const RULE = 'attestation-lost';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('attestation-lost', () => {
  test.each([
    ['recorded, and not signed', [unsigned('a.whl')], [LINE], 1],
    ['two files, neither signed', [unsigned('a.whl'), unsigned('b.whl')], [LINE], 1],
    ['two columns, and not signed', [unsigned('a.whl')], [`demo ${ACME}`], 1],
    ['a line for this version, and not signed', [unsigned('a.whl')], [`demo==2.0 ${ACME}`], 1],
    ['a line for another version', [unsigned('a.whl')], [`demo==1.0 ${ACME}`], 1],
    [
      'a line for another version, and `unsigned` for this one',
      [unsigned('a.whl')],
      [`demo==1.0 ${ACME}`, 'demo==2.0 unsigned'],
      0,
    ],
    ['`unsigned` beside it', [unsigned('a.whl')], [LINE, 'demo unsigned'], 0],
    ['`unsigned` for this version beside it', [unsigned('a.whl')], [LINE, 'demo==2.0 unsigned'], 0],
    ['`unsigned` for another version beside it', [unsigned('a.whl')], [LINE, 'demo==1.0 unsigned'], 1],
    ['an `unsigned` that ended beside it', [unsigned('a.whl')], [LINE, 'demo unsigned until=2020-01-01'], 1],
    ['one file signed', [signed('a.whl'), unsigned('b.whl')], [LINE], 0],
    ['one file signed by a stranger', [signed('a.whl', MALLORY), unsigned('b.whl')], [LINE], 0],
    ['not signed beside one that is invalid', [invalid('a.whl'), unsigned('b.whl')], [LINE], 1],
    ['not signed beside one that cannot be had', [unavailable('a.whl'), unsigned('b.whl')], [LINE], 1],
    ['cannot be had', [unavailable('a.whl')], [LINE], 0],
    ['nothing recorded', [unsigned('a.whl')], [], 0],
  ] as const)('%s', (_, files, lines, count) => {
    for (const strict of [false, true]) {
      const findings = findingsOf(RULE, demo(files), lines, { strict });
      expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
    }
  });

  test('says what was recorded, and every alternative of it', () => {
    const [finding] = findingsOf(RULE, demo([unsigned('a.whl')]), [LINE, `demo ${GOOGLE.uri}`]);
    expect(finding).toMatchObject({
      file: 'a.whl',
      recorded: `${ACME} repository-id=11 owner-id=22 or ${GOOGLE.uri}`,
      observed: 'unsigned',
      message: '`demo` 2.0 is not signed any more: `a.whl`',
      entryLine: 1,
      lock: 'pylock.toml',
      lockLine: 7,
    });
    expect(finding?.help).toContain('`--accept demo`');
    expect(finding?.help).toContain('`--attestations-from`');
  });
});
