import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsv, parseRecord } from '../../src/wheel/record.ts';

const digest = createHash('sha256').update('x').digest();
const sha256 = `sha256=${digest.toString('base64url')}`;

describe('parseRecord', () => {
  test('paths, hashes and sizes', () => {
    const sha512 = createHash('sha512').update('x').digest();
    const text = `a/b.py,${sha256},1\r\n"c,""d"".py",sha512=${sha512.toString('base64url')},\n\nx.dist-info/RECORD,,\n`;
    expect(parseRecord(text)).toEqual(
      new Map([
        ['a/b.py', { algorithm: 'sha256', digest: digest.toString('hex'), size: 1 }],
        ['c,"d".py', { algorithm: 'sha512', digest: sha512.toString('hex') }],
        ['x.dist-info/RECORD', {}],
      ]),
    );
  });

  test.each([
    ['two fields', `a,${sha256}`, 'a line that is none'],
    ['four fields', `a,${sha256},1,`, 'a line that is none'],
    ['no path', `,${sha256},1`, 'a line that is none'],
    ['a size that is none', `a,${sha256},x`, 'no size'],
    ['a negative size', `a,${sha256},-1`, 'no size'],
    ['a size that is no number of JavaScript', `a,${sha256},9007199254740992`, 'no size'],
    ['a size with a leading zero', `a,${sha256},01`, 'no size'],
    ['md5', `a,md5=${createHash('md5').update('x').digest('base64url')},1`, 'no hash'],
    ['sha1', `a,sha1=${createHash('sha1').update('x').digest('base64url')},1`, 'no hash'],
    ['an algorithm in capitals', `a,SHA256=${digest.toString('base64url')},1`, 'no hash'],
    ['hex', `a,sha256=${digest.toString('hex')},1`, 'no hash'],
    ['padding', `a,${sha256}=,1`, 'no hash'],
    ['base64 that is not for URLs', `a,sha256=${'+'.repeat(43)},1`, 'no hash'],
    ['bits that mean nothing', `a,sha256=${'A'.repeat(42)}B,1`, 'no hash'],
    ['a hash that is cut', `a,${sha256.slice(0, -2)},1`, 'no hash'],
    ['a path twice', `a,${sha256},1\na,${sha256},2`, 'twice'],
    ['a quote that does not end', `"a,${sha256},1`, 'does not end'],
    ['text after a quote', `"a"b,${sha256},1`, 'after a quote'],
  ])('%s', (_, text, reason) => {
    expect(() => parseRecord(text)).toThrow(reason);
  });

  test('the same line twice is the same', () => {
    expect(parseRecord(`a,${sha256},1\na,${sha256},1\n`).size).toBe(1);
  });
});

const quoteField = (field: string): string => `"${field.replaceAll('"', '""')}"`;

test('parseCsv reads back whatever is quoted', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.string(), { minLength: 2, maxLength: 4 })), (rows) => {
      const text = rows.map((row) => `${row.map(quoteField).join(',')}\n`).join('');
      expect(parseCsv(text)).toEqual(rows);
    }),
  );
});

test('parseCsv reads fields that need no quotes, with any line ending', () => {
  const plain = fc.stringMatching(/^[^",\r\n]+$/);
  fc.assert(
    fc.property(
      fc.array(fc.array(plain, { minLength: 1, maxLength: 4 })),
      fc.constantFrom('\n', '\r', '\r\n'),
      (rows, end) => {
        expect(parseCsv(rows.map((row) => row.join(',')).join(end))).toEqual(rows);
      },
    ),
  );
});

/** How many files it has; none when it is refused. @throws what is no refusal */
function sizeOrRefusal(text: string): number {
  try {
    return parseRecord(text).size;
  } catch (error) {
    if (error instanceof Error && error.name === 'MalformedWheel') return 0;
    throw error;
  }
}

test('anything is read to its end, or refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', 'a', '='), maxLength: 30 }),
      (text) => {
        expect(sizeOrRefusal(text)).toBeLessThanOrEqual(text.length);
      },
    ),
  );
});
