import * as fc from 'fast-check';
import { stringify } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { attestLock, relativePackage, type IdentitiesByLine } from '../../src/lock-source/attest-lock.ts';
import { pylock } from '../../src/lock-source/pylock.ts';

const SHA256 = 'ab'.repeat(32);
const HEAD = 'lock-version = "1.0"\ncreated-by = "test"\n';
const CLAIM = { kind: 'GitHub', repository: 'acme/widget', workflow: 'release.yml' };
const OTHER = { kind: 'GitLab', repository: 'acme/x', workflow_filepath: '.gitlab-ci.yml' };
const TABLES = `
[[packages.attestation-identities]]
kind = "GitHub"
repository = "acme/widget"
workflow = "release.yml"
`;

const wheelOf = (name: string) =>
  `{ url = "https://files.example/${name}-1.0-py3-none-any.whl", hashes = { sha256 = "${SHA256}" } }`;

const attest = (text: string, identities: IdentitiesByLine) => attestLock(text, 'pylock.toml', identities);

/** Identities for every package, by its place. */
const forEach = (text: string, ...claims: readonly (typeof CLAIM | typeof OTHER)[]): IdentitiesByLine =>
  new Map(
    pylock
      .read(text, 'pylock.toml')
      .packages.map(({ line = 0 }, at) => [line, claims.slice(at, at + 1)] as const),
  );

const read = (text: string) => pylock.read(text, 'pylock.toml').packages;

describe('attestLock', () => {
  test('adds a table behind those of each package, and changes nothing else', () => {
    const first = `# made by hand
lock-version = "1.0"   # the only one
created-by = 'test'

# the first
[[packages]]
name = "widget"
[[packages.wheels]]
url = "https://files.example/widget-1.0-py3-none-any.whl"
[packages.wheels.hashes]
sha256 = "${SHA256}"
`;
    const second = `
# the second
[[packages]]
name = "other"
wheels = [
    ${wheelOf('other')},
]
`;
    const third = `\n# ours\n[tool.x]\ny = """\n# no comment\n"""\n`;
    const text = first + second + third;
    expect(attest(text, forEach(text, CLAIM, OTHER))).toBe(
      `${first}${TABLES}${second}
[[packages.attestation-identities]]
kind = "GitLab"
repository = "acme/x"
workflow_filepath = ".gitlab-ci.yml"
${third}`,
    );
  });

  test('several identities of one package', () => {
    const text = `${HEAD}[[packages]]\nname = "widget"\nwheels = [${wheelOf('widget')}]\n`;
    const attested = attest(text, new Map([[3, [CLAIM, OTHER]]]));
    expect(read(attested)).toMatchObject([{ attestationIdentities: [CLAIM, OTHER] }]);
    expect(attested.startsWith(text)).toBe(true);
  });

  test.each([
    ['nothing to add', new Map()],
    ['nothing for a package', new Map([[3, []]])],
  ])('%s: not a byte changes', (_, identities) => {
    const text = `${HEAD}[[packages]]\r\nname = "widget"\nwheels = [${wheelOf('widget')}]`;
    expect(attest(text, identities)).toBe(text);
  });

  test.each(['\n', '\r\n'])('lines end with %j as before, also the last one', (ending) => {
    const text = `${HEAD}[[packages]]\nname = "widget"\nwheels = [${wheelOf('widget')}]`;
    const attested = attest(text.replaceAll('\n', ending), new Map([[3, [CLAIM]]]));
    expect(attested).toBe(`${text}\n${TABLES}`.replaceAll('\n', ending));
  });

  test.each([
    ['packages in an array', `packages = [{ name = "widget", wheels = [${wheelOf('widget')}] }]\n`],
    [
      'an empty array of identities',
      `[[packages]]\nname = "widget"\nattestation-identities = []\nwheels = [${wheelOf('widget')}]\n`,
    ],
    [
      'a string that ends with a line like a comment',
      `[[packages]]\nname = "widget"\nwheels = [${wheelOf('widget')}]\nmarker = """\n# x"""\n`,
    ],
  ])('%s: refused, and not written wrongly', (_, packages) => {
    expect(() => attest(HEAD + packages, new Map([[3, [CLAIM]]]))).toThrow('no place for attestation');
  });

  test('of any lock, what is read is the old one with the identities, and a second time changes nothing', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const claim = fc.record({ kind: fc.constant('GitHub'), repository: fc.string(), workflow: fc.string() });
    const locked = fc.record({
      name,
      marker: fc.string({ unit: 'binary' }),
      claims: fc.array(claim, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(locked, { selector: (item) => item.name, maxLength: 6 }), (items) => {
        const text = stringify({
          'lock-version': '1.0',
          'created-by': 'test',
          packages: items.map((item) => ({
            name: item.name,
            marker: item.marker.toWellFormed(),
            wheels: [
              { url: `https://x.example/${item.name}-1-py3-none-any.whl`, hashes: { sha256: SHA256 } },
            ],
          })),
          tool: { x: { '# y': 1 } },
        });
        const old = read(text);
        const wanted = new Map(old.map(({ line = 0 }, at) => [line, items[at]?.claims ?? []] as const));
        const attested = attest(text, wanted);
        expect(withoutLines(read(attested))).toEqual(
          withoutLines(old).map((one, at) => {
            const claims = items[at]?.claims ?? [];
            return claims.length === 0 ? one : { ...one, attestationIdentities: claims };
          }),
        );
        const rest = attested.split('\n').filter((line) => text.includes(line));
        expect(rest.length).toBeGreaterThanOrEqual(text.split('\n').length);
      }),
    );
  });
});

function withoutLines(packages: ReturnType<typeof read>) {
  return packages.map((one) => ({
    ...one,
    line: undefined,
    files: one.files.map((file) => ({ ...file, line: undefined })),
  }));
}

const lockOf = (source: string) => `${HEAD}[[packages]]\nname = "widget"\n${source}\n`;

describe('relativePackage', () => {
  test.each([
    'directory = { path = "." }',
    'directory = { path = "../lib", editable = true }',
    'vcs = { type = "git", path = "../x", commit-id = "1" }',
    `archive = { path = "a.zip", hashes = { sha256 = "${SHA256}" } }`,
    `wheels = [${wheelOf('widget')}, { path = "widget-1.0-py2-none-any.whl", hashes = { sha256 = "${SHA256}" } }]`,
    `sdist = { path = "widget-1.0.tar.gz", hashes = { sha256 = "${SHA256}" } }`,
  ])('%s is', (source) => {
    expect(relativePackage(lockOf(source), 'pylock.toml')).toBe('widget');
  });

  test.each([
    'directory = { path = "/srv/lib" }',
    'vcs = { type = "git", url = "https://x.example/a.git", commit-id = "1" }',
    `wheels = [${wheelOf('widget')}]`,
  ])('%s is not', (source) => {
    expect(relativePackage(lockOf(source), 'pylock.toml')).toBeUndefined();
  });
});
