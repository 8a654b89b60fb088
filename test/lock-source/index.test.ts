import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCK_READERS, readLock } from '../../src/lock-source/index.ts';
import { MAX_LOCK_BYTES } from '../../src/lock-source/lock-text.ts';

const EMPTY = 'lock-version = "1.0"\ncreated-by = "é"\npackages = []\n';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provpin-lock-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

/** A path in a directory of its own, so that the name is free. */
async function pathOf(name: string, content?: string | Uint8Array): Promise<string> {
  const path = join(await mkdtemp(join(directory, 'lock-')), name);
  if (content !== undefined) await writeFile(path, content);
  return path;
}

test('a lock is read by its name', async () => {
  for (const name of ['pylock.toml', 'pylock.dev.toml']) {
    const path = await pathOf(name, EMPTY);
    expect(await readLock(path)).toEqual({ source: path, packages: [], pylock: EMPTY });
  }
});

test('a symbolic link is followed', async () => {
  const link = await pathOf('pylock.toml');
  await symlink(await pathOf('elsewhere', EMPTY), link);
  expect(await readLock(link)).toMatchObject({ packages: [] });
});

test('a byte order mark is no content', async () => {
  expect(await readLock(await pathOf('pylock.toml', `\ufeff${EMPTY}`))).toMatchObject({ packages: [] });
});

test('an error of the lock names its path', async () => {
  const path = await pathOf('pylock.toml', 'lock-version = 1');
  await expect(readLock(path)).rejects.toThrow(`\`${path}\`:1: \`lock-version\` must be a string`);
});

describe('what cannot be read', () => {
  test.each<[string, string]>([
    ['pyproject.toml', '[project]\nname = "demo"\n'],
    ['cargo.lock', 'version = 4\n\n[[package]]\nname = "libc"\nversion = "0.2"\n'],
    ['package-lock.json', '{ "lockfileVersion": 3 }'],
    ['notes.md', '# --hash=sha256:…\n'],
    ['empty', ''],
  ])('%s, which is no lock by its content either', async (name, content) => {
    const path = await pathOf(name, content);
    const read = readLock(path);
    await expect(read).rejects.toMatchObject({
      code: 'lock-format',
      exitCode: 2,
      message: `\`${path}\` is not a lock, by its name and by its content`,
    });
    for (const { summary } of LOCK_READERS) {
      await expect(read).rejects.toMatchObject({ hints: [expect.stringContaining(summary)] });
    }
  });

  test.each<[string, () => Promise<string>, string]>([
    ['a missing file', async () => pathOf('pylock.toml'), 'cannot be read: there is no such file'],
    [
      'a directory',
      async () => {
        const path = await pathOf('pylock.toml');
        await mkdir(path);
        return path;
      },
      'is a directory',
    ],
    [
      'a named pipe',
      async () => {
        const path = await pathOf('pylock.toml');
        execFileSync('mkfifo', [path]);
        return path;
      },
      'is not a regular file',
    ],
    [
      'a path through a file',
      async () => join(await pathOf('file', ''), 'pylock.toml'),
      'cannot be read: ENOTDIR: not a directory',
    ],
    ['what is not UTF-8', async () => pathOf('pylock.toml', new Uint8Array([0x61, 0xff])), 'is not UTF-8'],
    [
      'UTF-8 of half a surrogate pair',
      async () => pathOf('pylock.toml', new Uint8Array([0xed, 0xa0, 0x80])),
      'is not UTF-8',
    ],
    [
      'too much',
      async () => {
        const path = await pathOf('pylock.toml', '');
        await truncate(path, MAX_LOCK_BYTES + 1);
        return path;
      },
      'is larger than 67108864 bytes',
    ],
  ])('%s', async (_, make, problem) => {
    const path = await make();
    const read = readLock(path);
    await expect(read).rejects.toMatchObject({ code: 'lock-file', exitCode: 2 });
    await expect(read).rejects.toThrow(`\`${path}\` ${problem}`);
  });

  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const path = await pathOf('pylock.toml', EMPTY);
    await chmod(path, 0o000);
    await expect(readLock(path)).rejects.toThrow(`\`${path}\` cannot be read: permission denied`);
  });
});

test('every format has a heading in the documentation', () => {
  const docs = readFileSync(new URL('../../docs/lock-formats.md', import.meta.url), 'utf8');
  for (const { id } of LOCK_READERS) expect(docs).toContain(`\n## ${id}\n`);
});
