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

const RULE = 'attestation-invalid';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('attestation-invalid', () => {
  test.each([
    ['alone', [invalid('a.whl')], 1],
    ['beside a good one', [signed('a.whl'), invalid('b.whl')], 1],
    ['many of them', wheels(60, (name) => invalid(name)), 1],
    ['signed', [signed('a.whl')], 0],
    ['unsigned', [unsigned('a.whl')], 0],
    ['unavailable', [unavailable('a.whl')], 0],
    ['uncovered', [uncovered('a.whl')], 0],
    ['unsupported', [unsupported('a.whl')], 0],
  ] as const)('%s', (_, files, count) => {
    for (const lines of [[], [LINE], ['demo unsigned'], [LINE, 'demo unsigned']]) {
      const findings = findingsOf(RULE, demo(files), lines);
      expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
    }
  });

  test('names the file and why', () => {
    expect(findingsOf(RULE, demo([signed('a.whl'), invalid('b.whl')]), [LINE])).toMatchObject([
      {
        file: 'b.whl',
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: 'nobody: what is there does not verify',
        entryLine: 1,
        message:
          '`demo` 2.0 has provenance that does not verify: `b.whl` (1 of 2 files): the signature does not verify',
        lock: 'pylock.toml',
        lockLine: 7,
      },
    ]);
  });

  test('no text of an attacker makes a second line of it', () => {
    const [finding] = findingsOf(
      RULE,
      demo([invalid('a`b.whl', 'bad\n::error::\u001b[31mforged\u202e')]),
      [],
    );
    expect(finding?.message).toBe(
      "`demo` 2.0 has provenance that does not verify: `a'b.whl`: bad\\u{a}::error::\\u{1b}[31mforged\\u{202e}",
    );
  });
});
