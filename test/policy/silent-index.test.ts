import { describe, expect, test } from 'vitest';
import { silentIndexNote } from '../../src/policy/silent-index.ts';
import { ACME, demo, entriesOf, invalid, signed, unavailable, unsigned, unsupported } from './fixture.ts';

const other = (file = unsigned('b.whl')) => demo([file], { name: 'other' });

const LOST = 'although publishers are recorded';
const MILD = 'may serve no attestations at all';

describe('silentIndexNote', () => {
  test.each([
    ['nothing is signed, and one is recorded', [demo([unsigned('a.whl')]), other()], [`demo ${ACME}`], LOST],
    [
      'nothing is signed, and some could not be had',
      [demo([unsigned('a.whl')]), other(unavailable('b.whl'))],
      [`demo ${ACME}`],
      LOST,
    ],
    ['nothing is recorded', [demo([unsigned('a.whl')])], [], MILD],
    ['only allowances are recorded', [demo([unsigned('a.whl')])], ['demo unsigned'], MILD],
    ['what is recorded is for another version', [demo([unsigned('a.whl')])], [`demo==1.0 ${ACME}`], MILD],
    ['what is recorded is not in the lock', [demo([unsigned('a.whl')])], [`gone ${ACME}`], MILD],
    [
      'the index serves some provenance',
      [demo([unsigned('a.whl')]), other(signed('b.whl'))],
      [`demo ${ACME}`],
      undefined,
    ],
    [
      'the index serves bad provenance',
      [demo([unsigned('a.whl')]), other(invalid('b.whl'))],
      [`demo ${ACME}`],
      undefined,
    ],
    [
      'the index serves provenance of another kind',
      [demo([unsigned('a.whl')]), other(unsupported('b.whl'))],
      [`demo ${ACME}`],
      undefined,
    ],
    [
      'one of the recorded files could not be had',
      [demo([unsigned('a.whl'), unavailable('b.whl')])],
      [`demo ${ACME}`],
      LOST,
    ],
    ['what is recorded could not be had', [demo([unavailable('a.whl')]), other()], [`demo ${ACME}`], MILD],
    ['the index was not reached', [demo([unavailable('a.whl')])], [`demo ${ACME}`], undefined],
    ['no packages', [], [`demo ${ACME}`], undefined],
  ])('%s', (_, packages, lines, expected) => {
    const note = silentIndexNote(packages, entriesOf(...lines));
    expect([LOST, MILD].find((words) => note?.includes(words))).toBe(expected);
    expect(note?.includes('--attestations-from URL') ?? false).toBe(expected !== undefined);
  });
});
