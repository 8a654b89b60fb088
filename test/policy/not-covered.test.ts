import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, signed, uncovered, unsigned } from './fixture.ts';

const RULE = 'not-covered';
const VCS = demo([], { notCovered: 'a VCS requirement (git+https://github.com/acme/demo)' });
const LINE = `demo ${ACME}`;

describe('not-covered', () => {
  test.each([
    ['a VCS requirement', VCS, [], ['warning', 'error']],
    ['acknowledged', VCS, ['demo unsigned'], ['warning', 'warning']],
    ['acknowledged for this version', VCS, ['demo==2.0 unsigned'], ['warning', 'warning']],
    ['acknowledged until yesterday', VCS, ['demo unsigned until=2026-11-20'], ['warning', 'error']],
    ['recorded', VCS, [LINE], ['error', 'error']],
    ['recorded for another version', VCS, [`demo==1.0 ${ACME}`], ['error', 'error']],
    ['recorded and acknowledged', VCS, [LINE, 'demo unsigned'], ['error', 'error']],
    [
      'recorded, and the lock gives no version',
      { name: 'demo', files: [], notCovered: 'a directory' },
      [`demo==1.0 ${ACME}`],
      ['error', 'error'],
    ],
    ['a local file', demo([uncovered('a.whl')]), [], ['warning', 'error']],
    [
      'a local file beside a signed one',
      demo([signed('a.whl'), uncovered('b.whl')]),
      [LINE],
      ['error', 'error'],
    ],
    [
      'a local file beside an unsigned one',
      demo([unsigned('a.whl'), uncovered('b.whl')]),
      [],
      ['warning', 'error'],
    ],
    ['no file and no reason', demo([]), [], ['error', 'error']],
    ['no file and no reason, acknowledged', demo([]), ['demo unsigned'], ['error', 'error']],
    ['covered', demo([signed('a.whl'), unsigned('b.whl')]), [], []],
  ] as const)('%s', (_, subject, lines, levels) => {
    const of = (strict: boolean) => findingsOf(RULE, subject, lines, { strict }).map(({ level }) => level);
    expect([...of(false), ...of(true)]).toEqual(levels);
  });

  test('says why', () => {
    expect(findingsOf(RULE, VCS, [])).toMatchObject([
      {
        message:
          '`demo` 2.0 cannot be checked, since no index serves it: a VCS requirement (git+https://github.com/acme/demo)',
        lock: 'pylock.toml',
        lockLine: 7,
      },
    ]);
  });

  test('names the file, where others are covered, and says when a lock has none', () => {
    const [finding] = findingsOf(RULE, demo([signed('a.whl'), uncovered('b.whl')]), []);
    expect(finding).toMatchObject({
      file: 'b.whl',
      message: '`demo` 2.0 cannot be checked, since no index serves it: `b.whl` (1 of 2 files): a local file',
      help: 'review its source by hand; for STRICT, acknowledge it with a line `demo unsigned`',
    });
    expect(findingsOf(RULE, demo([]), [])[0]?.message).toContain(
      'the lock pins no file of it, and does not say why',
    );
  });

  test('says what the swap of the source would get rid of', () => {
    const findings = findingsOf(RULE, VCS, ['', LINE]);
    expect(findings[0]?.message).toContain('although a publisher is recorded');
    expect(findings).toMatchObject([
      {
        recorded: ACME,
        entryLine: 2,
      },
    ]);
  });

  test('shows a line for another version too, since it is what makes it an error', () => {
    expect(findingsOf(RULE, VCS, [`demo==1.0 ${ACME}`])).toMatchObject([{ recorded: ACME, entryLine: 1 }]);
  });
});
