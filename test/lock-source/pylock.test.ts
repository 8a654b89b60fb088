import * as fc from 'fast-check';
import { stringify } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parseDistributionFilename, sameVersion } from '../../src/distribution-filename.ts';
import { ProvpinError } from '../../src/errors.ts';
import type { Lock } from '../../src/model.ts';
import { pylock } from '../../src/lock-source/pylock.ts';

const SHA256 = 'ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c';
const OTHER_SHA256 = SHA256.replaceAll('a', 'b');
const HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n';
const WIDGET = 'name = "widget"\nversion = "1.0"\n';
const WHEEL = 'widget-1.0-py3-none-any.whl';

const read = (text: string): Lock => pylock.read(text, 'pylock.toml');

/** A lock of one package, `widget` 1.0, with the given lines. */
const packageWith = (lines: string) => `${HEAD}[[packages]]\n${WIDGET}${lines}\n`;

/** A lock of one wheel, whose table has the given members instead of the usual ones. */
const wheelWith = (members: string) => packageWith(`wheels = [\n  {${members}},\n]`);

const HASHES = `hashes = {sha256 = "${SHA256}"}`;
const URL_OF_WHEEL = `url = "https://files.example/${WHEEL}"`;

/** A lock of one wheel, with that lock-version. */
const withVersion = (version: string, more = '') =>
  wheelWith(`${URL_OF_WHEEL}, ${HASHES}${more}`).replace('"1.0"', version);

const at = (line: number, path: string, problem: string) => `\`pylock.toml\`:${line}: \`${path}\` ${problem}`;

function errorOf(text: string): ProvpinError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ProvpinError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('names of files', () => {
  test.each([
    ['pylock.toml', true],
    ['pylock.dev.toml', true],
    ['pylock.a-b_c.toml', true],
    ['pylock..toml', false],
    ['pylock.a.b.toml', false],
    ['Pylock.toml', false],
    ['xpylock.toml', false],
    ['pylock.toml.bak', false],
    ['pyproject.toml', false],
  ])('%s: %s', (name, accepted) => {
    expect(pylock.accepts(name)).toBe(accepted);
  });
});

describe('`--only`', () => {
  const groups = 'dependency-groups = ["dev"]\ndefault-groups = ["main"]\n';
  const needed = `marker = "'main' in dependency_groups"\n`;
  const byTool = (tool: string) =>
    `${packageWith(needed + `wheels = [{${URL_OF_WHEEL}, ${HASHES}}]`).replace(HEAD, HEAD + groups)}${tool}`;
  const names = (tool: string) =>
    pylock.read(byTool(tool), 'pylock.toml', ['dev']).packages.map(({ name }) => name);

  test.each([
    ['of no tool', ''],
    ['that PDM has exported', '[tool.pdm]\nhashes = {}\n'],
    ['of another tool', '[tool.other]\nstrategy = []\n'],
    ['of PDM with the markers of its groups', '[tool.pdm]\nstrategy = ["inherit_metadata", "static_urls"]\n'],
  ])('goes by the markers of a lock %s', (_, tool) => {
    expect(names(tool)).toEqual([]);
  });

  test.each([
    ['another strategy', '[tool.pdm]\nstrategy = ["static_urls"]\n'],
    ['an empty strategy', '[tool.pdm]\nstrategy = []\n'],
  ])('leaves nothing out of a lock of PDM with %s, which PDM resolves anew', (_, tool) => {
    expect(names(tool)).toEqual(['widget']);
  });
});

describe('what is read', () => {
  test('as pip writes it', () => {
    const text = `${HEAD}
[[packages]]
name = "widget"
version = "1.0"

[[packages.wheels]]
name = "${WHEEL}"
url = "https://files.example/${WHEEL}"

[packages.wheels.hashes]
sha256 = "${SHA256}"

[packages.sdist]
name = "widget-1.0.tar.gz"
url = "https://files.example/widget-1.0.tar.gz"

[packages.sdist.hashes]
sha256 = "${OTHER_SHA256}"
`;
    expect(read(text)).toEqual({
      source: 'pylock.toml',
      pylock: text,
      packages: [
        {
          name: 'widget',
          version: '1.0',
          line: 4,
          files: [
            {
              kind: 'wheel',
              filename: WHEEL,
              url: `https://files.example/${WHEEL}`,
              hashes: { sha256: SHA256 },
              line: 8,
            },
            {
              kind: 'sdist',
              filename: 'widget-1.0.tar.gz',
              url: 'https://files.example/widget-1.0.tar.gz',
              hashes: { sha256: OTHER_SHA256 },
              line: 15,
            },
          ],
        },
      ],
    });
  });

  test('as uv writes it, with every key that there is', () => {
    const text = `lock-version = "1.0"
environments = ["sys_platform == 'linux'"]
requires-python = ">=3.10"
extras = []
dependency-groups = ["dev"]
default-groups = ["main"]
created-by = "uv"

[[packages]]
name = "Widget.Kit"
version = "1.0"
marker = "python_version >= '3.10'"
requires-python = ">=3.9"
dependencies = [{ name = "gadget" }]
index = "https://pypi.example/simple"
sdist = { url = "https://files.example/widget_kit-1.0.tar.gz", upload-time = 2025-01-25T12:30:10.164985+01:00, size = 63152, hashes = { sha256 = "${SHA256.toUpperCase()}" } }
wheels = [
    # a comment with ] and }
    { url = "https://files.example/widget_kit-1.0-py3-none-any.whl", upload-time = 2025-01-25T11:30:10Z, size = 0, hashes = { sha512 = "${SHA256}${SHA256}", SHA256 = "${OTHER_SHA256}" } },
    { name = "widget_kit-1.0-py2-none-any.whl", url = "https://files.example/a?b#c", upload-time = 2025-01-25T11:30:10, hashes = { sha256 = "${SHA256}" } },
]
attestation-identities = [{ kind = "GitHub", repository = "a/b" }]

[packages.tool.x]
y = 1

[tool.uv]
__proto__ = { polluted = true }
`;
    const lock = read(text);
    expect(lock).toEqual({
      source: 'pylock.toml',
      pylock: text,
      packages: [
        {
          name: 'widget-kit',
          version: '1.0',
          attestationIdentities: [{ kind: 'GitHub', repository: 'a/b' }],
          index: 'https://pypi.example/simple',
          line: 9,
          files: [
            {
              kind: 'wheel',
              filename: 'widget_kit-1.0-py3-none-any.whl',
              url: 'https://files.example/widget_kit-1.0-py3-none-any.whl',
              hashes: { sha256: OTHER_SHA256, sha512: SHA256 + SHA256 },
              size: 0,
              uploadTime: '2025-01-25T11:30:10.000Z',
              line: 19,
            },
            {
              kind: 'wheel',
              filename: 'widget_kit-1.0-py2-none-any.whl',
              url: 'https://files.example/a?b#c',
              hashes: { sha256: SHA256 },
              uploadTime: '2025-01-25T11:30:10.000Z',
              line: 20,
            },
            {
              kind: 'sdist',
              filename: 'widget_kit-1.0.tar.gz',
              url: 'https://files.example/widget_kit-1.0.tar.gz',
              hashes: { sha256: SHA256 },
              size: 63152,
              uploadTime: '2025-01-25T11:30:10.164Z',
              line: 16,
            },
          ],
        },
      ],
    });
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test('no packages', () => {
    expect(read(`${HEAD}packages = []\n`).packages).toEqual([]);
  });

  test.each([
    ['`name`', `name = "${WHEEL}", url = "https://files.example/x/y"`],
    ['the URL', URL_OF_WHEEL],
    ['the URL, percent-decoded', `url = "https://files.example/widget%2D1.0-py3-none-any%2Ewhl?x=/y#/z"`],
    ['the path', `path = "./wheels/${WHEEL}"`],
    ['a path as Windows has it', String.raw`path = 'wheels\\${WHEEL}'`],
    ['a path of one part', `path = "${WHEEL}"`],
    ['the path before the URL', `path = "${WHEEL}", url = "https://files.example/x"`],
  ])('the filename is from %s', (_, members) => {
    expect(read(wheelWith(`${members}, ${HASHES}`)).packages[0]?.files[0]?.filename).toBe(WHEEL);
  });

  test('a version that is left out is that of the files', () => {
    const text = packageWith(`wheels = [{${URL_OF_WHEEL}, ${HASHES}}]`).replace('\nversion = "1.0"\n', '\n');
    expect(read(text).packages[0]?.version).toBe('1');
  });

  test('versions are compared as versions', () => {
    const text = wheelWith(`url = "https://files.example/widget-1.0.0-py3-none-any.whl", ${HASHES}`);
    expect(read(text).packages[0]).toMatchObject({ version: '1.0', files: [{}] });
  });

  test('an upload time needs no offset, and is UTC then', () => {
    const text = wheelWith(`${URL_OF_WHEEL}, ${HASHES}, upload-time = 2025-01-25 11:30:10`);
    expect(read(text).packages[0]?.files[0]?.uploadTime).toBe('2025-01-25T11:30:10.000Z');
  });

  test('what is there twice counts once, and keeps its first line', () => {
    const wheel = `{${URL_OF_WHEEL}, ${HASHES}}`;
    const text = packageWith(`wheels = [\n  ${wheel},\n  ${wheel},\n]`);
    const twice = `${text}[[packages]]\n${WIDGET}wheels = [${wheel}]\n`;
    const { packages } = read(twice);
    expect(packages).toMatchObject([{ line: 3, files: [{ line: 7 }] }]);
    expect(packages[0]?.files).toHaveLength(1);
  });

  test('a name and version that are there twice with other files are two packages', () => {
    const one = `[[packages]]\n${WIDGET}marker = "a"\nwheels = [{${URL_OF_WHEEL}, ${HASHES}}]\n`;
    const { packages } = read(`${HEAD}${one}${one.replaceAll(SHA256, OTHER_SHA256)}`);
    expect(packages.map(({ files }) => files[0]?.hashes)).toEqual([
      { sha256: SHA256 },
      { sha256: OTHER_SHA256 },
    ]);
  });
});

describe('what no index could vouch for', () => {
  test.each([
    [`url = "file:///srv/${WHEEL}"`, 'a local file'],
    [`path = "${WHEEL}"`, 'a local file'],
    [`path = "${WHEEL}", ${URL_OF_WHEEL}`, 'a local file'],
    [`url = "ftp://files.example/${WHEEL}"`, 'a file by a `ftp:` URL'],
    [`url = "http://files.example/${WHEEL}"`, undefined],
  ])('a wheel with %s', (members, reason) => {
    expect(read(wheelWith(`${members}, ${HASHES}`)).packages[0]?.files[0]?.notCovered).toBe(reason);
  });

  const commit = '0123456789abcdef';
  test.each([
    [
      `vcs = {type = "git", url = "https://user:secret@git.example/a/b?token=secret#secret", commit-id = "${commit}", requested-revision = "main", subdirectory = "x"}`,
      `a VCS requirement (git+https://git.example/a/b@${commit})`,
    ],
    [
      `vcs = {type = "git", url = "secret@git.example:a/b", commit-id = "${commit}"}`,
      'a VCS requirement (git)',
    ],
    [`vcs = {type = "hg", path = "../b", commit-id = "1"}`, 'a VCS requirement (hg)'],
    [
      `vcs = {type = "git", url = "https://git.example/", commit-id = "\\u001b[2J\\n"}`,
      'a VCS requirement (git+https://git.example/@\\u{1b}[2J\\u{a})',
    ],
    [`directory = {path = "."}`, 'a local directory'],
    [`directory = {path = ".", editable = true, subdirectory = "x"}`, 'a local directory (editable)'],
    [
      `archive = {url = "https://u:p@files.example/w.zip?x=secret", size = 1, upload-time = 2025-01-01T00:00:00Z, subdirectory = "x", ${HASHES}}`,
      'an archive by URL (https://files.example/w.zip)',
    ],
    [`archive = {url = "file:///w.zip", ${HASHES}}`, 'a local archive'],
    [`archive = {path = "w.zip", url = "https://files.example/w.zip", ${HASHES}}`, 'a local archive'],
    [`wheels = []\ndirectory = {path = "."}`, 'a local directory'],
  ])('%s', (source, reason) => {
    expect(read(packageWith(source)).packages).toEqual([
      { name: 'widget', version: '1.0', files: [], notCovered: reason, line: 3 },
    ]);
  });
});

describe('lock-version', () => {
  test('another minor version is read, and its unknown keys are named', () => {
    const text = `${withVersion('"1.2"', ', colour = 1').replace('created-by', 'creator = "x"\ncreated-by')}flavour = 1\n`;
    expect(read(text).warnings).toEqual([
      '`pylock.toml` has lock-version 1.2, with unknown keys: `creator`, `packages.flavour`, `packages.wheels.colour`',
    ]);
  });

  test('keys that cannot be named are not', () => {
    const keys = Array.from('abcdefg')
      .map((key) => `, "${key}\\u001b\\n" = 1`)
      .join('');
    expect(read(withVersion('"1.2"', keys)).warnings).toEqual([
      expect.stringMatching(/`packages\.wheels\.a\\u\{1b\}\\u\{a\}`.*`, and 2 more$/),
    ]);
  });

  test('no warning without unknown keys, nor under 1.0', () => {
    expect(read(withVersion('"1.2"'))).not.toHaveProperty('warnings');
    expect(read(withVersion('"1.0"', ', colour = 1'))).not.toHaveProperty('warnings');
  });

  test('an sdist is looked at as well', () => {
    const sdist = `sdist = {url = "https://files.example/widget-1.0.tar.gz", colour = 1, ${HASHES}}`;
    const text = packageWith(sdist).replace('"1.0"', '"1.1"');
    expect(read(text).warnings).toEqual([expect.stringContaining('`packages.sdist.colour`')]);
  });
});

describe('errors name file, line and key', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['= 1', '`pylock.toml`:1: not TOML: unexpected end of key'],
    [`${HEAD}x = ?`, '`pylock.toml`:3: not TOML: invalid value'],
    [
      `${HEAD}created-by = "again"`,
      '`pylock.toml`:3: not TOML: trying to redefine an already defined table or value',
    ],
    [
      `x = ${'['.repeat(40)}${']'.repeat(40)}`,
      '`pylock.toml`:1: not TOML: document contains excessively nested structures. aborting.',
    ],
    ['x = "\u001b[2J"', '`pylock.toml`:1: not TOML: control characters are not allowed in strings'],
    ['', '`pylock.toml`: `lock-version` is missing'],
    ['lock-version = 1.0', at(1, 'lock-version', 'must be a string')],
    ['lock-version = "one"', at(1, 'lock-version', 'must be a version like `1.0`')],
    ['lock-version = "1"', at(1, 'lock-version', 'must be a version like `1.0`')],
    ['\n\nlock-version = "2.0"', at(3, 'lock-version', 'is 2.0; only versions 1.x can be read')],
    ['lock-version = "0.9"', at(1, 'lock-version', 'is 0.9; only versions 1.x can be read')],
    ['lock-version = "1.0"', '`pylock.toml`: `created-by` is missing'],
    [HEAD, '`pylock.toml`: `packages` is missing'],
    [`${HEAD}[packages]`, at(3, 'packages', 'must be an array of tables')],
    [`${HEAD}packages = [1]`, at(3, 'packages', 'must be an array of tables')],
    [`${HEAD}environments = "linux"\npackages = []`, at(3, 'environments', 'must be an array of strings')],
    [`${HEAD}extras = [1]\npackages = []`, at(3, 'extras', 'must be an array of strings')],
    [`${HEAD}requires-python = 3\npackages = []`, at(3, 'requires-python', 'must be a string')],
    [`${HEAD}tool = 3\npackages = []`, at(3, 'tool', 'must be a table')],
    [`${HEAD}tool = 2025-01-01\npackages = []`, at(3, 'tool', 'must be a table')],
    [`${HEAD}tool = []\npackages = []`, at(3, 'tool', 'must be a table')],
    [`${HEAD}[[packages]]\nversion = "1"`, at(3, 'packages[0].name', 'is missing')],
    [`${HEAD}[[packages]]\nname = 1`, at(4, 'packages[0].name', 'must be a string')],
    [
      `${HEAD}[[packages]]\nname = "../x"`,
      at(4, 'packages[0].name', 'is not the name of a package (PEP 508)'),
    ],
    [`${HEAD}[[packages]]\nname = ""`, at(4, 'packages[0].name', 'is not the name of a package (PEP 508)')],
    [
      packageWith('').replace('"1.0"\n', '"1.0"\n').replace('version = "1.0"\n\n', 'version = "new"\n'),
      at(5, 'packages[0].version', 'is not a version (PEP 440)'),
    ],
    [packageWith('index = "pypi"'), at(6, 'packages[0].index', 'is not a URL')],
    [packageWith('marker = 1'), at(6, 'packages[0].marker', 'must be a string')],
    [packageWith('dependencies = ["x"]'), at(6, 'packages[0].dependencies', 'must be an array of tables')],
    [packageWith(''), at(3, 'packages[0]', 'has no wheels, sdist, archive, vcs or directory')],
    [packageWith('wheels = []'), at(3, 'packages[0]', 'has no wheels, sdist, archive, vcs or directory')],
    [packageWith('wheels = {}'), at(6, 'packages[0].wheels', 'must be an array of tables')],
    [packageWith('sdist = []'), at(6, 'packages[0].sdist', 'must be a table')],
    [
      packageWith('vcs = {}\ndirectory = {}'),
      at(3, 'packages[0]', 'has vcs and directory: only one is allowed'),
    ],
    [
      packageWith(`archive = {}\nwheels = [{}]`),
      at(3, 'packages[0]', 'has archive and wheels or sdist: only one is allowed'),
    ],
    [
      packageWith('vcs = {}\nsdist = {}'),
      at(3, 'packages[0]', 'has vcs and wheels or sdist: only one is allowed'),
    ],
    [packageWith('vcs = {url = "https://a.example"}'), at(6, 'packages[0].vcs.type', 'is missing')],
    [
      packageWith('vcs = {type = "git", url = "https://a.example"}'),
      at(6, 'packages[0].vcs.commit-id', 'is missing'),
    ],
    [packageWith('vcs = {type = "git", commit-id = "1"}'), at(6, 'packages[0].vcs', 'needs `url` or `path`')],
    [packageWith('directory = {}'), at(6, 'packages[0].directory.path', 'is missing')],
    [
      packageWith('directory = {path = ".", editable = "yes"}'),
      at(6, 'packages[0].directory.editable', 'must be a boolean'),
    ],
    [packageWith('archive = {url = "https://a.example"}'), at(6, 'packages[0].archive.hashes', 'is missing')],
    [packageWith(`archive = {${HASHES}}`), at(6, 'packages[0].archive', 'needs `url` or `path`')],
    [
      packageWith(`archive = {url = "https://a.example", hashes = {}}`),
      at(6, 'packages[0].archive.hashes', 'is empty'),
    ],
    [wheelWith(URL_OF_WHEEL), at(7, 'packages[0].wheels[0].hashes', 'is missing')],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = "${SHA256}"`),
      at(7, 'packages[0].wheels[0].hashes', 'must be a table'),
    ],
    [wheelWith(`${URL_OF_WHEEL}, hashes = {}`), at(7, 'packages[0].wheels[0].hashes', 'is empty')],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {sha256 = 1}`),
      at(7, 'packages[0].wheels[0].hashes.sha256', 'must be a string'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {sha256 = ""}`),
      at(7, 'packages[0].wheels[0].hashes.sha256', 'must be hexadecimal'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {sha256 = "${SHA256.replace('a', 'g')}"}`),
      at(7, 'packages[0].wheels[0].hashes.sha256', 'must be hexadecimal'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {x = "abc"}`),
      at(7, 'packages[0].wheels[0].hashes.x', 'must be hexadecimal'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {x = "${'ab'.repeat(1000)}"}`),
      at(7, 'packages[0].wheels[0].hashes.x', 'must be hexadecimal'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {sha256 = "${SHA256}00"}`),
      at(7, 'packages[0].wheels[0].hashes.sha256', 'must have 64 hexadecimal digits, not 66'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {"sha 256" = "00"}`),
      at(7, 'packages[0].wheels[0].hashes."sha 256"', 'is not the name of a hash algorithm'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {__proto__ = "00"}`),
      at(7, 'packages[0].wheels[0].hashes.__proto__', 'is not the name of a hash algorithm'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, hashes = {sha256 = "${SHA256}", SHA256 = "${OTHER_SHA256}"}`),
      at(7, 'packages[0].wheels[0].hashes.SHA256', 'is there twice, in other letter case'),
    ],
    [wheelWith(HASHES), at(7, 'packages[0].wheels[0]', 'needs `url` or `path`')],
    [wheelWith(`name = "${WHEEL}", ${HASHES}`), at(7, 'packages[0].wheels[0]', 'needs `url` or `path`')],
    [wheelWith(`url = "${WHEEL}", ${HASHES}`), at(7, 'packages[0].wheels[0].url', 'is not a URL')],
    [
      wheelWith(`url = "https://files.example/%ff", ${HASHES}`),
      at(7, 'packages[0].wheels[0].url', 'has a malformed percent escape'),
    ],
    [
      wheelWith(`url = "https://files.example/", ${HASHES}`),
      at(7, 'packages[0].wheels[0]', 'does not say what the file is called'),
    ],
    [
      wheelWith(`path = "a/", ${HASHES}`),
      at(7, 'packages[0].wheels[0]', 'does not say what the file is called'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, ${HASHES}, size = -1`),
      at(7, 'packages[0].wheels[0].size', 'must be an integer that is not negative'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, ${HASHES}, size = 1.5`),
      at(7, 'packages[0].wheels[0].size', 'must be an integer that is not negative'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, ${HASHES}, size = true`),
      at(7, 'packages[0].wheels[0].size', 'must be an integer that is not negative'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, ${HASHES}, upload-time = "2025-01-01T00:00:00Z"`),
      at(7, 'packages[0].wheels[0].upload-time', 'must be a date-time'),
    ],
    [
      wheelWith(`${URL_OF_WHEEL}, ${HASHES}, upload-time = 2025-01-01`),
      at(7, 'packages[0].wheels[0].upload-time', 'must be a date-time'),
    ],
    [
      wheelWith(`name = "gadget-1.0-py3-none-any.whl", ${URL_OF_WHEEL}, ${HASHES}`),
      at(7, 'packages[0].wheels[0]', 'names `gadget-1.0-py3-none-any.whl`, not a wheel of `widget`'),
    ],
    [
      wheelWith(`url = "https://files.example/widget-1.0.tar.gz", ${HASHES}`),
      at(7, 'packages[0].wheels[0]', 'names `widget-1.0.tar.gz`, not a wheel of `widget`'),
    ],
    [
      wheelWith(`name = "../${WHEEL}", ${URL_OF_WHEEL}, ${HASHES}`),
      at(7, 'packages[0].wheels[0]', `names \`../${WHEEL}\`, not a wheel of \`widget\``),
    ],
    [
      wheelWith(`url = "https://files.example/..%2f${WHEEL}", ${HASHES}`),
      at(7, 'packages[0].wheels[0]', `names \`../${WHEEL}\`, not a wheel of \`widget\``),
    ],
    [
      wheelWith(`name = "\\u001b[2J${WHEEL}", ${URL_OF_WHEEL}, ${HASHES}`),
      at(7, 'packages[0].wheels[0]', `names \`\\u{1b}[2J${WHEEL}\`, not a wheel of \`widget\``),
    ],
    [
      wheelWith(`url = "https://files.example/widget-1.1-py3-none-any.whl", ${HASHES}`),
      at(7, 'packages[0].wheels[0]', 'names `widget-1.1-py3-none-any.whl`, not of version 1.0'),
    ],
    [
      packageWith(`sdist = {url = "https://files.example/${WHEEL}", ${HASHES}}`),
      at(6, 'packages[0].sdist', `names \`${WHEEL}\`, not a sdist of \`widget\``),
    ],
    [
      packageWith(`sdist = {url = "https://files.example/widget-2.0.tar.gz", ${HASHES}}`),
      at(6, 'packages[0].sdist', 'names `widget-2.0.tar.gz`, not of version 1.0'),
    ],
    [
      packageWith(
        `wheels = [\n{${URL_OF_WHEEL}, ${HASHES}},\n{${URL_OF_WHEEL}, hashes = {sha256 = "${OTHER_SHA256}"}}]`,
      ),
      at(8, 'packages[0].wheels[1].hashes', `differs from that of another \`${WHEEL}\` of the package`),
    ],
    [
      packageWith(
        `wheels = [\n{${URL_OF_WHEEL}, ${HASHES}},\n{${URL_OF_WHEEL}, hashes = {md5 = "${'00'.repeat(16)}"}}]`,
      ),
      at(8, 'packages[0].wheels[1].hashes', `differs from that of another \`${WHEEL}\` of the package`),
    ],
    [
      `${HEAD}[[packages]]\nname = "widget"\nwheels = [{${URL_OF_WHEEL}, ${HASHES}}]\nsdist = {url = "https://files.example/widget-1.1.tar.gz", ${HASHES}}`,
      at(3, 'packages[0]', 'has no version, but files of versions 1, 1.1'),
    ],
  ];
  test.each(bad.map(([text, message]) => ({ text, message })))('$message', ({ text, message }) => {
    expect(errorOf(text)).toMatchObject({ exitCode: 2, message });
  });

  test('in a later package, behind whatever strings and comments have brackets in them', () => {
    const text = `${HEAD}
[[packages]]  # [[packages]]
name = "gadget"
marker = """
[[packages]]
name = \\"""" # "
version = '1.0'
directory = {path = '''
[[packages]]
'''''}
[packages.tool."[x]".'y.z']
list = [ # ]
  ["]", '[', { a = "}" }], 2025-01-01 00:00:00,
]

[[packages]]
name = "widget"
wheels = [{url = "https://files.example/${WHEEL}"}]
`;
    expect(errorOf(text).message).toBe('`pylock.toml`:20: `packages[1].wheels[0].hashes` is missing');
  });

  test('what errors say is one line, whatever the lock is called', () => {
    expect(() => pylock.read('', 'evil\n\u001b[2J.toml')).toThrow(
      '`evil\\u{a}\\u{1b}[2J.toml`: `lock-version` is missing',
    );
  });
});

const TOML_PIECES = [
  '[',
  ']',
  '[[',
  ']]',
  '{',
  '}',
  '=',
  ',',
  '.',
  '"',
  "'",
  '"""',
  "'''",
  '\\',
  '#',
  '\n',
  '\r\n',
  ' ',
  'packages',
  'wheels',
  'sdist',
  'hashes',
  'name',
  'url',
  '__proto__',
  '2025-01-01',
  '1e400',
  'inf',
  '-',
  'lock-version = "1.0"\n',
  '[[packages]]\n',
  '[[packages.wheels]]\n',
  'name = "a"\n',
];

/** Reads a lock; undefined when it is refused as it should be, in one line and with exit code 2. */
function readOrRefuse(text: string): Lock | undefined {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    if (error.exitCode !== 2 || /[\p{Cc}\p{Cf}]/u.test(error.message)) throw error;
    return undefined;
  }
}

describe('properties', () => {
  const sha256 = fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString('hex'));
  const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
  const file = fc.record(
    {
      size: fc.nat(),
      'upload-time': fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
    },
    { requiredKeys: [] },
  );
  const locked = fc.record({
    name,
    minor: fc.nat(99),
    tags: fc.uniqueArray(fc.constantFrom('py3-none-any', 'cp311-cp311-win_amd64', 'py2.py3-none-any')),
    sdist: fc.boolean(),
    details: file,
    sha256,
  });

  test('what is written is read', () => {
    fc.assert(
      fc.property(fc.uniqueArray(locked, { selector: (item) => item.name, maxLength: 8 }), (items) => {
        const tables = items.map((item) => tableOf(item));
        const text = stringify({ 'lock-version': '1.0', 'created-by': 'test', packages: tables });
        const lines = text.split('\n');
        const { packages } = read(text);
        expect(packages).toHaveLength(items.length);
        for (const [index, { line, files, ...rest }] of packages.entries()) {
          const item = items[index];
          expect(rest).toEqual({ name: item?.name, version: `1.${item?.minor}` });
          expect(files.map(({ filename }) => filename)).toEqual(filenamesOf(item));
          for (const found of files) {
            expect(found.hashes).toEqual({ sha256: item?.sha256 });
            expect(found.size).toBe(item?.details.size);
            expect(found.uploadTime).toBe(item?.details['upload-time']?.toISOString());
          }
          expect(lines[(line ?? 0) - 1]).toBe('[[packages]]');
          expect(lines[line ?? 0]).toBe(`name = "${item?.name}"`);
        }
      }),
    );
  });

  test('whatever the text, the only errors are ours, of one line and exit code 2', () => {
    const toml = fc
      .array(fc.oneof(fc.constantFrom(...TOML_PIECES), fc.string({ unit: 'binary', maxLength: 5 })), {
        maxLength: 60,
      })
      .map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          toml,
          toml.map((text) => HEAD + text),
          fc.string({ unit: 'binary' }),
        ),
        (text) => {
          expect(() => readOrRefuse(text)).not.toThrow();
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('a good lock with one thing changed is read or refused, never taken for another', () => {
    const good = wheelWith(`name = "${WHEEL}", url = "https://files.example/${WHEEL}", ${HASHES}`);
    const change = fc.record({
      from: fc.nat(good.length),
      cut: fc.nat(3),
      put: fc.string({ unit: 'binary', maxLength: 3 }),
    });
    fc.assert(
      fc.property(change, ({ from, cut, put }) => {
        const lock = readOrRefuse(good.slice(0, from) + put + good.slice(from + cut));
        for (const { name: owner, version, files } of lock?.packages ?? []) {
          for (const { filename, hashes } of files) {
            const parsed = parseDistributionFilename(filename, owner);
            expect(sameVersion(parsed?.version ?? '', version ?? '')).toBe(true);
            expect(hashes['sha256'] ?? SHA256).toMatch(/^[0-9a-f]{64}$/);
          }
        }
      }),
      { numRuns: 3000 },
    );
  });
});

interface Item {
  readonly name: string;
  readonly minor: number;
  readonly tags: readonly string[];
  readonly sdist: boolean;
  readonly details: { readonly size?: number; readonly 'upload-time'?: Date };
  readonly sha256: string;
}

function tableOf(item: Item) {
  const [wheels, sdist] = [wheelsOf(item), sdistOf(item)].map((names) =>
    names.map((filename) => ({
      url: `https://files.example/${filename}`,
      ...item.details,
      hashes: { sha256: item.sha256 },
    })),
  );
  return {
    name: item.name,
    version: `1.${item.minor}`,
    wheels: wheels ?? [],
    ...(sdist?.[0] && { sdist: sdist[0] }),
  };
}

function filenamesOf(item: Item | undefined): readonly string[] {
  return item === undefined ? [] : [...wheelsOf(item), ...sdistOf(item)];
}

function wheelsOf({ name, minor, tags }: Item): readonly string[] {
  return tags.map((tag) => `${name}-1.${minor}-${tag}.whl`);
}

function sdistOf({ name, minor, sdist, tags }: Item): readonly string[] {
  return sdist || tags.length === 0 ? [`${name}-1.${minor}.tar.gz`] : [];
}
