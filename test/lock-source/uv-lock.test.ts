import { describe, expect, test } from 'vitest';
import { uvLock } from '../../src/lock-source/uv-lock.ts';
import { errorOf } from './real-locks.ts';

const SHA256 = 'ab'.repeat(32);
const HASH = `hash = "sha256:${SHA256}"`;
const URL_OF_WHEEL = 'url = "https://files.example/widget-1.0-py3-none-any.whl"';
const HEAD = 'version = 1\nrevision = 3\n';
const REGISTRY = 'source = { registry = "https://index.example/simple" }';

const packageWith = (lines: string, version = 'version = "1.0"') =>
  `${HEAD}[[package]]\nname = "widget"\n${version}\n${lines}\n`;
const wheelWith = (members: string) => packageWith(`${REGISTRY}\nwheels = [\n  { ${members} },\n]`);
const read = (text: string, only?: readonly string[]) => uvLock.read(text, 'uv.lock', only);

test('a package of an index, with its files', () => {
  const sdist = `sdist = { url = "https://files.example/widget-1.0.tar.gz", ${HASH}, size = 5, upload-time = "2025-09-18T17:32:23.696Z" }`;
  expect(read(packageWith(`${REGISTRY}\n${sdist}\nwheels = [\n  { ${URL_OF_WHEEL}, ${HASH} },\n]`))).toEqual({
    source: 'uv.lock',
    packages: [
      {
        name: 'widget',
        version: '1.0',
        index: 'https://index.example/simple',
        line: 3,
        files: [
          {
            kind: 'wheel',
            filename: 'widget-1.0-py3-none-any.whl',
            url: 'https://files.example/widget-1.0-py3-none-any.whl',
            hashes: { sha256: SHA256 },
            line: 9,
          },
          {
            kind: 'sdist',
            filename: 'widget-1.0.tar.gz',
            url: 'https://files.example/widget-1.0.tar.gz',
            hashes: { sha256: SHA256 },
            size: 5,
            uploadTime: '2025-09-18T17:32:23.696Z',
            line: 7,
          },
        ],
      },
    ],
  });
});

const fileOf = (members: string) => read(wheelWith(members)).packages[0]?.files[0];

describe('files', () => {
  test('without a hash are bound to nothing', () => {
    expect(fileOf(URL_OF_WHEEL)).toMatchObject({ hashes: {} });
  });

  test.each([
    ['path = "../wheels/widget-1.0-py3-none-any.whl"', 'a local file'],
    [`path = "widget-1.0-py3-none-any.whl", ${URL_OF_WHEEL}`, 'a local file'],
    ['url = "file:///srv/widget-1.0-py3-none-any.whl"', 'a local file'],
    ['url = "ftp://files.example/widget-1.0-py3-none-any.whl"', 'a file by a `ftp:` URL'],
    [URL_OF_WHEEL, undefined],
  ])('%s', (members, reason) => {
    expect(fileOf(`${members}, ${HASH}`)?.notCovered).toBe(reason);
  });

  test('an sdist that no index takes any more is looked up like the others', () => {
    const sdist = `sdist = { url = "https://files.example/widget-1.0.tar.bz2", ${HASH} }`;
    expect(read(packageWith(`${REGISTRY}\n${sdist}`)).packages[0]?.files).toMatchObject([
      { kind: 'sdist', filename: 'widget-1.0.tar.bz2' },
    ]);
  });

  test('an index that is a directory is no index', () => {
    expect(
      read(wheelWith(`${URL_OF_WHEEL}, ${HASH}`).replace('https://index.example/simple', 'wheels'))
        .packages[0],
    ).not.toHaveProperty('index');
  });
});

describe('what no index serves', () => {
  test.each([
    [
      '{ git = "https://u:secret@git.example/a/b?rev=main#0123" }',
      'a VCS requirement (git+https://git.example/a/b@0123)',
    ],
    [
      '{ url = "https://u:secret@files.example/w.zip?x=secret" }',
      'an archive by URL (https://files.example/w.zip)',
    ],
    [
      '{ url = "https://x.example/w.zip", subdirectory = "a" }',
      'an archive by URL (https://x.example/w.zip)',
    ],
    ['{ path = "widget-1.0.tar.gz" }', 'a local archive'],
    ['{ directory = "../widget" }', 'a local directory'],
    ['{ editable = "." }', 'a local directory (editable)'],
    ['{ virtual = "packages/widget" }', 'a local directory (not installed itself)'],
  ])('%s', (source, reason) => {
    const files = `wheels = [{ ${URL_OF_WHEEL}, ${HASH} }]`;
    for (const version of ['version = "1.0"', '']) {
      expect(read(packageWith(`source = ${source}\n${files}`, version)).packages).toMatchObject([
        { name: 'widget', files: [], notCovered: reason },
      ]);
    }
  });

  test('the project that the lock is of, where it is not installed, is none of its packages', () => {
    expect(read(packageWith('source = { virtual = "." }')).packages).toEqual([]);
  });
});

const at = (line: number, path: string, problem: string) => `\`uv.lock\`:${line}: \`${path}\` ${problem}`;

describe('bad files', () => {
  const WHEEL = 'package[0].wheels[0]';

  test.each<[string, string]>([
    ['version = ', '`uv.lock`:1: not TOML: invalid value'],
    ['', '`uv.lock`: `version` is missing'],
    ['version = "1"', at(1, 'version', 'must be an integer that is not negative')],
    ['version = 2', at(1, 'version', 'is 2; only version 1 can be read')],
    [HEAD, '`uv.lock`: `package` is missing'],
    [`${HEAD}package = 1`, at(3, 'package', 'must be an array of tables')],
    [`${HEAD}[[package]]\nversion = "1"`, at(3, 'package[0].name', 'is missing')],
    [`${HEAD}[[package]]\nname = "a b"`, at(4, 'package[0].name', 'is not the name of a package (PEP 508)')],
    [packageWith(''), at(3, 'package[0].source', 'is missing')],
    [packageWith('source = "x"'), at(6, 'package[0].source', 'must be a table')],
    [packageWith('source = { bazaar = "x" }'), at(6, 'package[0].source', 'is of no kind that is known')],
    [
      packageWith('source = { registry = "https://a.example", git = "https://b.example" }'),
      at(6, 'package[0].source', 'is registry and git at once'),
    ],
    [packageWith('source = { registry = 1 }'), at(6, 'package[0].source.registry', 'must be a string')],
    [packageWith('source = { registry = "https://" }'), at(6, 'package[0].source.registry', 'is not a URL')],
    [packageWith(REGISTRY, ''), at(3, 'package[0].version', 'is missing')],
    [packageWith(REGISTRY, 'version = "new"'), at(5, 'package[0].version', 'is not a version (PEP 440)')],
    [packageWith(`${REGISTRY}\nwheels = {}`), at(7, 'package[0].wheels', 'must be an array of tables')],
    [packageWith(`${REGISTRY}\nsdist = []`), at(7, 'package[0].sdist', 'must be a table')],
    [wheelWith(HASH), at(8, WHEEL, 'needs `url` or `path`')],
    [wheelWith(`url = "widget-1.0-py3-none-any.whl", ${HASH}`), at(8, `${WHEEL}.url`, 'is not a URL')],
    [
      wheelWith(`url = "https://a.example/%ff", ${HASH}`),
      at(8, `${WHEEL}.url`, 'has a malformed percent escape'),
    ],
    [
      wheelWith(`url = "https://a.example/", ${HASH}`),
      at(8, WHEEL, 'names ``, not a wheel or sdist of `widget`'),
    ],
    [
      wheelWith(`url = "https://a.example/gadget-1.0-py3-none-any.whl", ${HASH}`),
      at(8, WHEEL, 'names `gadget-1.0-py3-none-any.whl`, not a wheel or sdist of `widget`'),
    ],
    [
      wheelWith(`url = "https://a.example/widget-2.0-py3-none-any.whl", ${HASH}`),
      at(8, WHEEL, 'names `widget-2.0-py3-none-any.whl`, not of version 1.0'),
    ],
    [
      wheelWith(`url = "https://a.example/widget-1.0.tar.gz", ${HASH}`),
      at(8, WHEEL, 'names `widget-1.0.tar.gz`, not a wheel of `widget`'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, ${HASH}, zstd = { ${HASH} }`),
      at(8, `${WHEEL}.zstd`, 'is not known here: another file may be taken by it'),
    ],
    [wheelWith(`${URL_OF_WHEEL}, hash = 1`), at(8, `${WHEEL}.hash`, 'must be a string')],
    [
      wheelWith(`${URL_OF_WHEEL}, hash = "${SHA256}"`),
      at(8, `${WHEEL}.hash`, 'must be a hash like `sha256:…`'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hash = "sha256:ab"`),
      at(8, `${WHEEL}.hash`, 'must have 64 hexadecimal digits, not 2'),
    ],
    [wheelWith(`${URL_OF_WHEEL}, hash = "sha256:xy"`), at(8, `${WHEEL}.hash`, 'must be hexadecimal')],
    [
      wheelWith(`${URL_OF_WHEEL}, size = -1`),
      at(8, `${WHEEL}.size`, 'must be an integer that is not negative'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, upload-time = "yesterday"`),
      at(8, `${WHEEL}.upload-time`, 'must be a date-time of RFC 3339'),
    ],
    [
      packageWith(
        `${REGISTRY}\nwheels = [\n  { ${URL_OF_WHEEL}, ${HASH} },\n  { ${URL_OF_WHEEL}, hash = "sha256:${'cd'.repeat(32)}" },\n]`,
      ),
      at(3, 'package[0]', 'has two files `widget-1.0-py3-none-any.whl` with different hashes'),
    ],
  ])('%#', (text, message) => {
    expect(errorOf(() => read(text))).toBe(message);
  });
});

const registry = (name: string, version = '1.0') =>
  `[[package]]\nname = "${name}"\nversion = "${version}"\n${REGISTRY}\n`;

describe('--only', () => {
  const lock = `${HEAD}
[manifest]
members = ["api", "Web-App"]

[[package]]
name = "api"
version = "1"
source = { editable = "api" }
dependencies = [{ name = "core", extra = ["fast"] }]
[package.dev-dependencies]
dev = [{ name = "linter", version = "2.0" }]

[[package]]
name = "web-app"
version = "1"
source = { virtual = "web" }
[package.optional-dependencies]
dev = [{ name = "shared" }]
docs = [{ name = "shared" }]

${registry('core')}dependencies = [{ name = "core" }, { name = "shared", marker = "sys_platform == 'win32'" }]
[package.optional-dependencies]
fast = [{ name = "speedups" }]
slow = [{ name = "brakes" }]
${registry('shared')}
${registry('speedups')}
${registry('brakes')}
${registry('linter')}
${registry('linter', '2.0')}
`;
  const selected = (...only: readonly string[]) =>
    read(lock, only).packages.map(({ name, version }) => `${name} ${version}`);
  // Nothing is known to need them, so that they stay whatever is asked for.
  const always = ['api 1', 'web-app 1', 'brakes 1.0', 'linter 1.0'];

  test.each<[string, readonly string[]]>([
    ['default', ['core 1.0', 'shared 1.0', 'speedups 1.0']],
    ['dev', ['linter 2.0', 'shared 1.0']],
    ['docs', ['shared 1.0']],
  ])('%s: of all members, with extras, whatever the platform', (group, needed) => {
    expect(selected(group).toSorted()).toEqual([...always, ...needed].toSorted());
  });

  test('another version of a package that is needed is left out all the same', () => {
    const { leftOut } = read(
      lock.replace(
        'source = { editable = "api" }',
        '$&\n[package.optional-dependencies]\nold = [{ name = "linter", version = "1.0" }]',
      ),
      ['dev'],
    );
    expect(leftOut?.toSorted()).toEqual(['core', 'linter', 'speedups']);
  });

  test.each([
    ['a group by another key', 'dev-dependencies', 'dependency-groups'],
    ['a version in another spelling', 'version = "2.0" }]', 'version = "2" }]'],
    ['the root, which is no member', '"api", ', ''],
  ])('uv goes by %s, too', (_, written, other) => {
    const changed = lock.replace(written, other).replace('editable = "api"', 'editable = "."');
    expect(changed).not.toBe(lock);
    // So that something else is known to need it, too.
    const text = changed.replace('docs = [{', 'docs = [{ name = "linter", version = "2.0" }, {');
    expect(read(text, ['dev']).packages.map(({ name, version }) => `${name} ${version}`)).toContain(
      'linter 2.0',
    );
  });

  test('uv goes by extras in another spelling, too', () => {
    const text = lock
      .replace('extra = ["fast"]', 'extra = ["FAST"]')
      .replace('docs = [{', 'docs = [{ name = "speedups" }, {');
    expect(read(text, ['default']).packages.map(({ name }) => name)).toContain('speedups');
  });

  test('a script has requirements in its manifest', () => {
    const script = `${HEAD}[manifest]\nrequirements = [{ name = "core" }]\n${registry('core')}\n${registry('other')}`;
    expect(read(script, ['default']).packages.map(({ name }) => name)).toEqual(['core', 'other']);
  });

  test.each<[string, string]>([
    ['dependencies = [1]', '`package[0].dependencies` must be an array of tables'],
    ['dependencies = [{}]', '`package[0].dependencies[0].name` is missing'],
    ['optional-dependencies = []', '`package[0].optional-dependencies` must be a table'],
    ['optional-dependencies = { x = 1 }', '`package[0].optional-dependencies.x` must be an array of tables'],
  ])('bad files: %s', (line, message) => {
    expect(errorOf(() => read(packageWith(`${REGISTRY}\n${line}`), ['default']))).toContain(message);
  });
});
