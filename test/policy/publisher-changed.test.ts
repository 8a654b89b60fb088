import { describe, expect, test } from 'vitest';
import {
  ACME,
  demo,
  entriesOf,
  findingsOf,
  github,
  gitlab,
  GOOGLE,
  MALLORY,
  signed,
  signedTwice,
  unsigned,
  wheels,
  verdictsOf,
} from './fixture.ts';

const RULE = 'publisher-changed';
const LINE = `demo ${ACME} repository-id=11 owner-id=22`;

describe('publisher-changed', () => {
  test.each([
    ['the recorded publisher', [signed('a.whl')], [LINE], 0],
    ['another publisher', [signed('a.whl', MALLORY)], [LINE], 1],
    [
      'another repository of the same owner',
      [signed('a.whl', github('acme/other', { 'repository-id': '12', 'owner-id': '22' }))],
      [LINE],
      1,
    ],
    ['the same path on another host', [signed('a.whl', gitlab())], [LINE], 1],
    ['another kind', [signed('a.whl', GOOGLE)], [LINE], 1],
    ['the name only, and it is another', [signed('a.whl', MALLORY)], [`demo ${ACME}`], 1],
    ['any one of several alternatives', [signed('a.whl', GOOGLE)], [LINE, `demo ${GOOGLE.uri}`], 0],
    ['none of several alternatives', [signed('a.whl', MALLORY)], [LINE, `demo ${GOOGLE.uri}`], 1],
    ['a line for this version', [signed('a.whl', MALLORY)], [`demo==2.0.0 ${ACME}`], 1],
    [
      'a line for this version that allows it, beside one that does not',
      [signed('a.whl', MALLORY)],
      [LINE, `demo==2.0 ${MALLORY.uri}`],
      0,
    ],
    [
      'a line for another version that would allow it',
      [signed('a.whl', MALLORY)],
      [LINE, `demo==1.0 ${MALLORY.uri}`],
      1,
    ],
    ['only a line for another version', [signed('a.whl', MALLORY)], [`demo==1.0 ${ACME}`], 0],
    ['no line', [signed('a.whl', MALLORY)], [], 0],
    ['an `unsigned` line', [signed('a.whl', MALLORY)], ['demo unsigned'], 0],
    ['nothing signed', [unsigned('a.whl')], [LINE], 0],
    ['a foreign attestation beside a good one', [signedTwice('a.whl', [github(), MALLORY])], [LINE], 1],
    ['a good attestation after a foreign one', [signedTwice('a.whl', [MALLORY, github()])], [LINE], 1],
    ['two strangers', [signed('a.whl', MALLORY), signed('b.whl', GOOGLE)], [LINE], 2],
  ] as const)('%s', (_, files, lines, count) => {
    const findings = findingsOf(RULE, demo(files), lines);
    expect(verdictsOf(findings)).toEqual(Array<string>(count).fill(`error ${RULE}`));
  });

  test('says recorded and observed side by side, in the spelling of the file', () => {
    expect(findingsOf(RULE, demo([signed('a.whl', MALLORY)]), ['# a comment', LINE])).toEqual([
      {
        rule: RULE,
        level: 'error',
        package: 'demo',
        version: '2.0',
        file: 'a.whl',
        recorded: `${ACME} repository-id=11 owner-id=22`,
        observed: 'https://github.com/mallory/demo repository-id=666 owner-id=667',
        message: '`demo` 2.0 is signed by a publisher that is not the recorded one: `a.whl`',
        help: 'do not install it before the project itself confirms the new publisher; then `--accept demo`',
        entryLine: 2,
        lock: 'pylock.toml',
        lockLine: 7,
      },
    ]);
  });

  test('sixty wheels signed by somebody else are one finding, about the package', () => {
    const [finding, ...others] = findingsOf(RULE, demo(wheels(60, (name) => signed(name, MALLORY))), [LINE]);
    expect(others).toEqual([]);
    expect(finding?.file).toBeUndefined();
    expect(finding?.message).toContain('`demo-2.0-cp30-none-any.whl` and 59 more (all 60 files)');
  });

  test('one poisoned wheel among forty is the one that is named', () => {
    const files = [...wheels(39, (name) => signed(name)), signed('poisoned.whl', MALLORY)];
    const [finding, ...others] = findingsOf(RULE, demo(files), [LINE]);
    expect(others).toEqual([]);
    expect(finding?.file).toBe('poisoned.whl');
    expect(finding?.message).toContain('`poisoned.whl` (1 of 40 files)');
  });

  test('two attestations of one file by one signer are one file', () => {
    const [finding, ...others] = findingsOf(
      RULE,
      demo([signed('b.whl'), signedTwice('a.whl', [MALLORY, MALLORY])]),
      [LINE],
    );
    expect(others).toEqual([]);
    expect(finding?.message).toContain('`a.whl` (1 of 2 files)');
  });

  test('every alternative is shown', () => {
    const lines = [LINE, `demo ${GOOGLE.uri}`, 'demo unsigned until=2030-01-01'];
    const [finding] = findingsOf(RULE, demo([signed('a.whl', MALLORY)]), lines);
    expect(finding?.recorded).toBe(`${ACME} repository-id=11 owner-id=22 or ${GOOGLE.uri}`);
    expect(finding?.entryLine).toBe(entriesOf(...lines)[0]?.line);
  });
});
