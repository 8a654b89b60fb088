import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exact, printable } from '../../src/printable.ts';
import { code, prose } from '../../src/report/markdown-text.ts';
import { hostileText } from './hostile.ts';
import { CODE, renderMarkdown } from './markdown-reader.ts';

/** Without what tells words apart and what marks code. */
const letters = (text: string): string => text.replaceAll(/[\s`]/g, '');

const PIPE = String.raw`\u{7c}`;

describe('code', () => {
  test.each([
    ['a-name', '`a-name`'],
    ['', ''],
    ['a`b', '``a`b``'],
    ['`a``', '``` `a`` ```'],
    [' ', '` `'],
    [' a', '`  a `'],
    ['a|b', `\`a${PIPE}b\``],
  ])('%j is %s', (text, expected) => {
    expect(code(text)).toBe(expected);
  });

  test('outside text is one code span, and comes out as it went in', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const rendered = renderMarkdown(`before ${code(text)} after`);
        expect(rendered.elements).toEqual(new Set(text === '' ? ['p'] : ['p', 'code']));
        expect(rendered.textsOf('code')).toEqual(text === '' ? [] : [exact(text).replaceAll('|', PIPE)]);
        expect(rendered.words.replace(CODE, '').replace('  ', ' ')).toBe('before after');
      }),
      { numRuns: 1000 },
    );
  });

  test('and is the cell of a table', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const rendered = renderMarkdown(`| a | b |\n| --- | --- |\n| ${code(a)} | ${code(b)} |`);
        const texts = [a, b].map((text) => exact(text).replaceAll('|', PIPE));
        expect(rendered.textsOf('td')).toEqual(texts);
      }),
      { numRuns: 500 },
    );
  });
});

describe('prose', () => {
  test.each([
    ['`six` 1.17.0 is signed by another one: `six.whl`', '`six` 1.17.0 is signed by another one: `six.whl`'],
    ['see https://a.example/x, please', 'see `https://a.example/x`, please'],
    ['of main (deadbeefdead): it', 'of main (`deadbeefdead`): it'],
    ['entries (`provpin diff` says)', 'entries (`provpin diff` says)'],
    ['(https://a.example/(x)', '`(https://a.example/(x)`'],
    ['ask @octocat or #12 or GH-12', 'ask `@octocat` or `#12` or `GH-12`'],
    ['commit deadbeefdead', 'commit `deadbeefdead`'],
    ['1. first', '`1`. first'],
    ["it's (nearly) done; then go.", "it's (nearly) done; then go."],
    ['`a`@b', '`a` `@b`'],
    ['lone ` tick', 'lone `` ` `` tick'],
    ['snake_case *b* <i> [l](x)', '`snake_case` `*b*` `<i>` `[l](x)`'],
  ])('%j is %s', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });

  test('outside text in it is words and code spans: no element, address, mention or reference', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const sentence = `the \`${a}\` is ${b}`;
        const rendered = renderMarkdown(prose(sentence));
        expect([...rendered.elements].filter((name) => name !== 'p' && name !== 'code')).toEqual([]);
        expect(rendered.words.replaceAll(CODE, '')).toMatch(/^[A-Za-z0-9 ().,;:?"'-]*$/);
        expect(rendered.words).not.toMatch(/www\.|[0-9a-f]{7}/);
        expect(letters(rendered.textsOf('p').join(''))).toBe(
          letters(printable(sentence).replaceAll('|', PIPE)),
        );
      }),
      { numRuns: 1000 },
    );
  });
});
