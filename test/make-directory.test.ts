import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeDirectory } from '../src/make-directory.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'provpin-test-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('makeDirectory', () => {
  test('makes what is missing, for the user alone, and minds nothing that is there', async () => {
    const path = join(root, 'a', 'b', 'c');
    await Promise.all([makeDirectory(path), makeDirectory(path), makeDirectory(join(root, 'a', 'd'))]);
    await makeDirectory(path);
    expect(statSync(path).isDirectory()).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test('says so when a file is in the way', async () => {
    writeFileSync(join(root, 'file'), '');
    await expect(makeDirectory(join(root, 'file', 'a', 'b'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  // Where the kernel has the parent and denies the child: Node's own recursive mkdir spins there for ever.
  test.runIf(process.platform === 'linux')('ends where nothing can be made', async () => {
    await expect(makeDirectory('/proc/provpin/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
