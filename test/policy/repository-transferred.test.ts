import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, github, IDS, signed, verdictsOf } from './fixture.ts';

const RULE = 'repository-transferred';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const NEW_OWNER = { ...IDS, 'owner-id': '99' };

describe('repository-transferred', () => {
  test.each([
    ['another owner, another name', github('new/demo', NEW_OWNER), [LINE], 1],
    ['another owner, the same name', github('acme/demo', NEW_OWNER), [LINE], 1],
    ['the same owner under another name', github('acme-inc/demo'), [LINE], 0],
    ['the owner is not recorded', github('new/demo', NEW_OWNER), [`demo ${ACME} repository-id=11`], 0],
    ['the repository is not recorded by id', github('new/demo', NEW_OWNER), [`demo ${ACME} owner-id=22`], 0],
    [
      'a renamed alternative does not hide it',
      github('new/demo', NEW_OWNER),
      [LINE, 'demo https://github.com/x/y repository-id=11'],
      1,
    ],
    [
      'the new owner is an alternative',
      github('new/demo', NEW_OWNER),
      [LINE, 'demo https://github.com/new/demo repository-id=11 owner-id=99'],
      0,
    ],
  ] as const)('%s', (_, identity, lines, count) => {
    const findings = findingsOf(RULE, demo([signed('a.whl', identity)]), lines);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('shows both owners', () => {
    expect(findingsOf(RULE, demo([signed('a.whl', github('new/demo', NEW_OWNER))]), [LINE])).toMatchObject([
      {
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: 'https://github.com/new/demo repository-id=11 owner-id=99',
        entryLine: 1,
      },
    ]);
  });
});
