import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { AttestationFailure } from '../../src/attestation/failure.ts';
import { parseStrictJson } from '../../src/attestation/strict-json.ts';
import { throws } from './fixture.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const parse = (text: string): unknown => parseStrictJson(bytes(text), 'the text');

describe('a member twice', () => {
  test.each([
    ['next to each other', '{"a":1,"a":2}', 'a'],
    ['of the same value', '{"a":1,"a":1}', 'a'],
    ['apart', '{"a":{"x":[1,{"y":2}]},"b":[],"a":3}', 'a'],
    ['inside', '[{"b":{"a":1,"c":[{}],"a":2}}]', 'a'],
    ['spelled in two ways', String.raw`{"a":1,"\u0061":2}`, 'a'],
    ['with white space', '{ "a" : 1 ,\n\t"a"\r: 2 }', 'a'],
    ['empty', '{"":1,"":2}', ''],
    ['of a prototype', '{"__proto__":1,"__proto__":2}', '__proto__'],
    ['with quotes and brackets in it', String.raw`{"a\"}{[,":1,"b":"}","a\"}{[,":2}`, 'a"}{[,'],
    ['after a string that ends in a backslash', String.raw`{"x":"\\","a":1,"a":2}`, 'a'],
    ['unprintable', String.raw`{"\u001b":1,"\u001b":2}`, String.raw`\u{1b}`],
  ])('%s is refused', (_, text, name) => {
    expect(() => parse(text)).toThrow(`the text has the member \`${name}\` twice`);
  });

  test.each([
    ['in different objects', '[{"a":1},{"a":2},{"b":{"a":3}}]'],
    ['as member and value', '{"a":"a","b":["a","a"]}'],
    ['in capitals', '{"a":1,"A":2}'],
    ['only in the text of a string', String.raw`{"a":"\"a\":1,\"a\":2"}`],
  ])('is something else %s', (_, text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
  });
});

describe('what is not to be parsed', () => {
  test.each([
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'is not UTF-8'],
    ['an encoded surrogate', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'is not UTF-8'],
    ['a byte order mark', Buffer.from('\uFEFF{}'), 'is not JSON'],
    ['nothing', Buffer.alloc(0), 'is not JSON'],
    ['half a document', Buffer.from('{"a":'), 'is not JSON'],
    ['two documents', Buffer.from('{}{}'), 'is not JSON'],
    ['a comment', Buffer.from('{}//'), 'is not JSON'],
    [
      'a list nested too deep',
      Buffer.from('['.repeat(65) + ']'.repeat(65)),
      'is nested deeper than 64 levels',
    ],
    ['a million brackets', Buffer.from('['.repeat(1e6) + ']'.repeat(1e6)), 'is nested deeper than 64 levels'],
  ])('%s is refused', (_, text, reason) => {
    expect(() => parseStrictJson(text, 'the text')).toThrow(`the text ${reason}`);
    expect(() => parseStrictJson(text, 'the text')).toThrow(AttestationFailure);
  });
});

test('what JSON.stringify makes is parsed to the same value', () => {
  const value = fc.jsonValue({ depthSize: 'medium', maxDepth: 20 });
  fc.assert(
    fc.property(value, fc.constantFrom('', '  ', '\t'), (input, indent) => {
      const text = JSON.stringify(input, undefined, indent);
      expect(parse(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('nothing is accepted that JSON.parse does not accept, and it is the same value', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    ' ',
    '\n',
    '\0',
    '-',
    'e',
    '1',
    'null',
    'é',
    '"a"',
    '"b"',
    '"a":',
    '"b":',
    '"\\u0061":',
  );
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, (input) => {
      if (throws(() => parse(input))) return;
      expect(parse(input)).toEqual(JSON.parse(input));
    }),
    { numRuns: 5_000 },
  );
});

test('a member that is put in again, anywhere, is refused', () => {
  const name = fc.string({ minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1 }),
      fc.nat(),
      fc.nat(),
      fc.jsonValue(),
      (names, from, to, value) => {
        const unique = [...new Set(names)];
        const repeated = unique[from % unique.length] ?? '';
        unique.splice(to % (unique.length + 1), 0, repeated);
        const members = unique.map((each) => `${JSON.stringify(each)}:${JSON.stringify(value)}`);
        expect(() => parse(`[{${members.join(',')}}]`)).toThrow(/ twice$/);
      },
    ),
  );
});
