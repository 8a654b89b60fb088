import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseRange } from '../../src/proxy/byte-range.ts';

const part = (first: number, last: number) => ({ kind: 'part', first, last });
const WHOLE = { kind: 'whole' };
const UNSATISFIABLE = { kind: 'unsatisfiable' };

test.for([
  ['bytes=0-0', part(0, 0)],
  ['bytes=0-', part(0, 99)],
  ['bytes=99-', part(99, 99)],
  ['bytes=10-19', part(10, 19)],
  ['bytes=10-1000', part(10, 99)],
  ['Bytes=1-2', part(1, 2)],
  ['bytes=-1', part(99, 99)],
  ['bytes=-1000', part(0, 99)],
  ['bytes=-0', UNSATISFIABLE],
  ['bytes=100-', UNSATISFIABLE],
  ['bytes=100-200', UNSATISFIABLE],
  ['bytes=5-4', WHOLE],
  ['bytes=-', WHOLE],
  ['bytes=', WHOLE],
  ['bytes=0-1,2-3', WHOLE],
  ['bytes=0x1-2', WHOLE],
  ['bytes=+1-2', WHOLE],
  ['bytes=1-2-3', WHOLE],
  ['bytes=1234567890123456-', WHOLE],
  ['items=0-1', WHOLE],
  ['', WHOLE],
  [undefined, WHOLE],
] as const)('%s', ([header, range]) => {
  expect(parseRange(header, 100)).toEqual(range);
});

test('nothing can be a part of an empty file', () => {
  expect(parseRange('bytes=0-', 0)).toEqual(UNSATISFIABLE);
  expect(parseRange('bytes=-5', 0)).toEqual(UNSATISFIABLE);
});

test('a part lies within the file, whatever is asked for', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(), fc.nat()).map(([a, b]) => `bytes=${a}-${b}`),
  );
  fc.assert(
    fc.property(header, fc.nat(), (text, size) => {
      const range = parseRange(text, size);
      if (range.kind !== 'part') return;
      expect(range.first).toBeLessThanOrEqual(range.last);
      expect(range.last).toBeLessThan(size);
    }),
  );
});
