import { describe, expect, test } from 'vitest';
import type { ObservedFile } from '../../src/model.ts';
import {
  ACME,
  demo,
  entriesOf,
  GOOGLE,
  judged,
  MALLORY,
  signed,
  unavailable,
  uncovered,
  unsigned,
  verdictsOf,
} from './fixture.ts';

const LINE = `demo ${ACME} repository-id=11 owner-id=22`;
const THEIRS = 'demo https://github.com/mallory/demo repository-id=666';
const OTHER = `other ${ACME} repository-id=11`;
const base = (lines: readonly string[], allowed: readonly string[] = []) => ({
  base: { entries: entriesOf(...lines), label: 'main', allowed: new Set(allowed) },
});
const WEAKENED = 'error entry-weakened';
const UNUSED = 'warning entry-unused';

describe('entry-weakened', () => {
  test.each<readonly [string, readonly string[], readonly string[], readonly string[]]>([
    ['nothing differs', [LINE], [LINE], []],
    ['other comments and spacing', [LINE], [`# said\n\ndemo   ${ACME} owner-id=22 repository-id=11`], []],
    ['an alternative', [LINE], [LINE, THEIRS], [WEAKENED]],
    ['ids that went', [LINE], [`demo ${ACME}`], [WEAKENED]],
    ['a line without ids beside it', [LINE], [LINE, `demo ${ACME}`], [WEAKENED, UNUSED]],
    ['unsigned for another version', [LINE], [LINE, 'demo==3.0 unsigned'], [UNUSED, WEAKENED]],
    ['for every version', [`demo==2.0 ${ACME}`], [`demo ${ACME}`], [WEAKENED]],
    ['a stricter line', [`demo ${ACME}`], [LINE], []],
    ['one alternative less', [LINE, THEIRS], [LINE], []],
    ['a line of a package that is not in the lock', [LINE], [LINE, OTHER], [WEAKENED, UNUSED]],
    [
      'a weaker line of a package that is not in the lock',
      [LINE, OTHER],
      [LINE, `other ${ACME}`],
      [WEAKENED, UNUSED],
    ],
    ['a line that goes with its package', [LINE, OTHER], [LINE], []],
    ['a line that goes without its package', [LINE], [], ['error publisher-unknown', WEAKENED]],
    [
      'another version of a recorded signer',
      [`demo==2.0 ${ACME}`],
      [`demo==2.0 ${ACME}`, `demo==3.0 ${ACME}`],
      [WEAKENED, UNUSED],
    ],
    [
      'a line for a version ahead, beside a first use',
      [],
      [LINE, `demo==3.0 ${ACME}`],
      ['error self-vouched', WEAKENED, UNUSED],
    ],
    [
      'an acknowledgement that nothing needs, beside a first use',
      [],
      [LINE, 'demo unsigned'],
      ['error self-vouched', WEAKENED],
    ],
  ])('%s', (_, before, after, expected) => {
    const { findings } = judged([demo([signed('a.whl')])], after, base(before));
    expect(verdictsOf(findings).toSorted()).toEqual(expected.toSorted());
  });

  test.each<
    readonly [
      string,
      readonly ObservedFile[],
      readonly string[],
      readonly string[],
      readonly (readonly [string, number])[],
    ]
  >([
    [
      'beside a first use that the lock needs',
      [signed('a.whl')],
      [],
      [LINE, THEIRS],
      [
        ['entry-weakened', 2],
        ['self-vouched', 1],
      ],
    ],
    [
      'beside another signer that the lock needs',
      [signed('a.whl', MALLORY)],
      [LINE],
      [THEIRS, 'demo==3.0 unsigned', `demo ${GOOGLE.uri}`],
      [
        ['entry-weakened', 2],
        ['entry-weakened', 3],
        ['self-vouched', 1],
      ],
    ],
    [
      'one after the other',
      [signed('a.whl')],
      [LINE],
      [LINE, `demo ${GOOGLE.uri}`, THEIRS],
      [
        ['entry-weakened', 2],
        ['entry-weakened', 3],
      ],
    ],
    [
      'beside an acknowledgement',
      [unsigned('a.whl')],
      [],
      ['demo unsigned', THEIRS],
      [['entry-weakened', 2]],
    ],
    ['for what is signed', [signed('a.whl')], [LINE], [LINE, 'demo==2.0 unsigned'], [['entry-weakened', 2]]],
    ['of what the lock needs: no finding', [unsigned('a.whl')], [], ['demo==2.0 unsigned'], []],
    ['from another source: no finding', [uncovered('a.whl')], [], ['demo unsigned'], []],
    ['of what could not be fetched: not known', [unavailable('a.whl')], [], [LINE], []],
  ])('every line without need is told of: %s', (_, files, before, after, expected) => {
    const { findings } = judged([demo(files)], after, base(before));
    const told = findings.flatMap(({ rule, entryLine = 0 }) =>
      rule === 'entry-weakened' || rule === 'self-vouched' ? [[rule, entryLine] as const] : [],
    );
    expect(told).toEqual(expected);
  });

  test('says for which version a line is', () => {
    const { findings } = judged([demo([signed('a.whl')])], [LINE, 'demo==3.0 unsigned'], base([LINE]));
    expect(findings).toContainEqual(expect.objectContaining({ observed: '==3.0 unsigned' }));
  });

  test('of a package of the lock, what is acknowledged where nothing was is no more than it passes by already', () => {
    const packages = [demo([unsigned('a.whl')])];
    expect(judged(packages, ['demo unsigned'], base([])).findings).toEqual([]);
    expect(verdictsOf(judged(packages, ['demo unsigned', 'other unsigned'], base([])).findings)).toEqual([
      UNUSED,
      WEAKENED,
    ]);
  });

  test('--allow names what was looked at', () => {
    expect(judged([demo([signed('a.whl')])], [LINE, THEIRS], base([LINE], ['demo'])).findings).toEqual([]);
  });

  test('says that nothing needs an entry, and how to let it pass', () => {
    const { findings } = judged([demo([signed('a.whl')])], [LINE, `other ${ACME}`], base([LINE]));
    expect(findings.find(({ rule }) => rule === 'entry-weakened')).toMatchObject({
      message:
        'the entries of `other` differ from those of main, ahead of anything in the lock that needs it: this signer is trusted from now on',
      help: 'look at the change as you would at that of a dependency; then `--allow other`',
    });
  });

  test('says what it comes to, and where', () => {
    const { findings, packages, outcome } = judged(
      [demo([signed('a.whl')])],
      [`demo ${ACME} repository-id=11`],
      base([LINE]),
    );
    expect([outcome, packages.map(({ status }) => status)]).toEqual(['findings', ['verified']]);
    expect(findings).toMatchObject([
      {
        package: 'demo',
        message:
          'the entries of `demo` differ from those of main: `owner-id=22` is not asked for any more: a new owner would pass',
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: `${ACME} repository-id=11`,
        entryLine: 1,
      },
    ]);
  });
});
