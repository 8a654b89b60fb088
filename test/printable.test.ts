import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson } from '../src/printable.ts';

test.each([
  ['a new line', 'a\nb', 'a\\u{a}b'],
  ['an escape sequence', '\u001B[31m', '\\u{1b}[31m'],
  ['an 8-bit control', '\u009B31m', '\\u{9b}31m'],
  ['a bidirectional override', 'a\u202Eb', 'a\\u{202e}b'],
  ['a zero-width space', 'a\u200Bb', 'a\\u{200b}b'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['half of a surrogate pair', '\uD83D', '\\u{d83d}'],
  ['a tag character', '\u{E0041}', '\\u{e0041}'],
  ['a command to a GitHub runner', 'x ##[error]y', 'x #\\u{23}[error]y'],
  ['a command to an Azure agent', '###vso[x]', '##\\u{23}vso[x]'],
  ['two hashes that command nothing', 'refs/heads/fix##1', 'refs/heads/fix##1'],
  ['letters of every script', 'naïve Straße Ω 漢字', 'naïve Straße Ω 漢字'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test('what is too long is cut, and says so', () => {
  expect(printable('abcdef', 4)).toBe('abcd…');
  expect(printable('abcd', 4)).toBe('abcd');
});

test('nothing that is printable has to be escaped again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = printable(text);
      expect(printable(once)).toBe(once);
      expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]|##[a-z]*\[/iu);
    }),
  );
});

test.each([
  ['one line', undefined],
  ['indented', 2],
])('JSON in printable ASCII keeps every value (%s)', (_, indent) => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = printableJson(value, indent);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).toMatch(indent === undefined ? /^[ -~]*$/ : /^[ -~\n]*$/);
    }),
  );
  expect(printableJson(['##[error]'], indent)).not.toMatch(/##[a-z]*\[/i);
});
