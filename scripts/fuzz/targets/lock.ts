import assert from 'node:assert/strict';

import {
  isProjectName,
  normalizeName,
  parseDistributionFilename,
} from '../../../src/distribution-filename.ts';
import { decodeLock } from '../../../src/lock-source/lock-text.ts';
import { LOCK_READERS, type LockReader } from '../../../src/lock-source/index.ts';
import type { LockedPackage } from '../../../src/model.ts';
import { REAL_LOCKS } from '../../../test/lock-source/real-locks.ts';
import { assertSame, bytesOf, orInputError } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';
import { mutateJson } from '../mutate-json.ts';

const SHA256 = '0123456789abcdef'.repeat(4);

const FULL = `lock-version = "1.0"
environments = ["sys_platform == 'linux'"]
requires-python = ">=3.11"
extras = ["a"]
dependency-groups = ["dev"]
default-groups = ["dev"]
created-by = "pip"

[[packages]] # with every key
name = "Widget.Parts"
version = "1.0"
marker = "python_version >= '3.11'"
requires-python = ">=3.9"
dependencies = [{name = "plain"}]
index = "https://user:secret@pypi.example/simple"
sdist = {name = "widget-parts-1.0.tar.gz", upload-time = 2026-01-31T12:00:00.5+02:00, url = "https://files.example/widget-parts-1.0.tar.gz", size = 12, hashes = {sha256 = "${SHA256}"}}
attestation-identities = [{kind = "GitHub", repository = "acme/widget"}]

[[packages.wheels]]
name = 'widget_parts-1.0-1-py2.py3-none-any.whl'
path = "wheels/widget_parts-1.0-1-py2.py3-none-any.whl"
[packages.wheels.hashes]
sha256 = """${SHA256}"""
"blake2b" = "${SHA256}${SHA256}"

[[packages.wheels]]
url = "https://files.example/widget_parts-1.0-py3-none-any.whl#x"
hashes.sha256 = "${SHA256}"

[packages.tool."quoted.key".'x']
value = [1, 2.5, true, 1979-05-27, 07:32:00, nan, 0xff, [[], {}]]

[[packages]]
name = "sources"
vcs = {type = "git", url = "ssh://git@example.org/x.git", requested-revision = "main", commit-id = "abc", subdirectory = "y"}

[[packages]]
name = "local"
[packages.directory]
path = "./local"
editable = true
subdirectory = 'z'

[[packages]]
name = "archived"
[packages.archive]
url = "https://example.org/a.zip"
size = 1
upload-time = 2026-01-31T12:00:00Z
hashes = {sha512 = "${SHA256}${SHA256}"}

[tool]
x = 1
`;

const MINIMAL = `lock-version = "1.0"\ncreated-by = "x"\npackages = []\n`;
const NEWER = `lock-version = "1.9"\r\ncreated-by = "x"\r\nnew = 1\r\n[[packages]]\r\nname = "a"\r\nnew = 2\r\ndirectory.path = "."\r\n`;

/** Words of TOML, JSON and requirements files, and of what locks are about. */
const TOKENS = [
  '[[packages]]\n',
  '[[package]]\n',
  '[[packages.wheels]]\n',
  '[packages.sdist]\n',
  '[packages.vcs]\n',
  'hashes = {}',
  'files = []',
  'source = { registry = "https://pypi.org/simple" }\n',
  'name = ',
  'url = ',
  'path = ',
  'version = "',
  'sha256',
  '--hash=sha256:',
  ' \\\n    ',
  '==1.0',
  ' @ https://files.example/',
  '; python_version >= "3.9"',
  '-r other.txt\n',
  'lock-version',
  '"""',
  "'''",
  '\\u0000',
  '\\U0010ffff',
  'a.b.c = 1',
  '{a = {a = {',
  '[[[[[[',
  '"default": {',
  '"hashes": [',
  'widget_parts-1.0-py3-none-any.whl',
  'https://files.example/',
  'file:///',
  '1979-05-27T07:32:00-99:99',
  '# comment\n',
];

/** Every lock format, as the most hostile of pull requests would change a lock. */
export const locks: readonly FuzzTarget[] = LOCK_READERS.map((reader) => ({
  name: reader.id,
  seeds: [
    ...bytesOf(...(reader.id === 'pylock' ? [FULL, MINIMAL, NEWER] : [])),
    ...bytesOf(...REAL_LOCKS.filter((lock) => lock.reader === reader).map(({ text }) => text)),
  ],
  tokens: TOKENS,
  covers: /\/src\/(?:lock-source|distribution-filename)/,
  mutate: mutateJson(() => undefined),
  check: (input) => checkLock(reader, input),
}));

function checkLock(reader: LockReader, input: Uint8Array): void {
  const text = orInputError(() => decodeLock(input, 'lock'));
  if (text === undefined) return;
  reader.recognises(text);
  const read = orInputError(() => reader.read(text, 'lock'));
  if (read === undefined) return;
  const lines = text.split(/\r\n|[\n\r]/).length;
  for (const locked of read.packages) checkPackage(locked, lines);
  // What means nothing changes nothing: white space is of every format.
  assertSame(reader.read(`${text}\n\n`, 'lock').packages, read.packages, 'a blank line changed it');
}

function checkPackage(locked: LockedPackage, lines: number): void {
  assert.ok(isProjectName(locked.name) && locked.name === normalizeName(locked.name));
  const pinned = [...locked.files, ...(locked.unnamed ?? [])];
  assert.ok(pinned.length === 0 || locked.notCovered === undefined, 'files, and a reason for none');
  for (const { hashes } of pinned) {
    for (const digest of Object.values(hashes)) assert.match(digest, /^(?:[0-9a-f]{2})+$/);
  }
  for (const { filename, kind } of locked.files) {
    assert.equal(parseDistributionFilename(filename, locked.name)?.kind, kind);
  }
  for (const { line } of [locked, ...pinned]) {
    assert.ok(line !== undefined && line >= 1 && line <= lines, 'a line that there is not');
  }
}
