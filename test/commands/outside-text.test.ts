import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createOutsideText } from '../../src/commands/outside-text.ts';

function shown(...chunks: readonly (string | Uint8Array)[]): string {
  const written: string[] = [];
  const outside = createOutsideText((text) => written.push(text));
  for (const chunk of chunks) outside.push(Buffer.from(chunk));
  outside.end();
  return written.join('');
}

describe('the output of another program', () => {
  test.each([
    ['plain text', 'Collecting a\n', 'Collecting a\n'],
    ['a last line without an end', 'a', 'a\n'],
    ['no text', '', ''],
    ['blank lines', '\n\n', '\n\n'],
    ['tabs and line ends of Windows', 'a\tb\r\nc\r\n', 'a\tb\nc\n'],
    ['a return within a line', 'a\rb\n', 'a\\u{d}b\n'],
    ['escape sequences', '\u001b[31mred\n', '\\u{1b}[31mred\n'],
    ['text that runs backwards', 'a\u202eb\n', 'a\\u{202e}b\n'],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0x0a]), 'a\ufffd\n'],
    ['a workflow command', '::error::x\n', '\\u{3a}:error::x\n'],
    ['one behind white space', ' \t ::error::x\n', ' \t \\u{3a}:error::x\n'],
    ['colons elsewhere', 'a ::b\n', 'a ::b\n'],
    ['a runner command', 'a ##[error]b\n', 'a #\\u{23}[error]b\n'],
    ['an agent command', '##vso[task.setvariable]x\n', '#\\u{23}vso[task.setvariable]x\n'],
    ['hashes elsewhere', '## a # b\n', '## a # b\n'],
  ])('%s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test.each([
    [['##vso', '[x]\n'], '#\\u{23}vso[x]\n'],
    [['#', '#', 'v', 'so[x]\n'], '#\\u{23}vso[x]\n'],
    [[' ', ' ', ':', ':', 'error::x\n'], '  \\u{3a}:error::x\n'],
    [['a\r', '\nb'], 'a\nb\n'],
    [['a\r', 'b'], 'a\\u{d}b\n'],
    [[Buffer.from([0xc3]), Buffer.from([0xa4])], '\u00e4\n'],
  ])('in chunks: %j', (chunks, expected) => {
    expect(shown(...chunks)).toBe(expected);
  });

  test('is the same however it is cut, and never commands anything', () => {
    const part = fc.constantFrom(
      '#',
      '##',
      'vso',
      '[',
      ':',
      ' ',
      '\t',
      '\n',
      '\r',
      '\v',
      '\u001b',
      'a',
      '\u00e4',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const whole = shown(parts.join(''));
        expect(shown(...parts)).toBe(whole);
        expect(whole).not.toMatch(/^\s*::|##[a-z]*\[|[^\P{Cc}\t\n]/mu);
      }),
      { numRuns: 3_000 },
    );
  });

  test('appears as it comes, so that a question is seen', () => {
    const written: string[] = [];
    const outside = createOutsideText((text) => written.push(text));
    outside.push(Buffer.from('Password: '));
    expect(written.join('')).toBe('Password: ');
  });

  test('in a line of many chunks is looked at once', () => {
    const chunk = Buffer.alloc(1_000, 'a');
    let written = 0;
    const outside = createOutsideText((text) => (written += text.length));
    for (let left = 20_000; left > 0; left -= 1) outside.push(chunk);
    outside.end();
    expect(written).toBe(20_000 * 1_000 + 1);
  });
});
