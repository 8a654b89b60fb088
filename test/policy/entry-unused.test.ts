import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/model.ts';
import { entryUnused } from '../../src/policy/entry-unused.ts';
import { ACME, demo, entriesOf, signed, TODAY, verdictsOf } from './fixture.ts';

const RULE = 'entry-unused';
const packages = [demo([signed('a.whl')]), demo([signed('b.whl')], { version: '3.0' })];

function unused(entries: readonly Entry[]) {
  if (entryUnused.scope !== 'run') throw new Error('it judges the whole run');
  return entryUnused.judge({ packages, entries, strict: true, today: TODAY });
}

describe('entry-unused', () => {
  test.each([
    ['in the lock', `demo ${ACME}`, 0],
    ['in the lock in this version', `demo==2 ${ACME}`, 0],
    ['in the lock in the other version', 'demo==3.0 unsigned', 0],
    ['not in the lock in this version', `demo==4.0 ${ACME}`, 1],
    ['not in the lock', `gone ${ACME}`, 1],
    ['an allowance not in the lock', 'gone unsigned', 1],
    ['a name that begins alike', 'demo-extra unsigned', 1],
  ])('%s', (_, line, count) => {
    const findings = unused(entriesOf(line));
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`warning ${RULE}`));
  });

  test('names the line', () => {
    expect(unused(entriesOf('# gone', `gone==1.0 ${ACME} repository-id=11`, 'demo==9 unsigned'))).toEqual([
      {
        rule: RULE,
        level: 'warning',
        package: 'gone',
        version: '1.0',
        recorded: `${ACME} repository-id=11`,
        message: '`gone==1.0` is not in the lock',
        help: 'delete the line, unless another lock of the project needs it',
        entryLine: 2,
      },
      {
        rule: RULE,
        level: 'warning',
        package: 'demo',
        version: '9',
        recorded: 'unsigned',
        message: '`demo==9` is in the lock, but not in the version that the entry is for',
        help: 'delete the line, unless another lock of the project needs it',
        entryLine: 3,
      },
    ]);
  });
});
