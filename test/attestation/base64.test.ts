import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { decodeBase64 } from '../../src/attestation/base64.ts';
import { throws } from './fixture.ts';

const decode = (text: string): Buffer => decodeBase64(text, '`field`', 100);

describe('base64', () => {
  test.each([
    ['plain', 'aGVsbG8='],
    ['wrapped', 'aGVs\nbG8=\n'],
    ['wrapped as in DOS', 'aGVs\r\nbG8=\r\n'],
    ['wrapped around the padding', 'aGVsbG8\n='],
  ])('%s is decoded', (_, text) => {
    expect(decode(text).toString()).toBe('hello');
  });

  test.each([
    ['without padding', 'aGVsbG8', 'is not base64'],
    ['with too much padding', 'aGVsbG8==', 'is not base64'],
    ['with bits after the end', 'aGVsbG9=', 'is not base64'],
    ['in the URL alphabet', 'aGVsbG8_', 'is not base64'],
    ['with a space', 'aGVs bG8=', 'is not base64'],
    ['with a byte order mark', '\uFEFFaGVsbG8=', 'is not base64'],
    ['with text after the padding', 'aGVsbG8=aGVs', 'is not base64'],
    ['empty', '', 'is empty'],
    ['nothing but line breaks', '\n\n', 'is empty'],
    ['too long', 'A'.repeat(136), 'has 102 bytes, more than 100'],
  ])('%s is refused', (_, text, reason) => {
    expect(() => decode(text)).toThrow(`\`field\` ${reason}`);
  });

  test('what is accepted is what encoding its bytes gives, but for line breaks', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(), (input, at) => {
        const text = Buffer.from(input).toString('base64');
        const place = at % (text.length + 1);
        expect(decode(`${text.slice(0, place)}\n${text.slice(place)}`)).toEqual(Buffer.from(input));
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'B', '/', '=', '\n', '-', ' '), maxLength: 9 }),
        (text) => {
          if (throws(() => decode(text))) return;
          expect(decode(text).toString('base64')).toBe(text.replaceAll('\n', ''));
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
