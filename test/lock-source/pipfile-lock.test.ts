import { describe, expect, test } from 'vitest';
import { pipfileLock } from '../../src/lock-source/pipfile-lock.ts';
import { errorOf } from './real-locks.ts';

const SHA256 = 'ab'.repeat(32);
const HASHES = { hashes: [`sha256:${SHA256}`] };
const META = {
  'pipfile-spec': 6,
  sources: [
    { name: 'pypi', url: 'https://pypi.example/simple', verify_ssl: true },
    { name: 'ours', url: 'https://${USER}:${PASSWORD}@index.example/simple', verify_ssl: true },
    { name: 'broken', url: 'simple' },
  ],
};
const lockWith = (widget: object, more: object = {}) =>
  JSON.stringify({ _meta: META, default: { widget }, ...more }, null, 4);
const read = (text: string, only?: readonly string[]) => pipfileLock.read(text, 'Pipfile.lock', only);

test('a package has hashes, and no names of files', () => {
  const hashes = [`sha256:${SHA256}`, `sha256:${'CD'.repeat(32)}`, `sha256:${SHA256}`];
  expect(read(lockWith({ hashes, index: 'pypi', markers: 'x', version: '==1.0' }))).toEqual({
    source: 'Pipfile.lock',
    packages: [
      {
        name: 'widget',
        version: '1.0',
        index: 'https://pypi.example/simple',
        files: [],
        unnamed: [
          { hashes: { sha256: SHA256 }, line: 24 },
          { hashes: { sha256: 'cd'.repeat(32) }, line: 25 },
        ],
        line: 22,
      },
    ],
  });
});

test('without a hash any file may be installed', () => {
  for (const none of [{}, { hashes: [] }]) {
    expect(read(lockWith({ version: '==1.0', ...none })).packages[0]?.unnamed).toEqual([
      { hashes: {}, line: 22 },
    ]);
  }
});

test('every category is checked, and names are normalised', () => {
  const lock = lockWith(
    { version: '==1.0', ...HASHES },
    { docs: { 'Zope.Interface': { version: '===2', ...HASHES } } },
  );
  expect(read(lock).packages).toMatchObject([{ name: 'widget' }, { name: 'zope-interface', version: '2' }]);
});

test('a URL with environment variables is not known here', () => {
  expect(read(lockWith({ version: '==1', index: 'ours', ...HASHES })).packages[0]).not.toHaveProperty(
    'index',
  );
});

test.each<[object, string]>([
  [
    { git: 'https://u:secret@git.example/a', ref: '0123' },
    'a VCS requirement (git+https://git.example/a@0123)',
  ],
  [{ git: 'git@git.example:a/b' }, 'a VCS requirement (git)'],
  [{ path: './widget', editable: true }, 'a local directory (editable)'],
  [{ path: '.' }, 'a local directory'],
  [{ file: 'https://u:secret@files.example/w.zip' }, 'an archive by URL (https://files.example/w.zip)'],
  [{ file: './w.zip' }, 'a local archive'],
  // pip gets the place, whatever version and hashes stand beside it.
  [{ file: './w.zip', version: '==1.0', ...HASHES }, 'a local archive'],
])('what no index serves: %j', (widget, reason) => {
  expect(read(lockWith(widget)).packages).toEqual([
    { name: 'widget', files: [], notCovered: reason, line: 22 },
  ]);
});

const at = (path: string, problem: string, line = 22) => `\`Pipfile.lock\`:${line}: \`${path}\` ${problem}`;

describe('bad files', () => {
  const pinned = { version: '==1.0', ...HASHES };

  test.each<[string, string]>([
    ['', '`Pipfile.lock`: not JSON: Unexpected end of JSON input'],
    [
      '{"a": "\u001b[2J"}',
      '`Pipfile.lock`: not JSON: Bad control character in string literal in JSON at position 7',
    ],
    ['[]', '`Pipfile.lock`: must be an object'],
    ['null', '`Pipfile.lock`: must be an object'],
    ['{}', '`Pipfile.lock`: `_meta` is missing'],
    ['{"_meta": 1}', at('_meta', 'must be a table', 1)],
    ['{"_meta": {}}', at('_meta.pipfile-spec', 'is missing', 1)],
    ['{"_meta": {"pipfile-spec": 5}}', at('_meta.pipfile-spec', 'is 5; only 6 can be read', 1)],
    ['{"_meta": {"pipfile-spec": 6, "sources": [{}]}}', at('_meta.sources[0].name', 'is missing', 1)],
    ['{"_meta": {"pipfile-spec": 6}}', '`Pipfile.lock`: `default` is missing'],
    ['{"_meta": {"pipfile-spec": 6},\n"default": []}', at('default', 'must be a table', 2)],
    [
      '{"_meta": {"pipfile-spec": 6},\n"default": {"a b": {}}}',
      at('default."a b"', 'is not the name of a package (PEP 508)', 2),
    ],
    [
      '{"_meta": {"pipfile-spec": 6},\n"default": {"__proto__": {}}}',
      at('default.__proto__', 'is not the name of a package (PEP 508)', 2),
    ],
    ['{"_meta": {"pipfile-spec": 6},\n"default": {"a": "*"}}', at('default.a', 'must be a table', 2)],
    [
      '{"_meta": {"pipfile-spec": 6},\n"default": {"a": {},\n"\\u0061": {}}}',
      at('default.a', 'is there twice', 3),
    ],
    [`${'['.repeat(40)}${']'.repeat(40)}`, '`Pipfile.lock`:1: nested deeper than 32 levels'],
    [lockWith({}), at('default.widget.version', 'must pin one version, like `==1.0`')],
    [lockWith({ ...pinned, version: 1 }), at('default.widget.version', 'must be a string', 23)],
    [
      lockWith({ ...pinned, version: '1.0' }),
      at('default.widget.version', 'must pin one version, like `==1.0`', 23),
    ],
    [
      lockWith({ ...pinned, version: '==1.*' }),
      at('default.widget.version', 'must pin one version, like `==1.0`', 23),
    ],
    [
      lockWith({ ...pinned, version: '==1.0,>=0' }),
      at('default.widget.version', 'must pin one version, like `==1.0`', 23),
    ],
    [
      lockWith({ ...pinned, index: 'nowhere' }),
      at('default.widget.index', 'names no source of the lock: `nowhere`', 27),
    ],
    [lockWith({ ...pinned, index: 'broken' }), at('default.widget.index', 'has a URL that is none', 27)],
    [lockWith({ ...pinned, hashes: 'x' }), at('default.widget.hashes', 'must be an array of strings', 24)],
    [
      lockWith({ ...pinned, hashes: ['x'] }),
      at('default.widget.hashes', 'has one that must be a hash like `sha256:…`', 24),
    ],
    [lockWith({ ...pinned, editable: 'yes' }), at('default.widget.editable', 'must be a boolean', 27)],
  ])('%#', (text, message) => {
    expect(errorOf(() => read(text))).toMatch(message);
  });
});
