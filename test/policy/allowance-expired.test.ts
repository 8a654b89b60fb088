import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, signed, unsigned, verdictsOf } from './fixture.ts';

const RULE = 'allowance-expired';
const ENDED = 'demo unsigned until=2026-11-20';

describe('allowance-expired', () => {
  test.each([
    ['it ended yesterday', [unsigned('a.whl')], [ENDED], 1],
    ['it ends today', [unsigned('a.whl')], ['demo unsigned until=2026-11-21'], 0],
    ['it ends tomorrow', [unsigned('a.whl')], ['demo unsigned until=2026-11-22'], 0],
    [
      'it ended in an earlier year, later in that year',
      [unsigned('a.whl')],
      ['demo unsigned until=2025-12-31'],
      1,
    ],
    ['it has no end', [unsigned('a.whl')], ['demo unsigned'], 0],
    ['another one is in force', [unsigned('a.whl')], [ENDED, 'demo==2.0 unsigned'], 0],
    ['both ended', [unsigned('a.whl')], [ENDED, 'demo==2.0 unsigned until=2026-01-01'], 1],
    [
      'the one that ended is for another version',
      [unsigned('a.whl')],
      ['demo==1.0 unsigned until=2020-01-01'],
      0,
    ],
    ['the package is signed now', [signed('a.whl')], [ENDED], 0],
    ['some of it is signed', [signed('a.whl'), unsigned('b.whl')], [ENDED, `demo ${ACME}`], 1],
  ] as const)('%s', (_, files, lines, count) => {
    for (const strict of [false, true]) {
      const findings = findingsOf(RULE, demo(files), lines, { strict });
      expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
    }
  });

  test('names the line and its date', () => {
    expect(findingsOf(RULE, demo([unsigned('a.whl')]), ['', ENDED])).toMatchObject([
      {
        message: '`demo` 2.0 is not signed, and its allowance ended with 2026-11-20: `a.whl`',
        recorded: 'unsigned until=2026-11-20',
        observed: 'unsigned',
        entryLine: 2,
      },
    ]);
  });
});
