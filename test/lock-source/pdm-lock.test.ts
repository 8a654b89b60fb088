import { describe, expect, test } from 'vitest';
import { pdmLock } from '../../src/lock-source/pdm-lock.ts';
import { errorOf } from './real-locks.ts';

const SHA256 = 'ab'.repeat(32);
const WHEEL = 'widget-1.0-py3-none-any.whl';
const METADATA = '[metadata]\nlock_version = "4.5.0"\n';
const packageWith = (lines: string, version = 'version = "1.0"') =>
  `${METADATA}[[package]]\nname = "widget"\n${version}\n${lines}\n`;
const read = (text: string, only?: readonly string[]) => pdmLock.read(text, 'pdm.lock', only);

test.each([
  ['pdm.lock', true],
  ['pdm.prod.lock', true],
  ['pdm.a.b.lock', false],
  ['xpdm.lock', false],
])('%s: %s', (name, accepted) => {
  expect(pdmLock.accepts(name)).toBe(accepted);
});

test('files by name, and by URL', () => {
  const url = `https://files.example/${WHEEL}`;
  const file = { kind: 'wheel', filename: WHEEL, hashes: { sha256: SHA256 }, line: 7 };
  const filesOf = (member: string) =>
    read(packageWith(`files = [\n  {${member}, hash = "sha256:${SHA256}"},\n]`)).packages[0]?.files;
  expect(filesOf(`file = "${WHEEL}"`)).toEqual([file]);
  expect(filesOf(`url = "${url}"`)).toEqual([{ ...file, url }]);
  expect(filesOf(`url = "file:///srv/${WHEEL}"`)).toMatchObject([{ notCovered: 'a local file' }]);
});

test('a package that is listed again for its extras is the same package', () => {
  const again = packageWith(`files = [{file = "${WHEEL}", hash = "sha256:${SHA256}"}]`).replace(METADATA, '');
  const { packages } = read(`${METADATA}${again}${again}extras = ["socks"]\n`);
  expect(packages).toHaveLength(1);
});

test.each([
  [
    'git = "https://u:secret@git.example/a"\nrevision = "0123"',
    'a VCS requirement (git+https://git.example/a@0123)',
  ],
  ['hg = "https://hg.example/a"', 'a VCS requirement (hg+https://hg.example/a)'],
  ['path = "./widget"', 'a local directory'],
  ['path = "./widget"\neditable = true', 'a local directory (editable)'],
  ['path = "./widget-1.0.tar.gz"', 'a local archive'],
  ['url = "https://u:secret@files.example/w.whl"', 'an archive by URL (https://files.example/w.whl)'],
])('what no index serves: %s', (lines, reason) => {
  const files = `files = [{file = "${WHEEL}", hash = "sha256:${SHA256}"}]`;
  for (const version of ['version = "1.0"', '']) {
    expect(read(packageWith(`${lines}\n${files}`, version)).packages).toMatchObject([
      { name: 'widget', files: [], notCovered: reason },
    ]);
  }
});

const at = (line: number, path: string, problem: string) => `\`pdm.lock\`:${line}: \`${path}\` ${problem}`;

const lockVersion = (text: string) => `[metadata]\nlock_version = ${text}\n`;

describe('bad files', () => {
  const unreadable = (shown: string) =>
    at(2, 'metadata.lock_version', `is ${shown}; only versions 4.3 and later 4.x can be read`);
  const files = (members: string) => packageWith(`files = [\n  {${members}},\n]`);

  test.each<[string, string]>([
    ['[', '`pdm.lock`:1: not TOML: incomplete key-value: cannot find end of key'],
    ['', '`pdm.lock`: `metadata` is missing'],
    ['[metadata]', at(1, 'metadata.lock_version', 'is missing')],
    [lockVersion('4.5'), at(2, 'metadata.lock_version', 'must be a string')],
    [lockVersion('"4.2"'), unreadable('4.2')],
    [lockVersion('"5.0"'), unreadable('5.0')],
    [lockVersion('"new"'), unreadable('new')],
    [`${METADATA}[package]`, at(3, 'package', 'must be an array of tables')],
    [`${METADATA}[[package]]\nversion = "1"`, at(3, 'package[0].name', 'is missing')],
    [packageWith('', ''), at(3, 'package[0].version', 'is missing')],
    [packageWith('', 'version = "x"'), at(5, 'package[0].version', 'is not a version (PEP 440)')],
    [packageWith('files = "x"'), at(6, 'package[0].files', 'must be an array of tables')],
    [packageWith('path = 1'), at(6, 'package[0].path', 'must be a string')],
    [packageWith('editable = 1\npath = "x"'), at(6, 'package[0].editable', 'must be a boolean')],
    [files(''), at(7, 'package[0].files[0].file', 'is missing')],
    [files('url = "x"'), at(7, 'package[0].files[0].url', 'is not a URL')],
    [
      files(`file = "${WHEEL}", path = "x"`),
      at(7, 'package[0].files[0].path', 'is not known here: another file may be taken by it'),
    ],
    [
      files('file = "widget-2.0.zip"'),
      at(7, 'package[0].files[0]', 'names `widget-2.0.zip`, not of version 1.0'),
    ],
    [
      files('file = "x.zip"'),
      at(7, 'package[0].files[0]', 'names `x.zip`, not a wheel or sdist of `widget`'),
    ],
    [files(`file = "${WHEEL}", hash = "sha256:0"`), at(7, 'package[0].files[0].hash', 'must be hexadecimal')],
  ])('%#', (text, message) => {
    expect(errorOf(() => read(text))).toBe(message);
  });
});

const one = (name: string, groups: string) => `[[package]]\nname = "${name}"\nversion = "1"\n${groups}\n`;

test('--only: a package without groups stays, and a lock without groups is refused', () => {
  const strategy = 'strategy = ["inherit_metadata"]\n';
  const lock = `${METADATA}${strategy}groups = ["default", "dev"]\n${one('a', 'groups = ["default"]')}${one('b', 'groups = ["default", "dev"]')}${one('c', '')}${one('d', 'groups = []')}`;
  expect(read(lock, ['dev'])).toMatchObject({
    packages: [{ name: 'b' }, { name: 'c' }, { name: 'd' }],
    leftOut: ['a'],
  });
  // PDM does not go by them.
  for (const other of ['', 'strategy = ["static_urls"]\n'])
    expect(read(lock.replace(strategy, other), ['dev']).leftOut).toBeUndefined();
  expect(errorOf(() => read(METADATA + one('a', ''), ['dev']))).toContain(
    'does not say what belongs to which',
  );
});
