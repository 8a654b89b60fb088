import { describe, expect, test } from 'vitest';
import { ACME, demo, findingsOf, invalid, signed, unavailable, unsigned } from './fixture.ts';

const RULE = 'provenance-unavailable';

describe('provenance-unavailable', () => {
  test.each([
    ['refused', [unavailable('a.whl', 'refused')], ['refused']],
    ['unreachable', [unavailable('a.whl', 'unreachable')], ['unreachable']],
    [
      'both',
      [unavailable('a.whl', 'unreachable'), unavailable('b.whl', 'refused')],
      ['refused', 'unreachable'],
    ],
    ['several alike', [unavailable('a.whl', 'refused'), unavailable('b.whl', 'refused')], ['refused']],
    ['beside a good one', [signed('a.whl'), unavailable('b.whl', 'refused')], ['refused']],
    ['absent is not unavailable', [unsigned('a.whl')], []],
    ['invalid is not unavailable', [invalid('a.whl')], []],
  ] as const)('%s', (_, files, causes) => {
    for (const lines of [[], [`demo ${ACME}`], ['demo unsigned']]) {
      const findings = findingsOf(RULE, demo(files), lines);
      expect(findings.map(({ level }) => level)).toEqual(causes.map(() => 'error'));
      expect(findings.map(({ message }) => message.split(': ').at(-1))).toEqual(
        causes.map((cause) => `${cause} by pypi.org`),
      );
    }
  });

  test('refused asks for credentials, unreachable for patience', () => {
    const [refused] = findingsOf(RULE, demo([unavailable('a.whl', 'refused')]), []);
    const [unreachable] = findingsOf(RULE, demo([unavailable('a.whl', 'unreachable')]), []);
    expect(refused?.help).toContain('credentials');
    expect(unreachable?.help).toContain('run again');
  });
});
