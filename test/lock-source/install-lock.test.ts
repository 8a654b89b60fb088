import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { formatInstallLock, installLock, type CheckedFile } from '../../src/lock-source/install-lock.ts';
import { pylock } from '../../src/lock-source/pylock.ts';

const WHEEL = 'widget-1.0-py3-none-any.whl';
const SDIST = 'widget-1.0.tar.gz';
const SHA256 = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n';

const fileOf = (name: string, more = '') =>
  `{ name = "${name}", url = "https://files.example/${name}"${more}, hashes = { sha256 = "${SHA256}" } }`;

/** The lock that pip gets of one whose every file has been checked, unless something else is said. */
function installed(text: string, { checked = checkedOf(text), sdists = false } = {}): unknown {
  return parse(formatInstallLock(installLock(text, { source: 'pylock.toml', checked, sdists })));
}

function checkedOf(text: string): readonly CheckedFile[] {
  return pylock
    .read(text, 'pylock.toml')
    .packages.flatMap(({ files }) =>
      files.map(({ filename, hashes }) => ({ filename, hashes, sha256: hashes['sha256'] ?? OTHER })),
    );
}

const packageOf = (...lines: readonly string[]) =>
  `${HEAD}[[packages]]\nname = "Widget"\n${lines.join('\n')}\n`;

const WIDGET = { name: WHEEL, url: `https://files.example/${WHEEL}`, hashes: { sha256: SHA256 } };
const WHOLE = { 'lock-version': '1.0', 'created-by': 'provpin' };

describe('installLock', () => {
  test('keeps what chooses files for an environment, and nothing that has no part in it', () => {
    const text = `lock-version = "1.0"
environments = ["sys_platform == 'linux'"]
requires-python = ">=3.10"
extras = ["x"]
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
wheels = [${fileOf('widget_kit-1.0-py3-none-any.whl', ', size = 7, upload-time = 2025-01-25T11:30:10Z')}]
attestation-identities = [{ kind = "GitHub" }]
[packages.tool.x]
y = 1
[tool.uv]
z = 1
`;
    expect(installed(text)).toEqual({
      'lock-version': '1.0',
      environments: ["sys_platform == 'linux'"],
      'requires-python': '>=3.10',
      extras: ['x'],
      'dependency-groups': ['dev'],
      'default-groups': ['main'],
      'created-by': 'provpin',
      packages: [
        {
          name: 'widget-kit',
          version: '1.0',
          marker: "python_version >= '3.10'",
          'requires-python': '>=3.9',
          wheels: [
            {
              name: 'widget_kit-1.0-py3-none-any.whl',
              url: 'https://files.example/widget_kit-1.0-py3-none-any.whl',
              hashes: { sha256: SHA256 },
            },
          ],
        },
      ],
    });
  });

  test.each([
    ['other hashes', `{ md5 = "${'0'.repeat(32)}", sha256 = "${SHA256}" }`, SHA256],
    ['no sha256', `{ sha512 = "${SHA256}${SHA256}" }`, OTHER],
    ['a sha256 in capitals', `{ SHA256 = "${SHA256.toUpperCase()}" }`, SHA256],
  ])('%s: pip gets the sha256 that was checked, and no other hash', (_, hashes, sha256) => {
    const text = packageOf(`wheels = [{ url = "https://files.example/${WHEEL}", hashes = ${hashes} }]`);
    expect(installed(text)).toEqual({
      ...WHOLE,
      packages: [{ name: 'widget', wheels: [{ ...WIDGET, hashes: { sha256 } }] }],
    });
  });

  test.each([
    [`https://files.example/${WHEEL}#subdirectory=evil`, `https://files.example/${WHEEL}`],
    [`https://files.example/${WHEEL}#egg=evil`, `https://files.example/${WHEEL}`],
    [`https://a:b@files.example/x/${WHEEL}?token=1#sha256=0`, `https://a:b@files.example/x/${WHEEL}?token=1`],
  ])('the URL %s loses its fragment alone', (url, expected) => {
    const text = packageOf(
      `wheels = [{ name = "${WHEEL}", url = "${url}", hashes = { sha256 = "${SHA256}" } }]`,
    );
    expect(installed(text)).toMatchObject({ packages: [{ wheels: [{ url: expected }] }] });
  });

  test('sdists only where they may be built', () => {
    const text = packageOf(`wheels = [${fileOf(WHEEL)}]`, `sdist = ${fileOf(SDIST)}`);
    expect(installed(text)).toEqual({ ...WHOLE, packages: [{ name: 'widget', wheels: [WIDGET] }] });
    expect(installed(text, { sdists: true })).toMatchObject({
      packages: [{ sdist: { name: SDIST, hashes: { sha256: SHA256 } } }],
    });
  });

  test('what a string contains cannot add to the lock', () => {
    const marker = `python_version == "1"\n[[packages]]\nname = "evil"`;
    const text = packageOf(`marker = ${JSON.stringify(marker)}`, `wheels = [${fileOf(WHEEL)}]`);
    expect(installed(text)).toEqual({
      ...WHOLE,
      packages: [{ name: 'widget', marker, wheels: [WIDGET] }],
    });
  });

  test.each([
    ['a file that was not checked', fileOf(WHEEL), []],
    [
      'a file that was checked with another hash',
      fileOf(WHEEL),
      [{ filename: WHEEL, hashes: { sha256: OTHER }, sha256: OTHER }],
    ],
    ['a local file', `{ path = "${WHEEL}", hashes = { sha256 = "${SHA256}" } }`, undefined],
    ['a file by a file URL', `{ url = "file:///x/${WHEEL}", hashes = { sha256 = "${SHA256}" } }`, undefined],
  ])('%s is refused', (_, file, checked) => {
    const text = packageOf(`wheels = [${file}]`);
    expect(() => installed(text, checked === undefined ? {} : { checked })).toThrow('has not been checked');
  });

  test.each([
    'directory = { path = "." }',
    'archive = { url = "https://x.example/a.zip", hashes = { sha256 = "aa" } }',
  ])('%s never gets to pip', (source) => {
    const text = packageOf(source.replace('"aa"', `"${SHA256}"`));
    expect(installed(text)).toEqual({ ...WHOLE, packages: [{ name: 'widget' }] });
  });
});
