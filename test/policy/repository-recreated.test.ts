import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, github, IDS, signed, wheels, verdictsOf } from './fixture.ts';

const RULE = 'repository-recreated';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const REBORN = github('acme/demo', { 'repository-id': '77', 'owner-id': '22' });

describe('repository-recreated', () => {
  test.each([
    ['the same name, another repository', REBORN, [LINE], 1],
    ['the same name in another case, another repository', github('Acme/DEMO', REBORN.attributes), [LINE], 1],
    [
      'the same name, all ids others',
      github('acme/demo', { 'repository-id': '77', 'owner-id': '99' }),
      [LINE],
      1,
    ],
    [
      'only the owner is recorded, and another',
      github('acme/demo', { ...IDS, 'owner-id': '99' }),
      [`demo ${ACME} owner-id=22`],
      1,
    ],
    [
      'the repository id disappeared, and the owner is another',
      github('acme/demo', { 'owner-id': '99' }),
      [LINE],
      1,
    ],
    ['the same', github(), [LINE], 0],
    ['the name only is recorded', REBORN, [`demo ${ACME}`], 0],
    ['another name', github('acme/other', REBORN.attributes), [LINE], 0],
    ['a milder alternative does not hide it', REBORN, [`demo ${ACME} workflow=x.yml`, LINE], 1],
    [
      'the renamed repository that took the name does not hide it',
      REBORN,
      ['demo https://github.com/acme/x repository-id=77', LINE],
      1,
    ],
  ] as const)('%s', (_, identity, lines, count) => {
    const findings = findingsOf(RULE, demo([signed('a.whl', identity)]), lines);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('shows both ids, and the one file of forty', () => {
    const files = [...wheels(39, (name) => signed(name)), signed('reborn.whl', REBORN)];
    expect(findingsOf(RULE, demo(files), [LINE])).toMatchObject([
      {
        file: 'reborn.whl',
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: `${ACME} repository-id=77 owner-id=22`,
        entryLine: 1,
      },
    ]);
  });
});
