import { describe, expect, test } from 'vitest';
import {
  ACME,
  demo,
  findingsOf,
  invalid,
  signed,
  unavailable,
  uncovered,
  unsigned,
  unsupported,
  wheels,
  verdictsOf,
} from './fixture.ts';

const RULE = 'attestation-unsupported';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('attestation-unsupported', () => {
  test.each([
    ['alone', [unsupported('a.whl')], 1],
    ['beside a good one', [signed('a.whl'), unsupported('b.whl')], 1],
    ['many of them', wheels(60, unsupported), 1],
    ['signed', [signed('a.whl')], 0],
    ['unsigned', [unsigned('a.whl')], 0],
    ['unavailable', [unavailable('a.whl')], 0],
    ['uncovered', [uncovered('a.whl')], 0],
    ['invalid', [invalid('a.whl')], 0],
  ] as const)('%s', (_, files, count) => {
    for (const lines of [[], [LINE], ['demo unsigned'], [LINE, 'demo unsigned']]) {
      const findings = findingsOf(RULE, demo(files), lines);
      expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
    }
  });

  test('names the file and why', () => {
    expect(findingsOf(RULE, demo([signed('a.whl'), unsupported('b.whl')]), [LINE])).toMatchObject([
      {
        file: 'b.whl',
        message:
          '`demo` 2.0 has provenance that this version cannot verify: `b.whl` (1 of 2 files): signed by a person',
        lock: 'pylock.toml',
        lockLine: 7,
      },
    ]);
  });
});
