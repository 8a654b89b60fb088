import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exact, listInWords, printable, printableJson, quoted, withoutUserinfo } from '../src/printable.ts';

test.each([
  ['a new line', 'a\nb', 'a\\u{a}b'],
  ['an escape sequence', '\u001B[31m', '\\u{1b}[31m'],
  ['an 8-bit control', '\u009B31m', '\\u{9b}31m'],
  ['a bidirectional override', 'a\u202Eb', 'a\\u{202e}b'],
  ['a zero-width space', 'a\u200Bb', 'a\\u{200b}b'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['half of a surrogate pair', '\uD83D', '\\u{d83d}'],
  ['a Hangul filler', 'a\u3164b', 'a\\u{3164}b'],
  ['a combining grapheme joiner', 'a\u034Fb', 'a\\u{34f}b'],
  ['a variation selector', 'a\uFE0Fb', 'a\\u{fe0f}b'],
  ['a variation selector of the supplement', 'a\u{E0101}b', 'a\\u{e0101}b'],
  ['a blank Braille pattern', 'a\u2800b', 'a\\u{2800}b'],
  ['a no-break space', 'a\u00A0b', 'a\\u{a0}b'],
  ['an ideographic space', 'a\u3000b', 'a\\u{3000}b'],
  ['a plain space', 'a b', 'a b'],
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
      expect(once).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{DI}]|##[a-z]*\[/iu);
      expect(once.replaceAll(' ', '')).not.toMatch(/\p{Z}/u);
    }),
  );
});

test('what must be exact shows every blank of several, which could fill a line', () => {
  expect(exact('a  b   c d ')).toBe('a \\u{20}b \\u{20}\\u{20}c d ');
});

test('what is quoted cannot end the quotation, and is exact', () => {
  expect(quoted('a`  \u0440')).toBe("`a' \\u{20}\\u{440}`");
  expect(quoted('abcdef', 4)).toBe('`abcd\\u{2026}`');
});

test('what must be exact is ASCII, escaped once and cut like anything else', () => {
  expect(exact('\u0440ypi\u{1F600}\n')).toBe('\\u{440}ypi\\u{1f600}\\u{a}');
  expect(exact('abcdef', 4)).toBe('abcd\\u{2026}');
});

test.each([
  ['`git+https://u:SECRET@h/x.git@v1` is', '`git+https://****@h/x.git@v1` is'],
  ['--indx-url=https://u:SECRET@h/simple', '--indx-url=https://****@h/simple'],
  ['ssh://SECRET@h', 'ssh://****@h'],
  ['//u:SECRET@h', '//****@h'],
  ['https://u:SEC@RET@h/x', 'https://****@h/x'],
  ['https://u:SEC:RET@[::1]/x', 'https://****@[::1]/x'],
  ['`https://u:SEC/RET@h/x` and `a@b`', '`https://****@h/x` and `a@b`'],
  ['https://u:12/SECRET?#@h/x', 'https://u:12/SECRET?#@h/x'], // a host, a port and a path, to every reader of URLs
  ['https://u:SEC#RET@h/x', 'https://****@h/x'],
  ['https://u:SECRET PW@h/x', 'https://****@h/x'],
  ['the index `https://u:SECRET` is', 'the index `https://****` is'],
  ['https://u:123456', 'https://****'],
  ['https://u:p@h/ and http://v:q@i/', 'https://****@h/ and http://****@i/'],
  ['https://h:8080/x@v1', 'https://h:8080/x@v1'],
  ['`http://127.0.0.1:80` and https://h: no', '`http://127.0.0.1:80` and https://h: no'],
  ['http://[::1]:80/', 'http://[::1]:80/'],
  ['git+https://h/x.git@v1', 'git+https://h/x.git@v1'],
  ['file:///C:/x', 'file:///C:/x'],
  ['a@b, mailto:a@b', 'a@b, mailto:a@b'],
])('%s without user names and passwords', (text, shown) => {
  expect(withoutUserinfo(text)).toBe(shown);
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

test.each([[], ['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']])('%j in words', (...items) => {
  expect(listInWords(items)).toBe(new Intl.ListFormat('en').format(items));
  expect(listInWords(items, 'or')).toBe(new Intl.ListFormat('en', { type: 'disjunction' }).format(items));
});
