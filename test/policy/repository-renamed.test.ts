import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, github, IDS, MALLORY, signed, verdictsOf } from './fixture.ts';

const RULE = 'repository-renamed';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('repository-renamed', () => {
  test.each([
    ['another name, the same ids', github('acme/renamed'), [LINE], 1],
    ['another owner name, the same ids', github('acme-inc/demo'), [LINE], 1],
    ['another name, the owner is not recorded', github('acme/renamed'), [`demo ${ACME} repository-id=11`], 1],
    ['another name in upper case only', github('ACME/DEMO'), [LINE], 0],
    ['another name, and nobody knows the id', github('acme/renamed'), [`demo ${ACME}`], 0],
    ['another owner id is a transfer', github('new/demo', { ...IDS, 'owner-id': '99' }), [LINE], 0],
    ['another repository', MALLORY, [LINE], 0],
    [
      'the new name is an alternative',
      github('acme/renamed'),
      [LINE, 'demo https://github.com/acme/renamed'],
      0,
    ],
    ['the line is for another version', github('acme/renamed'), [`demo==1.0 ${ACME} repository-id=11`], 0],
  ] as const)('%s', (_, identity, lines, count) => {
    const findings = findingsOf(RULE, demo([signed('a.whl', identity)]), lines);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('shows both names', () => {
    expect(findingsOf(RULE, demo([signed('a.whl', github('acme/renamed'))]), [LINE])).toMatchObject([
      {
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: 'https://github.com/acme/renamed repository-id=11 owner-id=22',
        message: '`demo` 2.0 is signed by the recorded repository under another name: `a.whl`',
        entryLine: 1,
      },
    ]);
  });
});
