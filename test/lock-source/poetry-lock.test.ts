import { describe, expect, test } from 'vitest';
import { poetryLock } from '../../src/lock-source/poetry-lock.ts';
import { errorOf } from './real-locks.ts';

const SHA256 = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const WHEEL = 'widget-1.0-py3-none-any.whl';
const METADATA = '[metadata]\nlock-version = "2.1"\n';
const FILE = `{file = "${WHEEL}", hash = "sha256:${SHA256}"}`;

const packageWith = (lines: string) => `${METADATA}[[package]]\nname = "widget"\nversion = "1.0"\n${lines}\n`;
const read = (text: string, only?: readonly string[]) => poetryLock.read(text, 'poetry.lock', only);

test('a package of PyPI, and one of another index', () => {
  const source = '[package.source]\ntype = "legacy"\nurl = "https://index.example/simple"\nreference = "x"';
  const file = { kind: 'wheel', filename: WHEEL, hashes: { sha256: SHA256 }, line: 7 };
  const locked = { name: 'widget', version: '1.0', line: 3, files: [file] };
  const lock = packageWith(`files = [\n    ${FILE},\n]`);
  expect(read(lock)).toEqual({ source: 'poetry.lock', packages: [locked] });
  expect(read(`${lock}${source}`).packages).toEqual([{ ...locked, index: 'https://index.example/simple' }]);
});

test.each([
  [
    'type = "git"\nurl = "https://u:secret@git.example/a"\nresolved_reference = "0123"',
    'a VCS requirement (git+https://git.example/a@0123)',
  ],
  ['type = "git"\nurl = "git@git.example:a/b.git"\nreference = "main"', 'a VCS requirement (git)'],
  [
    'type = "url"\nurl = "https://u:secret@files.example/w.whl"',
    'an archive by URL (https://files.example/w.whl)',
  ],
  ['type = "file"\nurl = "w.whl"', 'a local archive'],
  ['type = "directory"\nurl = "../w"', 'a local directory'],
])('what no index serves: %s', (source, reason) => {
  expect(read(packageWith(`files = [${FILE}]\n[package.source]\n${source}`)).packages).toMatchObject([
    { name: 'widget', version: '1.0', files: [], notCovered: reason },
  ]);
});

test('lock-version 1: the files of all versions of a name are in one table', () => {
  const lock = (files: string) => `[[package]]
name = "Widget"
version = "1.0"

[[package]]
name = "Widget"
version = "2.0"

[metadata]
lock-version = "1.1"

[metadata.files]
Widget = [
    {file = "${WHEEL}", hash = "sha256:${SHA256}"},
    ${files}
]
`;
  const both = lock(`{file = "widget-2.0.tar.gz", hash = "sha256:${OTHER}"},`);
  expect(read(both).packages.map(({ version, files }) => [version, files])).toEqual([
    ['1.0', [{ kind: 'wheel', filename: WHEEL, hashes: { sha256: SHA256 }, line: 14 }]],
    ['2.0', [{ kind: 'sdist', filename: 'widget-2.0.tar.gz', hashes: { sha256: OTHER }, line: 15 }]],
  ]);
  // pip would take a file of any version that has one of these hashes.
  const stranger = lock(`{file = "widget-3.0.tar.gz", hash = "sha256:${OTHER}"},`);
  expect(errorOf(() => read(stranger))).toBe(
    '`poetry.lock`:15: `metadata.files.Widget[1]` names `widget-3.0.tar.gz`, not of version 1.0',
  );
});

// Where all files of a name are gone through for each of its versions, this takes many minutes.
test('lock-version 1: many versions of one name', { timeout: 30_000 }, () => {
  const versions = Array.from({ length: 1500 }, (_, place) => `${place}.0`);
  const tables = versions.map((version) => `[[package]]\nname = "widget"\nversion = "${version}"\n`);
  const files = versions.map(
    (version) => `{file = "widget-${version}.tar.gz", hash = "sha256:${SHA256}"},\n`,
  );
  const { packages } = read(
    `${tables.join('')}[metadata]\nlock-version = "1.1"\n[metadata.files]\nwidget = [\n${files.join('')}]\n`,
  );
  expect(packages.map((one) => one.files.map(({ filename }) => filename))).toEqual(
    versions.map((version) => [`widget-${version}.tar.gz`]),
  );
});

const at = (line: number, path: string, problem: string) => `\`poetry.lock\`:${line}: \`${path}\` ${problem}`;

describe('bad files', () => {
  const files = (members: string) => packageWith(`files = [\n  {${members}},\n]`);
  const source = (lines: string) => packageWith(`files = []\n[package.source]\n${lines}`);

  test.each<[string, string]>([
    ['x', '`poetry.lock`:1: not TOML: incomplete key-value: cannot find end of key'],
    ['', '`poetry.lock`: `metadata` is missing'],
    ['[metadata]', at(1, 'metadata.lock-version', 'is missing')],
    ['metadata = 1', at(1, 'metadata', 'must be a table')],
    [
      '[metadata]\nlock-version = "3.0"',
      at(2, 'metadata.lock-version', 'is 3.0; only versions 1.x and 2.x can be read'),
    ],
    [
      '[metadata]\nlock-version = "2"',
      at(2, 'metadata.lock-version', 'is 2; only versions 1.x and 2.x can be read'),
    ],
    ['[metadata]\nlock-version = 2.0', at(2, 'metadata.lock-version', 'must be a string')],
    [METADATA, '`poetry.lock`: `package` is missing'],
    [`package = 1\n${METADATA}`, at(1, 'package', 'must be an array of tables')],
    [`${METADATA}[[package]]\nversion = "1"`, at(3, 'package[0].name', 'is missing')],
    [`${METADATA}[[package]]\nname = "w"`, at(3, 'package[0].version', 'is missing')],
    [
      `${METADATA}[[package]]\nname = "w"\nversion = "x"`,
      at(5, 'package[0].version', 'is not a version (PEP 440)'),
    ],
    [packageWith(''), at(3, 'package[0].files', 'is missing')],
    [packageWith('files = {}'), at(6, 'package[0].files', 'must be an array of tables')],
    [files(''), at(7, 'package[0].files[0].file', 'is missing')],
    [files('file = "../x"'), at(7, 'package[0].files[0]', 'names `../x`, not a wheel or sdist of `widget`')],
    [
      files('file = "gadget-1.0.zip"'),
      at(7, 'package[0].files[0]', 'names `gadget-1.0.zip`, not a wheel or sdist of `widget`'),
    ],
    [
      files('file = "widget-2.0.zip"'),
      at(7, 'package[0].files[0]', 'names `widget-2.0.zip`, not of version 1.0'),
    ],
    [
      files(`file = "${WHEEL}", hash = "sha256"`),
      at(7, 'package[0].files[0].hash', 'must be a hash like `sha256:…`'),
    ],
    [
      files(`file = "${WHEEL}", url = "x"`),
      at(7, 'package[0].files[0].url', 'is not known here: another file may be taken by it'),
    ],
    [files(`file = "${WHEEL}", hash = 1`), at(7, 'package[0].files[0].hash', 'must be a string')],
    [source('url = "x"'), at(7, 'package[0].source.type', 'is missing')],
    [source('type = "legacy"'), at(7, 'package[0].source.url', 'is missing')],
    [source('type = "legacy"\nurl = "simple"'), at(9, 'package[0].source.url', 'is not a web address')],
    [
      source('type = "carrier-pigeon"\nurl = "x"'),
      at(8, 'package[0].source.type', 'is of no kind that is known'),
    ],
    [
      packageWith(`files = [${FILE}, {file = "${WHEEL}", hash = "sha256:${OTHER}"}]`),
      at(3, 'package[0]', `has two files \`${WHEEL}\` with different hashes`),
    ],
    [
      `${METADATA}[metadata.files]\n[[package]]\nname = "widget"\nversion = "1.0"`,
      at(3, 'metadata.files.widget', 'is missing'),
    ],
  ])('%#', (text, message) => {
    expect(errorOf(() => read(text))).toBe(message);
  });
});

const one = (name: string, lines: string) =>
  `[[package]]\nname = "${name}"\nversion = "1.0"\nfiles = []\n${lines}\n`;

describe('--only', () => {
  const ofCli = 'groups = ["main"]\noptional = true\nmarkers = \'extra == "cli"\'';
  const lock = `${one('core', 'groups = ["main", "dev"]\noptional = false\ndependencies = { helper = "*" }')}
${one('Tables', `${ofCli}\ndependencies = { Helper = "*" }`)}
${one('helper', ofCli)}
${one('stray', 'groups = ["main"]\noptional = true')}
${one('linter', 'groups = ["dev"]')}
[extras]
cli = ["tables"]
${METADATA}`;
  // No extra is known to need it, so that it stays whatever is asked for.
  test.each([
    [['default'], ['core', 'stray']],
    [['main'], ['core', 'stray']],
    [['cli'], ['helper', 'stray', 'tables']],
    [['dev'], ['core', 'linter', 'stray']],
    [
      ['dev', 'cli'],
      ['core', 'helper', 'linter', 'stray', 'tables'],
    ],
  ])('%j', (only, expected) => {
    expect(
      read(lock, only)
        .packages.map(({ name }) => name)
        .toSorted(),
    ).toEqual(expected);
  });

  test('dependencies in a circle, and on what the lock does not have, end somewhere', () => {
    const circle = ['a', 'b'].map((name) =>
      one(name, `groups = ["main"]\noptional = true\ndependencies = { a = "*", b = "*", gone = "*" }`),
    );
    const extras = `[extras]\nx = ["a", "gone"]\n${METADATA}`;
    const packages = read(`${circle.join('')}${one('c', 'groups = ["dev"]')}${extras}`, ['x']).packages;
    expect(packages.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('a lock without extras has groups alone', () => {
    const plain = `${one('a', 'groups = ["main"]')}${one('b', 'groups = ["dev"]')}${one('c', 'groups = []')}${METADATA}`;
    expect(read(plain, ['default']).packages.map(({ name }) => name)).toEqual(['a']);
    expect(() => read(plain, ['x'])).toThrow('`x`');
  });

  test.each([
    ['lets in', 'extra != "cli"', ['a']],
    ['lets in on a platform', "os_name == 'nt' or extra == 'cli'", ['a']],
    ['keeps out', `os_name == "nt" and extra == 'CLI'`, []],
  ])('what a marker %s, extra or not: %s', (_, marker, expected) => {
    const optional = `groups = ["main"]\noptional = true\nmarkers = """${marker}"""`;
    const text = `${one('a', optional)}[extras]\ncli = ["a"]\n${METADATA}`;
    expect(read(text, ['default']).packages.map(({ name }) => name)).toEqual(expected);
    expect(read(text, ['default', 'cli']).packages.map(({ name }) => name)).toEqual(['a']);
  });

  test('a group may have a marker of its own', () => {
    const text = `${one('a', `groups = ["main", "dev"]\nmarkers = { main = "extra == 'cli'" }`)}${METADATA}[extras]\ncli = []\n`;
    expect(read(text, ['default']).leftOut).toEqual(['a']);
    expect(read(text, ['dev']).packages.map(({ name }) => name)).toEqual(['a']);
  });

  test.each([
    ['category = "dev"', '1.1'],
    ['groups = ["dev"]', '2.0'],
  ])('by %s, Poetry does not install what a lock of version %s has', (line, version) => {
    const text = `${one('a', line)}${METADATA.replace('2.1', version)}`;
    expect(errorOf(() => read(text, ['default']))).toContain('does not say what belongs to which');
  });
});
