import { expect, test } from 'vitest';

import { compareEntries, sameEntry } from '../../src/provenance-file/entry-order.ts';
import { entryOf } from './entries.ts';

const [ONE, TWO] = ['https://github.com/o/one', 'https://github.com/o/two'];

test('entries are in the order of name, identity and version, one for every version first', () => {
  const inOrder = [
    entryOf('a', TWO),
    entryOf('b', ONE),
    entryOf('b', ONE, { version: '1.0' }),
    entryOf('b', ONE, { version: '2.0' }),
    entryOf('b', TWO),
    entryOf('b', TWO, { version: '1.0' }),
    entryOf('c', ONE),
  ];
  for (const [at, a] of inOrder.entries()) {
    for (const [other, b] of inOrder.entries()) {
      expect(Math.sign(compareEntries(a, b))).toBe(Math.sign(at - other));
    }
  }
});

test.each([
  ['a version in two spellings', { version: '1.0' }, { version: '1.0.0' }, true],
  ['two versions', { version: '1.0' }, { version: '1.1' }, false],
  ['a version and every version', { version: '1.0' }, {}, false],
  ['another attribute', { attributes: { 'owner-id': '1' } }, { attributes: { 'owner-id': '2' } }, false],
  ['one attribute more', { attributes: { 'owner-id': '1' } }, {}, false],
  ['another end', { until: '2026-01-01' }, { until: '2026-01-02' }, false],
  ['an end and none', { until: '2026-01-01' }, {}, false],
  ['another line', { line: 1 }, { line: 2 }, true],
] as const)('two entries say the same, or not: %s', (_, one, other, same) => {
  expect(sameEntry(entryOf('a', ONE, one), entryOf('a', ONE, other))).toBe(same);
});
