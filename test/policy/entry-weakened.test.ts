import { describe, expect, test } from 'vitest';
import { ACME, demo, entriesOf, judged, signed, verdictsOf } from './fixture.ts';

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
  ])('%s', (_, before, after, expected) => {
    const { findings } = judged([demo([signed('a.whl')])], after, base(before));
    expect(verdictsOf(findings).toSorted()).toEqual(expected.toSorted());
  });

  test('--allow names what was looked at', () => {
    expect(judged([demo([signed('a.whl')])], [LINE, THEIRS], base([LINE], ['demo'])).findings).toEqual([]);
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
