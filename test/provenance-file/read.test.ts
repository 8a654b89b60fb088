import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatProvenanceFile } from '../../src/provenance-file/format.ts';
import { emptyProvenanceFile } from '../../src/provenance-file/parse.ts';
import { parseProvenanceBytes, readProvenanceFile } from '../../src/provenance-file/read.ts';
import { failureOf, temporaryDirectory } from './files.ts';

test('a missing file has no entries, nor has one that a link leads nowhere for', async () => {
  const directory = temporaryDirectory();
  const [missing, link] = [join(directory, 'missing'), join(directory, 'link')];
  symlinkSync(missing, link);
  expect(await readProvenanceFile(missing)).toEqual({ ...emptyProvenanceFile(missing), isMissing: true });
  expect(await readProvenanceFile(link)).toEqual({ ...emptyProvenanceFile(link), isMissing: true });
});

test('a file is read to its last byte, byte order mark and line endings included', async () => {
  const path = join(temporaryDirectory(), '.provenance.txt');
  const text = '\uFEFF# ünïcode \u{1F680}\r\na unsigned\n\nb unsigned';
  writeFileSync(path, text);
  const file = await readProvenanceFile(path);
  expect(file).toMatchObject({
    source: path,
    entries: [
      { name: 'a', line: 2 },
      { name: 'b', line: 4 },
    ],
  });
  expect(formatProvenanceFile(file)).toBe(text);
});

test.each([
  ['a lone continuation byte', [0x23, 0x80]],
  ['a truncated character', [0x23, 0xe2, 0x82]],
  ['an overlong slash', [0x23, 0xc0, 0xaf]],
  ['a surrogate', [0x23, 0xed, 0xa0, 0x80]],
  ['Latin-1', [0x23, 0xe4, 0x20]],
  ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
])('a line with %s is not UTF-8', async (_, bytes) => {
  const path = join(temporaryDirectory(), '.provenance.txt');
  writeFileSync(
    path,
    Buffer.concat([Buffer.from('a unsigned\n# two\n'), Buffer.from(bytes), Buffer.from('\nb unsigned\n')]),
  );
  await expect(readProvenanceFile(path)).rejects.toMatchObject({
    exitCode: 2,
    message: `\`${path}:3\`: the line is not UTF-8`,
  });
});

test('an error of the content names the path and the line', async () => {
  const path = join(temporaryDirectory(), '.provenance.txt');
  writeFileSync(path, 'a unsigned\nb\n');
  await expect(readProvenanceFile(path)).rejects.toMatchObject({
    exitCode: 2,
    message: `\`${path}:2\`: \`b\` has no identity`,
  });
});

test('a directory, a path through a file, and a file that is too large cannot be read', async () => {
  const directory = temporaryDirectory();
  const [folder, file] = [join(directory, 'folder'), join(directory, 'file')];
  mkdirSync(folder);
  writeFileSync(file, '');
  expect(await failureOf(readProvenanceFile(folder))).toMatchObject({
    code: 'provenance-file-unreadable',
    exitCode: 2,
    message: `the provenance file \`${folder}\` cannot be read: it is not a regular file`,
  });
  const through = await failureOf(readProvenanceFile(join(file, 'x')));
  expect(through).toMatchObject({ code: 'provenance-file-unreadable', exitCode: 2 });
  expect(through.message).toContain('ENOTDIR');
  truncateSync(file, 32 * 1024 * 1024 + 1);
  expect((await failureOf(readProvenanceFile(file))).message).toContain('it is larger than');
  expect(() => parseProvenanceBytes(new Uint8Array(32 * 1024 * 1024 + 1), 'HEAD:file')).toThrow(
    'the provenance file `HEAD:file` cannot be read: it is larger than 33554432 bytes',
  );
});
