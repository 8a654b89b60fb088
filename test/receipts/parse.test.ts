import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import { formatReceipts } from '../../src/receipts/format.ts';
import { parseReceipts } from '../../src/receipts/parse.ts';
import { RECEIPT, receipt } from './fixture.ts';

const LINE = formatReceipts([RECEIPT]).trimEnd();

function withMember(name: string, value: unknown): string {
  return JSON.stringify({ ...RECEIPT, [name]: value });
}

/** What a text is refused with, if it is. */
function refusal(text: string): unknown {
  try {
    parseReceipts(text, 'receipts.jsonl');
    return undefined;
  } catch (error) {
    return error;
  }
}

function failure(text: string): ProvpinError {
  const error = refusal(text);
  if (error instanceof ProvpinError) return error;
  throw new Error('it was not refused', { cause: error });
}

describe('what is no receipts file is refused, with file and line', () => {
  test.each<[string, string, string]>([
    ['no JSON', '{', '`receipts.jsonl:1`: not JSON'],
    ['a conflict that git left', `<<<<<<< HEAD\n${LINE}`, '`receipts.jsonl:1`: not JSON'],
    ['a list', '[]', '`receipts.jsonl:1`: not a JSON object'],
    ['null', 'null', '`receipts.jsonl:1`: not a JSON object'],
    ['an empty object', '{}', '`receipts.jsonl:1`: `package` is missing'],
    ['a later line', `${LINE}\n\n{}`, '`receipts.jsonl:3`: `package` is missing'],
    [
      'an unknown member',
      withMember('trusted', true),
      '`receipts.jsonl:1`: `trusted` is no member of a receipt',
    ],
    ['a prototype', `{"__proto__":{"package":"a"}}`, '`__proto__` is no member of a receipt'],
    ['a name that is not normalised', withMember('package', 'Certifi'), '`package` is not a normalised name'],
    ['a number for a text', withMember('version', 1), '`version` is not a text'],
    ['an empty text', withMember('file', ''), '`file` is not a text'],
    ['null for what can be absent', withMember('workflow', null), '`workflow` is not a text'],
    ['a text that is too long', withMember('ref', 'r'.repeat(2_001)), '`ref` is too long'],
    [
      'an upper-case digest',
      withMember('sha256', 'AB'.repeat(32)),
      '`sha256` is not 64 lower-case hex digits',
    ],
    ['half a digest', withMember('sha256', 'ab'.repeat(16)), '`sha256` is not 64'],
    [
      'a time of another zone',
      withMember('signedAt', '2026-01-31T12:00:00+01:00'),
      '`signedAt` is not a time',
    ],
    [
      'a time that there is not',
      withMember('signedAt', '2026-13-31T12:00:00.000Z'),
      '`signedAt` is no time that there is',
    ],
    ['a log that is a text', withMember('log', 'x'), '`log` is not an object of `keyId` and `index`'],
    ['a log with more', withMember('log', { keyId: 'YQ==', index: '1', x: 1 }), '`log` is not an object'],
    ['a log without index', withMember('log', { keyId: 'YQ==' }), '`log` is not an object'],
    [
      'a log index that is a number',
      withMember('log', { keyId: 'YQ==', index: 1 }),
      '`log.index` is not a text',
    ],
    [
      'a negative log index',
      withMember('log', { keyId: 'YQ==', index: '-1' }),
      '`log.index` is not a decimal',
    ],
    [
      'a log key that is not base64',
      withMember('log', { keyId: '?', index: '1' }),
      '`log.keyId` is not base64',
    ],
    ['a duplicate', `${LINE}\n${LINE}\n`, '`receipts.jsonl:2`: this says the same as line 1'],
    ['a duplicate in another spelling', `${LINE}\n ${LINE.replace('{', '{ ')}`, 'the same as line 1'],
    ['too many lines', '\n'.repeat(200_001), '`receipts.jsonl` has more than 200000 lines'],
    [
      'too much text',
      ' '.repeat(64 * 1024 * 1024 + 1),
      '`receipts.jsonl` is longer than 67108864 characters',
    ],
  ])('%s', (_, text, message) => {
    const error = failure(text);
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: 'receipts', exitCode: 2 });
  });
});

test('an error says what to do, and prints nothing raw', () => {
  const error = failure('{"\u001B[31m\u202E":1}');
  expect(error.message).toMatch(/^[ -~]*$/);
  expect(error.hints).toEqual([expect.stringContaining('version control')]);
});

test('blank lines, line endings, a byte order mark and the order of members mean nothing', () => {
  const { package: name, ...rest } = RECEIPT;
  const text = `\uFEFF\r\n${JSON.stringify({ ...rest, package: name })}\r\n\r\n`;
  expect(parseReceipts(text, 'f')).toEqual([RECEIPT]);
});

test('two digests for one file are two receipts: that is evidence, too', () => {
  const both = [RECEIPT, receipt({ sha256: 'cd'.repeat(32) })];
  expect(parseReceipts(formatReceipts(both), 'f')).toEqual(both);
});

test('whatever the text, it is read or refused with a typed error', () => {
  const json = fc.jsonValue({ stringUnit: 'binary' }).map((value) => JSON.stringify(value));
  const changed = fc
    .tuple(fc.constantFrom(...Object.keys(RECEIPT)), fc.jsonValue())
    .map(([name, value]) => withMember(name, value));
  const line = fc.oneof(json, changed, fc.string({ unit: 'binary' }), fc.constant(LINE));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
      const error = refusal(lines.join('\n'));
      expect(error === undefined || error instanceof ProvpinError).toBe(true);
    }),
    { numRuns: 500 },
  );
});
