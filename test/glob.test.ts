import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { globMatches } from '../src/glob.ts';

test.each([
  ['acme', 'acme', true],
  ['acme', 'acme2', false],
  ['acme-*', 'acme-', true],
  ['acme-*', 'acme-widget', true],
  ['acme-*', 'acme', false],
  ['*-widget', 'acme-widget', true],
  ['a*a', 'a', false],
  ['a*b*c', 'abbc', true],
  ['a*b*c', 'acb', false],
  ['*', '', true],
  ['**', 'x', true],
  ['a.c', 'abc', false],
])('%s and %s: %s', (pattern, text, expected) => {
  expect(globMatches(pattern, text)).toBe(expected);
});

test('it is what the regular expression says that would be slow', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }), (pattern, text) => {
      expect(globMatches(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text));
    }),
  );
});
