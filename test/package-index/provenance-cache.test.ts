import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createProvenanceCache } from '../../src/package-index/provenance-cache.ts';

const root = mkdtempSync(path.join(tmpdir(), 'provpin-cache-'));
afterAll(() => rmSync(root, { recursive: true }));
const SHA256 = 'ab'.repeat(32);
const MAX = 1_000;

describe('the provenance cache', () => {
  let directory: string;
  let warnings: string[];
  beforeEach(() => {
    directory = mkdtempSync(path.join(root, 'x-'));
    warnings = [];
  });
  const cache = () => createProvenanceCache(directory, MAX, (message) => warnings.push(message));
  const fileOf = (sha256: string) => path.join(directory, 'provenance', sha256.slice(0, 2), `${sha256}.json`);
  function plant(content: string | Uint8Array): void {
    mkdirSync(path.dirname(fileOf(SHA256)), { recursive: true });
    writeFileSync(fileOf(SHA256), content);
  }

  test('gives back what it was given', async () => {
    const document = Buffer.from('{"version":1}');
    await cache().remember(SHA256, document);
    const recalled = await cache().recall(SHA256);
    expect(recalled?.file).toBe(fileOf(SHA256));
    expect(Buffer.from(recalled?.document ?? []).equals(document)).toBe(true);
    expect(readdirSync(path.dirname(fileOf(SHA256)))).toEqual([`${SHA256}.json`]);
    expect(statSync(fileOf(SHA256)).mode & 0o077).toBe(0);
  });

  test('knows nothing of other files, and says nothing about it', async () => {
    expect(await cache().recall(SHA256)).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('replaces what was there', async () => {
    plant('poison');
    await cache().remember(SHA256, Buffer.from('{}'));
    expect(readFileSync(fileOf(SHA256), 'utf8')).toBe('{}');
  });

  test('gives back poison as mere bytes', async () => {
    plant('poison');
    expect(Buffer.from((await cache().recall(SHA256))?.document ?? []).toString()).toBe('poison');
  });

  test.each(['', 'ab', '../../../../etc/passwd', `${'ab'.repeat(31)}/x`, 'AB'.repeat(32), `${SHA256}\n`])(
    'no file has the name %j',
    async (sha256) => {
      await cache().remember(sha256, Buffer.from('{}'));
      expect(await cache().recall(sha256)).toBeUndefined();
      expect(readdirSync(directory)).toEqual([]);
    },
  );

  test('neither keeps nor reads what is too large', async () => {
    await cache().remember(SHA256, new Uint8Array(MAX + 1));
    expect(readdirSync(directory)).toEqual([]);
    plant(new Uint8Array(MAX + 1));
    expect(await cache().recall(SHA256)).toBeUndefined();
  });

  test('what is no file is none', async () => {
    mkdirSync(fileOf(SHA256), { recursive: true });
    expect(await cache().recall(SHA256)).toBeUndefined();
  });

  test.skipIf(process.platform === 'win32')('a named pipe is not waited for', async () => {
    mkdirSync(path.dirname(fileOf(SHA256)), { recursive: true });
    execFileSync('mkfifo', [fileOf(SHA256)]);
    expect(await cache().recall(SHA256)).toBeUndefined();
  });

  test('a link is replaced, not followed, by a write', async () => {
    const target = path.join(directory, 'target');
    writeFileSync(target, 'mine');
    mkdirSync(path.dirname(fileOf(SHA256)), { recursive: true });
    symlinkSync(target, fileOf(SHA256));
    await cache().remember(SHA256, Buffer.from('{}'));
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(readFileSync(fileOf(SHA256), 'utf8')).toBe('{}');
  });

  test('many writers at once leave one whole file', async () => {
    const documents = Array.from({ length: 20 }, (_, index) =>
      Buffer.from(String(index).repeat(500 / (index < 10 ? 1 : 2))),
    );
    await Promise.all(documents.map((document) => cache().remember(SHA256, document)));
    const left = readFileSync(fileOf(SHA256));
    expect(documents.some((document) => document.equals(left))).toBe(true);
    expect(readdirSync(path.dirname(fileOf(SHA256)))).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test('one warning when it cannot be used', async () => {
    writeFileSync(path.join(directory, 'provenance'), 'a file where a directory should be');
    const used = cache();
    await used.remember(SHA256, Buffer.from('{}'));
    await used.remember(SHA256, Buffer.from('{}'));
    expect(await used.recall(SHA256)).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining(`the cache \`${directory}\` cannot be written: `)]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')(
    'a directory that is read-only',
    async () => {
      chmodSync(directory, 0o500);
      await cache().remember(SHA256, Buffer.from('{}'));
      expect(warnings).toHaveLength(1);
      chmodSync(directory, 0o700);
    },
  );
});
