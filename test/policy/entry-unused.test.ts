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

  test('names an entry that is for every version by its name alone', () => {
    expect(unused(entriesOf('gone unsigned')).map(({ message }) => message)).toEqual([
      '`gone` is not in the lock',
    ]);
  });

  const IDS = `${ACME} repository-id=11 owner-id=22`;
  test.each<[string, readonly string[], readonly number[]]>([
    ['a line without ids beside one with ids', [`demo ${ACME}`, `demo ${IDS}`], [2]],
    ['in whichever order', [`demo ${IDS}`, `demo ${ACME}`], [1]],
    ['in another spelling', [`demo ${IDS}`, 'demo https://github.com/ACME/demo'], [1]],
    ['the same in two spellings', [`demo ${ACME}`, 'demo https://github.com/ACME/demo'], [2]],
    ['for one version, in two spellings', [`demo==2 ${ACME}`, `demo==2.0 ${IDS}`], [2]],
    ['a pin beside none', [`demo ${IDS}`, `demo ${IDS} workflow=release.yml`], [2]],
    ['a ref beside its class', [`demo ${ACME} ref=refs/tags/v*`, `demo ${ACME} ref=tags`], [1]],
    ['a ref beside a wider one', [`demo ${ACME} ref=refs/tags/v*`, `demo ${ACME} ref=refs/tags/*`], [1]],
    ['one version beside all', [`demo==2.0 ${ACME}`, `demo ${ACME}`], [1]],
    ['an end beside none', ['demo unsigned', 'demo==2.0 unsigned until=2026-12-01'], [2]],
    ['an end beside a later one', ['demo unsigned until=2026-12-02', 'demo unsigned until=2026-12-01'], [2]],
    ['two beside one', [`demo ${IDS}`, `demo ${ACME}`, `demo ${ACME} ref=tags`], [1, 3]],
    ['another repository', [`demo ${ACME}`, 'demo https://github.com/acme/other repository-id=11'], []],
    ['another id', [`demo ${IDS}`, `demo ${ACME} repository-id=12 owner-id=22`], []],
    ['other pins', [`demo ${ACME} workflow=a.yml`, `demo ${ACME} workflow=b.yml`], []],
    ['one pin each', [`demo ${ACME} workflow=a.yml`, `demo ${ACME} repository-id=11`], []],
    ['no ids for one version', [`demo ${IDS}`, `demo==2.0 ${ACME}`], []],
    ['two versions', [`demo==2.0 ${ACME}`, `demo==3.0 ${IDS}`], []],
    ['unsigned beside an identity', [`demo ${ACME}`, 'demo==2.0 unsigned'], []],
    ['unsigned with an end for all versions', ['demo unsigned until=2026-12-01', 'demo==2.0 unsigned'], []],
    ['another package', [`demo ${IDS}`, `demo-extra ${ACME}`], []],
  ])('a line that decides nothing: %s', (_, lines, expected) => {
    const findings = unused(entriesOf(...lines)).filter(({ message }) => !message.includes('in the lock'));
    expect(findings.map(({ entryLine }) => entryLine)).toEqual(expected);
  });

  test('says which line decides', () => {
    expect(unused(entriesOf(`demo==2.0 ${IDS}`, `demo ${ACME}`))).toEqual([
      {
        rule: RULE,
        level: 'warning',
        package: 'demo',
        version: '2.0',
        recorded: IDS,
        message: `a line of \`demo==2.0\` decides nothing, since another one allows whatever it does: \`${ACME}\``,
        help: 'delete the one that is not meant: of several lines the loosest decides',
        entryLine: 1,
      },
    ]);
  });
});
