import { describe, expect, test } from 'vitest';
import {
  ACME,
  demo,
  findingsOf,
  GOOGLE,
  github,
  invalid,
  MALLORY,
  signed,
  signedTwice,
  unsigned,
  verdictsOf,
} from './fixture.ts';

const RULE = 'publisher-unknown';

describe('publisher-unknown', () => {
  test.each([
    ['signed, and no line', [signed('a.whl')], [], 1],
    ['signed, and lines for other names only', [signed('a.whl')], [`other ${ACME}`], 1],
    ['signed by two, and no line', [signed('a.whl'), signed('b.whl', GOOGLE)], [], 2],
    ['two signers of one file', [signedTwice('a.whl', [github(), MALLORY])], [], 2],
    ['signed, and a line', [signed('a.whl')], [`demo ${ACME}`], 0],
    ['signed by another than a line says', [signed('a.whl', MALLORY)], [`demo ${ACME}`], 0],
    ['signed, and only `unsigned`', [signed('a.whl')], ['demo unsigned'], 1],
    ['signed, and only `unsigned` for this version', [signed('a.whl')], ['demo==2.0 unsigned'], 1],
    ['signed, and only an expired `unsigned`', [signed('a.whl')], ['demo unsigned until=2020-01-01'], 1],
    ['signed, and a line for another version', [signed('a.whl')], [`demo==1.0 ${ACME}`], 1],
    ['signed, and `unsigned` for another version', [signed('a.whl')], ['demo==1.0 unsigned'], 1],
    ['not signed', [unsigned('a.whl')], [], 0],
    ['invalid', [invalid('a.whl')], [], 0],
  ] as const)('%s', (_, files, lines, count) => {
    const findings = findingsOf(RULE, demo(files), lines);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('of a package of which nothing is recorded', () => {
    expect(findingsOf(RULE, demo([signed('a.whl'), signed('b.whl')]), [])).toEqual([
      {
        rule: RULE,
        level: 'error',
        package: 'demo',
        version: '2.0',
        observed: `${ACME} repository-id=11 owner-id=22`,
        message: '`demo` 2.0 is signed, and no publisher is recorded: `a.whl` and 1 more (all 2 files)',
        help: "find out whether this is the project's own publisher; `TOFU=1` records it, unless something else is wrong with a version of it",
        lock: 'pylock.toml',
        lockLine: 7,
      },
    ]);
  });

  test.each([
    ['demo unsigned', 'is recorded as `unsigned`, and is signed now', 'unsigned', 1],
    [`demo==1.0 ${ACME}`, 'is signed, and a publisher is recorded for another version only', undefined, 1],
    ['demo==1.0 unsigned', 'is signed, and no publisher is recorded', undefined, undefined],
  ])('has its own words beside %j', (line, words, recorded, entryLine) => {
    const [finding] = findingsOf(RULE, demo([signed('a.whl')]), [line]);
    expect(finding?.message).toContain(words);
    expect(finding?.recorded).toBe(recorded);
    expect(finding?.entryLine).toBe(entryLine);
  });
});
