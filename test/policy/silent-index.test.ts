import { describe, expect, test } from 'vitest';
import { silentIndexNote } from '../../src/policy/silent-index.ts';
import { ACME, demo, entriesOf, invalid, signed, unavailable, unsigned } from './fixture.ts';

const other = (file = unsigned('b.whl')) => demo([file], { name: 'other' });

describe('silentIndexNote', () => {
  test.each([
    ['nothing is signed, and one is recorded', [demo([unsigned('a.whl')]), other()], [`demo ${ACME}`], true],
    [
      'nothing is signed, and some could not be had',
      [demo([unsigned('a.whl')]), other(unavailable('b.whl'))],
      [`demo ${ACME}`],
      true,
    ],
    ['nothing is recorded', [demo([unsigned('a.whl')])], [], false],
    ['only allowances are recorded', [demo([unsigned('a.whl')])], ['demo unsigned'], false],
    ['what is recorded is for another version', [demo([unsigned('a.whl')])], [`demo==1.0 ${ACME}`], false],
    ['what is recorded is not in the lock', [demo([unsigned('a.whl')])], [`gone ${ACME}`], false],
    [
      'the index serves some provenance',
      [demo([unsigned('a.whl')]), other(signed('b.whl'))],
      [`demo ${ACME}`],
      false,
    ],
    [
      'the index serves bad provenance',
      [demo([unsigned('a.whl')]), other(invalid('b.whl'))],
      [`demo ${ACME}`],
      false,
    ],
    ['the index was not reached', [demo([unavailable('a.whl')])], [`demo ${ACME}`], false],
    ['no packages', [], [`demo ${ACME}`], false],
  ])('%s', (_, packages, lines, expected) => {
    expect(silentIndexNote(packages, entriesOf(...lines))?.includes('--attestations-from') ?? false).toBe(
      expected,
    );
  });
});
