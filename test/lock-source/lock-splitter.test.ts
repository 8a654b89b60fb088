import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLockSplitter } from '../../src/lock-source/lock-splitter.ts';

const LOCK = 'lock-version = "1.0"\ncreated-by = "pip"\n\n[[packages]]\nname = "é"\n';

/** What comes out of a stream that comes in as these chunks: what was forwarded, and the lock. */
function split(chunks: readonly Uint8Array[]) {
  const forwarded: Uint8Array[] = [];
  const splitter = createLockSplitter((chunk) => forwarded.push(chunk));
  for (const chunk of chunks) splitter.push(chunk);
  const lock = splitter.end();
  return {
    forwarded: Buffer.concat(forwarded).toString(),
    lock: lock === undefined ? undefined : Buffer.from(lock).toString(),
  };
}

const splitText = (...texts: string[]) => split(texts.map((text) => Buffer.from(text)));

const STREAMS: readonly (readonly [name: string, before: string, lock: string | undefined, after: string])[] =
  [
    ['nothing', '', undefined, ''],
    ['progress, no lock', 'Collecting é\nlock-versio', undefined, ''],
    ['a lock alone', '', LOCK, ''],
    ['progress', 'Looking in links: /x\nCollecting é\n  Downloading (1 kB)\n', LOCK, ''],
    ['progress with carriage returns', 'Collecting\r\n 1%\r 2%\r', LOCK.replaceAll('\n', '\r\n'), ''],
    ['a line like the first one of a lock', 'x\nlock-version = "9"\nmore\n', LOCK, ''],
    ['a whole lock before the lock', LOCK, LOCK, ''],
    ['the words within a line', 'a lock-version = \n  lock-version = \n', LOCK, ''],
    ['nearly the words', 'lock-version\nlock-version =1\nlock-versionlock-version = \n', LOCK, ''],
    ['the end of a progress bar', '\u001b[?25l 1%\r\n\u001b[2K\u001b[32m2%\u001b[0m\n\u001b[?25h', LOCK, ''],
    ['other escapes', '\u001b\u001b[1\u001b[\n\u001b]0;title\u0007\n', LOCK, ''],
    ['what pip says last under -vv', 'x\n', LOCK, "Removed build tracker: '/tmp/x y'\n"],
    ['several such lines', 'x\n', LOCK, "  Removed a from b\nRemoved build tracker: '/tmp'"],
  ];

describe('lock and progress are told apart', () => {
  test.each(STREAMS)('%s', (_, before, lock, after) => {
    expect(splitText(before + (lock ?? '') + after)).toEqual({ forwarded: before + after, lock });
  });

  test.each(STREAMS)('%s, cut in two at every byte', (_, before, lock, after) => {
    const whole = Buffer.from(before + (lock ?? '') + after);
    for (let at = 0; at <= whole.length; at += 1) {
      expect(split([whole.subarray(0, at), whole.subarray(at)])).toEqual({ forwarded: before + after, lock });
    }
  });

  test('every byte for itself', () => {
    const whole = Buffer.from(
      `\u001b[1mé\u001b[0mlock-version = \n\u001b[?25h${LOCK}Removed build tracker\n`,
    );
    expect(split([...whole].map((byte) => Buffer.from([byte])))).toEqual(split([whole]));
  });

  test('however it is cut', () => {
    const piece = fc.constantFrom(
      'lock-version = ',
      'lock',
      '-',
      '\n',
      '\r',
      '\u001b[0m',
      '\u001b',
      '[',
      'é',
      'x y',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 20 }),
        fc.array(fc.nat({ max: 30 }), { maxLength: 20 }),
        (pieces, sizes) => {
          const whole = Buffer.from(pieces.join(''));
          const chunks = sizes.reduce<Buffer[]>(
            ([rest = whole, ...done], size) => [rest.subarray(size), ...done, rest.subarray(0, size)],
            [whole],
          );
          const [rest = whole, ...front] = chunks;
          const result = split([...front, rest]);
          expect(result).toEqual(split([whole]));
          expect(Buffer.from(result.forwarded + (result.lock ?? '')).length).toBe(whole.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('at once', () => {
  test('a question that does not end its line', () => {
    const forwarded: string[] = [];
    const splitter = createLockSplitter((chunk) => forwarded.push(Buffer.from(chunk).toString()));
    splitter.push(Buffer.from('User for index.example: '));
    expect(forwarded.join('')).toBe('User for index.example: ');
  });

  test('not what may become a lock', () => {
    const forwarded: string[] = [];
    const splitter = createLockSplitter((chunk) => forwarded.push(Buffer.from(chunk).toString()));
    splitter.push(Buffer.from('\u001b[0mlock-'));
    expect(forwarded.join('')).toBe('');
    splitter.push(Buffer.from('smith\n'));
    expect(forwarded.join('')).toBe('\u001b[0mlock-smith\n');
  });
});

describe('the end of a lock', () => {
  test.each(['a = "x y z"\n', '[x]\n', '# two words\n', 'a = [\n  true,\n]\n', '\n'])(
    'is not before %j',
    (line) => {
      expect(splitText(LOCK + line)).toEqual({ forwarded: '', lock: LOCK + line });
    },
  );

  test('lines that are no TOML, but have TOML behind them, stay: the reader refuses them', () => {
    const text = `${LOCK}Removed build tracker\n[x]\n`;
    expect(splitText(text)).toEqual({ forwarded: '', lock: text });
  });
});
