import assert from 'node:assert/strict';

import {
  isProjectName,
  normalizeName,
  parseDistributionFilename,
} from '../../../src/distribution-filename.ts';
import { decodeLock } from '../../../src/lock-source/lock-text.ts';
import { pylock } from '../../../src/lock-source/pylock.ts';
import type { LockedPackage } from '../../../src/model.ts';
import { assertSame, bytesOf, orInputError } from '../expected.ts';
import type { FuzzTarget } from '../contract.ts';

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

/** `pylock.toml`, as the most hostile of pull requests would change it. */
export const lock: FuzzTarget = {
  name: 'lock',
  seeds: bytesOf(FULL, MINIMAL, NEWER),
  tokens: [
    '[[packages]]\n',
    '[[packages.wheels]]\n',
    '[packages.sdist]\n',
    '[packages.vcs]\n',
    'hashes = {}',
    'name = ',
    'url = ',
    'path = ',
    'version = "',
    'sha256',
    'lock-version',
    '"""',
    "'''",
    '\\u0000',
    '\\U0010ffff',
    'a.b.c = 1',
    '{a = {a = {',
    '[[[[[[',
    'widget_parts-1.0-py3-none-any.whl',
    'https://files.example/',
    'file:///',
    '1979-05-27T07:32:00-99:99',
    '# comment\n',
  ],
  covers: /\/src\/(?:lock-source|distribution-filename)/,
  check: (input) => {
    const text = orInputError(() => decodeLock(input, 'pylock.toml'));
    if (text === undefined) return;
    const read = orInputError(() => pylock.read(text, 'pylock.toml'));
    if (read === undefined) return;
    const lines = text.split('\n').length;
    for (const locked of read.packages) checkPackage(locked, lines);
    // What means nothing changes nothing.
    assertSame(pylock.read(`${text}\n# end\n`, 'pylock.toml').packages, read.packages, 'a comment changed it');
  },
};

function checkPackage(locked: LockedPackage, lines: number): void {
  assert.ok(isProjectName(locked.name) && locked.name === normalizeName(locked.name));
  assert.ok(locked.files.length > 0 !== (locked.notCovered !== undefined), 'neither files nor a reason');
  for (const { filename, kind, hashes, line } of locked.files) {
    assert.equal(parseDistributionFilename(filename, locked.name)?.kind, kind);
    assert.ok(Object.keys(hashes).length > 0);
    for (const digest of Object.values(hashes)) assert.match(digest, /^(?:[0-9a-f]{2})+$/);
    assert.ok(line === undefined || (line >= 1 && line <= lines));
  }
  assert.ok(
    locked.line !== undefined && locked.line >= 1 && locked.line <= lines,
    'a package without a line',
  );
}
