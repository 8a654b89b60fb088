import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import { readRequirementsFile } from '../../src/pip/requirements-file.ts';
import { failureOf, isTyped } from '../package-index/loopback.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'provpin-requirements-'));
afterAll(() => rmSync(cwd, { recursive: true }));

function write(file: string, content: string | Uint8Array): string {
  const absolute = path.join(cwd, file);
  mkdirSync(path.dirname(absolute), { recursive: true });
  writeFileSync(absolute, content);
  return absolute;
}

function read(content: string | Uint8Array, env: NodeJS.ProcessEnv = {}): string[] {
  write('requirements.txt', content);
  const { lines } = readRequirementsFile('requirements.txt', { cwd, env });
  return lines.flat().map(({ name, value }) => `${name} ${value}`.trim());
}

describe('readRequirementsFile', () => {
  test.each([
    ['--index-url U\nrequests\n', ['--index-url U']],
    ['-i U --extra-index-url V', ['--index-url U', '--extra-index-url V']],
    ['--index-url=U # comment', ['--index-url U']],
    ['--index-url https://h/#fragment', ['--index-url https://h/#fragment']],
    ['# --index-url U\n   #x\n', []],
    ['--extra-index-url \\\n  U\\\nV\n', ['--extra-index-url UV']],
    ['--extra-index-url \'U V\' --trusted-host "h\\""', ['--extra-index-url U V', '--trusted-host h"']],
    ['--index-url https://${USER_1}:${PASS}@h/${MISSING}', ['--index-url https://me:pw@h/${MISSING}']],
    ['requests --index-url U', []],
    ['--no-index\n--find-links dir\n--pre\n-e .\n--hash=sha256:1', ['--no-index', '--find-links dir']],
    ['\uFEFF-i U', ['--index-url U']],
    ['-i U\r\n--no-index\r\n', ['--index-url U', '--no-index']],
  ])('%j', (content, expected) => {
    expect(read(content, { USER_1: 'me', PASS: 'pw' })).toEqual(expected);
  });

  test.each(['me -r https://evil.example/r.txt', 'a"b', "a'b", 'a\\b', 'a\tb', 'a\nb'])(
    'a variable that would be more than one word is refused: %j',
    (value) => {
      expect(() => read('-i https://${WHO}@h/', { WHO: value })).toThrow(
        'the environment variable `WHO`, which a requirements file names, has a blank, quote or backslash in it',
      );
    },
  );

  test('UTF-16 with a byte order mark', () => {
    expect(read(Buffer.from('\uFEFF-i U', 'utf16le'))).toEqual(['--index-url U']);
    expect(read(Buffer.from('\uFEFF-i U', 'utf16le').swap16())).toEqual(['--index-url U']);
  });

  test('nested files are relative to the file that names them, and stand in its place', () => {
    write('sub/nested.txt', '-i nested\n-c ../constraints.txt');
    write('constraints.txt', '--extra-index-url constraints');
    expect(read('-i first\n-r sub/nested.txt\n-i last')).toEqual([
      '--index-url first',
      '--index-url nested',
      '--extra-index-url constraints',
      '--index-url last',
    ]);
  });

  test('a find-links directory beside the file', () => {
    const wheels = path.join(cwd, 'sub', 'wheels');
    mkdirSync(wheels, { recursive: true });
    write('sub/links.txt', '-f wheels\n-f elsewhere');
    expect(read('-r sub/links.txt')).toEqual([`--find-links ${wheels}`, '--find-links elsewhere']);
  });

  test('a file URL', () => {
    const file = write('by-url.txt', '-i U');
    expect(readRequirementsFile(pathToFileURL(file).href, { cwd, env: {} }).lines).toHaveLength(1);
  });

  test('files on the network are named, locks are left alone', () => {
    write('requirements.txt', '-r https://h/r.txt\n-r pylock.toml');
    const context = { cwd, env: {} };
    expect(readRequirementsFile('requirements.txt', context)).toEqual({
      lines: [],
      unread: ['https://h/r.txt'],
    });
    expect(readRequirementsFile('pylock.dev.toml[extra]', context)).toEqual({ lines: [], unread: [] });
  });

  test.each([
    ['missing.txt', 'cannot be read'],
    ['loop.txt', 'includes itself'],
    ['.', 'cannot be read'],
    ['file://server/x', 'cannot be read'],
  ])('%s', (location, message) => {
    write('loop.txt', '-r sub/loop.txt');
    write('sub/loop.txt', '-r ../loop.txt');
    expect(() => readRequirementsFile(location, { cwd, env: {} })).toThrow(message);
    expect(() => readRequirementsFile(location, { cwd, env: {} })).toThrow(ProvpinError);
  });

  test('files that multiply', () => {
    write('a.txt', '-r b.txt\n-r b.txt\n'.repeat(8));
    for (const [name, next] of ['bc', 'cd', 'de', 'ef'].map((pair) => [pair[0], pair[1]])) {
      write(`${name}.txt`, `-r ${next}.txt\n`.repeat(8));
    }
    write('f.txt', '');
    expect(() => readRequirementsFile('a.txt', { cwd, env: {} })).toThrow(ProvpinError);
  });

  test('any text is read, or refused with a typed error', () => {
    const piece = fc.constantFrom(
      '-r',
      '-i',
      '--extra',
      '=',
      '\\',
      '\n',
      ' ',
      '"',
      "'",
      '#',
      '${A}',
      'x',
      '-c/',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          expect(failureOf(() => read(text, { A: 'b' }))).toSatisfy(isTyped);
        },
      ),
    );
  });
});
