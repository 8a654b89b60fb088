import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePipConfigFile } from '../../src/pip/config-file.ts';
import { failureOf, isTyped } from '../package-index/loopback.ts';

function read(text: string): Record<string, Record<string, string>> {
  return Object.fromEntries(
    Array.from(parsePipConfigFile(text, 'pip.conf'), ([name, options]) => [
      name,
      Object.fromEntries(options),
    ]),
  );
}

describe('parsePipConfigFile', () => {
  test.each([
    ['empty', '', {}],
    [
      'equals and colon',
      '[global]\nindex-url = U\ntimeout: 5\n',
      { global: { 'index-url': 'U', timeout: '5' } },
    ],
    [
      'a URL keeps its colon',
      '[global]\nindex-url=https://h:1/s',
      { global: { 'index-url': 'https://h:1/s' } },
    ],
    ['key spellings', '[global]\nIndex_URL = U\n--cert = c', { global: { 'index-url': 'U', cert: 'c' } }],
    ['comments', '# a\n[global]\n; b\nx = 1 ; c\n  # d\n', { global: { x: '1 ; c' } }],
    ['continuation', '[g]\nx =\n  a\n  b\ny = c', { g: { x: '\na\nb', y: 'c' } }],
    ['blank line in a value', '[g]\nx = a\n\n  b\n', { g: { x: 'a\n\nb' } }],
    ['comment in a value', '[g]\nx = a\n# c\n  b\n', { g: { x: 'a\nb' } }],
    ['windows line ends', '[g]\r\nx = a\r\n', { g: { x: 'a' } }],
    ['no interpolation', '[g]\nx = %(y)s%%', { g: { x: '%(y)s%%' } }],
    ['defaults', '[DEFAULT]\nx = 1\ny = 2\n[g]\ny = 3', { g: { x: '1', y: '3' } }],
    ['empty value', '[g]\nx =', { g: { x: '' } }],
    ['indented option after a section', '[g]\n  x = 1', { g: { x: '1' } }],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['x = 1', 'line 1: there is no `[section]` before the first option'],
    ['[g]\nx', 'line 2: a line is neither a section, an option nor a comment'],
    ['[g]\n= x', 'line 2: a line is neither a section, an option nor a comment'],
    ['[g]\nx = 1\nX = 2', 'line 3: option `x` is there twice'],
    ['[g]\n[g]', 'line 2: section `g` is there twice'],
  ])('%j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  test('nothing of a line that cannot be read is shown', () => {
    expect(() => read('[g]\nhttps//user%secret')).not.toThrow('secret');
  });

  test('any text is read, or refused with a typed error', () => {
    const piece = fc.constantFrom(
      '[g]',
      '[',
      ']',
      '=',
      ':',
      '\n',
      '\r\n',
      ' ',
      '#',
      'x',
      '[DEFAULT]',
      '__proto__',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          expect(failureOf(() => parsePipConfigFile(text, 'pip.conf'))).toSatisfy(isTyped);
        },
      ),
    );
  });
});
