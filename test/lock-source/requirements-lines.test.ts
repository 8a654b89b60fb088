import { describe, expect, test } from 'vitest';

import { requirementsLines } from '../../src/lock-source/requirements-lines.ts';
import { requirements } from '../../src/lock-source/requirements.ts';
import { ProvpinError } from '../../src/errors.ts';

const HASH = `--hash=sha256:${'0a'.repeat(32)}`;
const BLANKS = ' \t'.repeat(1_000_000);

/** Whether it is read; what is refused is refused as an input error. */
function isRead(text: string): boolean {
  try {
    requirements.read(text, 'requirements.txt');
    return true;
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    return false;
  }
}

test.each([
  ['slashes', `${'/'.repeat(1_000_000)} b`],
  ['parts of a path', `${'a/'.repeat(1_000_000)} b`],
  ['slashes at the end of a directory', `./a${'/'.repeat(1_000_000)}b`],
  ['brackets', `./a${'['.repeat(1_000_000)}`],
])('a line with a million of %s is read or refused', (_, line) => {
  expect([true, false]).toContain(isRead(`${line}\n`));
});

// Where the time is quadratic in their number, this takes minutes.
test('a requirement on a hundred thousand lines', { timeout: 30_000 }, () => {
  const hashes = Array.from({ length: 100_000 }, (_, at) => `--hash=sha256:${String(at).padStart(64, '0')}`);
  const [statement] = requirementsLines(`a==1 \\\n${hashes.join(' \\\n')}\n`, 'lock');
  expect(statement?.text).toHaveLength(5 + hashes.join(' ').length);
  const lines = hashes.map((hash, at) => statement?.lineAt(5 + at * (hash.length + 1)));
  expect([lines[0], lines.at(-1), new Set(lines).size]).toEqual([2, 100_001, 100_000]);
});

// Where the time is quadratic in the length of the line, these take hours.
describe('a line with millions of blanks', () => {
  test.each([
    ['alone', BLANKS, false],
    ['before a comment', `a==1 ${HASH}${BLANKS}# comment`, true],
    ['before nothing', `a==1 ${HASH}${BLANKS}`, true],
    ['before a hash', `a==1${BLANKS}${HASH}`, true],
    ['between hashes', `a==1 ${HASH}${BLANKS}${HASH.replaceAll('0a', '0b')}`, true],
    ['before another option', `a==1 ${HASH}${BLANKS}--no-deps`, false],
    ['within a requirement', `a${BLANKS}b==1 ${HASH}`, false],
    ['within a version', `a==1${BLANKS}b ${HASH}`, false],
    ['before a marker', `a==1${BLANKS}; os_name == "nt" ${HASH}`, true],
    ['around extras', `a${BLANKS}[b]${BLANKS}c ${HASH}`, false],
    ['behind a path', `-e ./a${BLANKS}b`, false],
  ])('%s', (_, line, read) => {
    expect(isRead(`${line}\n`)).toBe(read);
  });
});
