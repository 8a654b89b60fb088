/** Installing from the locks of tools, with a real pip: what of them is for this environment, and nothing else. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { LOCK_FORMATS } from '../support/locks.ts';
import { environmentThatLocks, pipVersion } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type Environment } from '../support/workspace.ts';
import { createSetting, entryLine, idsOf, parseReport, type Setting } from './setting.ts';

const TIMEOUT = 120_000;
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const wheel = (name: string, version = '1.0.0') => makeWheel({ name, version });
const [widget, gadget, tool, other] = [wheel('widget'), wheel('gadget'), wheel('tool'), wheel('other')];
const newer = wheel('widget', '2.0.0');
const windows = makeWheel({ name: 'widget', tag: 'cp39-cp39-win_amd64' });
const sdist = makeSdist({ name: 'widget' });
const ALL = [widget, windows, sdist, newer, gadget, tool, other];

const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

let setting: Setting;
let env: Environment;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish(ALL);
  const names = ['gadget', 'other', 'tool', 'widget'];
  await setting.workspace.write('.provenance.txt', names.map((name) => entryLine(name, recorded)).join(''));
  env = (await environmentThatLocks(setting.workspace)) ?? {};
});
afterEach(async () => setting.close());

/** Installs from a lock into `lib`. */
async function install(name: string, args: readonly string[] = [], more: Environment = {}) {
  const ours = ['install', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl, '-L', name];
  const theirs = ['--target', 'lib', '--retries', '0'];
  const result = await runProvpin(setting.workspace, [...ours, ...theirs, ...args], {
    env: { ...env, ...more },
  });
  const found = await readdir(join(setting.workspace.project, 'lib')).catch(() => []);
  const installed = found
    .filter((one) => one.endsWith('.dist-info'))
    .map((one) => one.replace('.dist-info', '').replace('-1.0.0', ''))
    .toSorted();
  return { ...result, installed };
}

const write = async (name: string, text: string) => await setting.workspace.write(name, text);

/** Where a marker holds nowhere, and everywhere. */
const NOWHERE = "sys_platform == 'none'";
const HERE = "sys_platform != 'none'";

interface PackageOptions {
  readonly marker?: string;
  readonly groups?: readonly string[];
  /** Further lines of the package's table. */
  readonly more?: string;
}

type Packages = readonly (readonly [files: readonly Distribution[], options?: PackageOptions])[];

const tomlString = (text: string) => JSON.stringify(text);
const hashed = (files: readonly Distribution[]) =>
  files.map(({ filename, sha256 }) => `{file = "${filename}", hash = "sha256:${sha256}"}`).join(', ');

function pdm(packages: Packages, metadata = ''): string {
  const groups = [...new Set(packages.flatMap(([, options]) => options?.groups ?? ['default']))];
  const tables = packages.map(
    ([files, { marker, groups: own = ['default'], more = '' } = {}]) => `[[package]]
name = "${files[0]?.name}"
version = "${files[0]?.version}"
groups = ${JSON.stringify(own)}
${marker === undefined ? '' : `marker = ${tomlString(marker)}\n`}${more}files = [${hashed(files)}]
`,
  );
  return `[metadata]
groups = ${JSON.stringify(groups)}
strategy = ["inherit_metadata"]
lock_version = "4.5.0"
content_hash = "sha256:"
${metadata}
${tables.join('\n')}`;
}

function poetry(packages: Packages, { extras = '', pythons = '*', version = '2.1' } = {}): string {
  const tables = packages.map(
    ([files, { marker, groups = ['main'], more = '' } = {}]) => `[[package]]
name = "${files[0]?.name}"
version = "${files[0]?.version}"
optional = false
python-versions = "*"
groups = ${JSON.stringify(groups)}
${marker === undefined ? '' : `markers = ${tomlString(marker)}\n`}${more}files = [${hashed(files)}]
`,
  );
  return `${tables.join('\n')}
${extras}
[metadata]
lock-version = "${version}"
python-versions = "${pythons}"
content-hash = ""
`;
}

/** A package of an index in a `uv.lock`. */
function uvPackage(files: readonly Distribution[], more = ''): string {
  const { origin, simpleUrl } = setting.index;
  const wheels = files.map(
    ({ filename, sha256 }) => `{ url = "${origin}/files/${filename}", hash = "sha256:${sha256}" }`,
  );
  return `[[package]]
name = "${files[0]?.name}"
version = "${files[0]?.version}"
source = { registry = "${simpleUrl}" }
wheels = [${wheels.join(', ')}]
${more}
`;
}

function uv(project: string, packages: readonly string[], head = ''): string {
  return `version = 1
revision = 3
requires-python = ">=3.6"
${head}
[[package]]
name = "demo"
version = "1.0"
source = { editable = "." }
${project}
${packages.join('\n')}`;
}

describe.skipIf(!canLock)('from a lock of', { timeout: TIMEOUT }, () => {
  test.each(LOCK_FORMATS.filter(({ id }) => id !== 'uv').map((format) => [format.name, format] as const))(
    '%s: the files that were checked are installed',
    async (name, format) => {
      await write(name, format.write([widget, windows, sdist, gadget], setting.index));
      const { exitCode, stdout, installed } = await install(name, ['--format', 'json']);
      expect([exitCode, installed]).toEqual([0, ['gadget', 'widget']]);
      expect(parseReport(stdout).packages.map(({ files }) => files.length)).toEqual([1, 3]);
      const asked = setting.index.requests.map(({ path }) => path);
      expect(asked).not.toContain(`/files/${windows.filename}`);
      expect(asked).not.toContain(`/files/${sdist.filename}`);
    },
  );

  test.each(LOCK_FORMATS.filter(({ id }) => id !== 'uv').map((format) => [format.name, format] as const))(
    '%s: an index that serves other bytes makes pip fail',
    async (name, format) => {
      await write(name, format.write([widget, gadget], setting.index));
      const evil = makeWheel({ name: 'widget', content: 'import evil' });
      setting.index.replace(widget.filename, evil.bytes, { keepHash: true });
      expect(await install(name)).toMatchObject({ exitCode: 3, installed: [] });
    },
  );

  const MARKED: Packages = [
    [[widget], { marker: HERE }],
    [[newer], { marker: NOWHERE }],
    [[other], { marker: NOWHERE }],
    [[gadget]],
  ];
  const BY_MARKERS: readonly (readonly [string, () => string])[] = [
    ['pdm.lock', () => pdm(MARKED)],
    ['poetry.lock', () => poetry(MARKED)],
    [
      'requirements.txt',
      () =>
        MARKED.map(([[file], options]) => {
          const marker = options?.marker === undefined ? '' : ` ; ${options.marker}`;
          return `${file?.name}==${file?.version}${marker} --hash=sha256:${file?.sha256}\n`;
        }).join(''),
    ],
    [
      'Pipfile.lock',
      () => {
        const packages: readonly (readonly [string, object])[] = MARKED.filter(
          ([[file]]) => file !== newer,
        ).map(([[file], options]) => [
          file?.name ?? '',
          {
            hashes: [`sha256:${file?.sha256}`],
            version: `==${file?.version}`,
            ...(options?.marker === undefined ? {} : { markers: options.marker }),
          },
        ]);
        return JSON.stringify({
          _meta: { 'pipfile-spec': 6, sources: [] },
          default: Object.fromEntries<object>(packages),
          develop: { tool: { hashes: [`sha256:${tool.sha256}`], version: '==1.0.0' } },
        });
      },
    ],
    [
      'uv.lock',
      () =>
        uv(
          `dependencies = [
    { name = "widget", version = "1.0.0", marker = "${HERE}" },
    { name = "widget", version = "2.0.0", marker = "${NOWHERE}" },
    { name = "other", marker = "${NOWHERE}" },
]`,
          [
            uvPackage([widget], 'dependencies = [{ name = "gadget" }]'),
            uvPackage([newer], 'dependencies = [{ name = "tool" }]'),
          ].concat([uvPackage([gadget]), uvPackage([other]), uvPackage([tool])]),
        ),
    ],
  ];

  test.each(BY_MARKERS)('%s: what is for this environment', async (name, text) => {
    await write(name, text());
    const { exitCode, stdout, installed } = await install(name, ['--format', 'json']);
    expect([exitCode, installed]).toEqual([0, ['gadget', 'widget']]);
    expect(parseReport(stdout).summary['packages']).toBeGreaterThanOrEqual(4); // all are checked
  });

  test.each(BY_MARKERS.filter(([name]) => ['requirements.txt', 'uv.lock'].includes(name)))(
    '%s: as `--python` has it',
    async (name, text) => {
      await write(name, text());
      const venv = join(setting.workspace.directory, 'other');
      await setting.workspace.run('python3', ['-m', 'venv', '--without-pip', venv]);
      const ours = ['install', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl, '-L', name];
      const { exitCode } = await runProvpin(setting.workspace, [...ours, '--python', venv], { env });
      const [version = ''] = await readdir(join(venv, 'lib'));
      const names = await readdir(join(venv, 'lib', version, 'site-packages'));
      expect([exitCode, names.filter((one) => one.endsWith('.dist-info')).toSorted()]).toEqual([
        0,
        ['gadget-1.0.0.dist-info', 'widget-1.0.0.dist-info'],
      ]);
    },
  );

  test('the groups that are asked for, and no others', async () => {
    const text = pdm([[[widget]], [[tool], { groups: ['dev'] }], [[gadget], { groups: ['cli'] }]]);
    await write('pdm.lock', text);
    const { exitCode, stdout, installed } = await install('pdm.lock', ['--only', 'dev', '--only', 'cli']);
    expect([exitCode, installed]).toEqual([0, ['gadget', 'tool']]);
    expect(stdout).toContain('1 of its 3 packages are left out, and not checked');
  });

  test('what is left out by `--only` is not installed, though its provenance is bad', async () => {
    await write('pdm.lock', pdm([[[widget]], [[tool], { groups: ['dev'] }]]));
    setting.index.attest(tool.filename, undefined);
    expect(await install('pdm.lock', ['--only', 'default'])).toMatchObject({
      exitCode: 0,
      installed: ['widget'],
    });
  });

  test('a bad file of what is not for this environment keeps everything from being installed', async () => {
    await write('pdm.lock', pdm([[[widget]], [[other], { marker: NOWHERE }]]));
    setting.index.attest(other.filename, undefined);
    expect(await install('pdm.lock')).toMatchObject({ exitCode: 1, installed: [] });
  });

  test('which groups a tool installs by itself is in the project', async () => {
    await write(
      'poetry.lock',
      poetry([[[widget]], [[tool], { groups: ['dev'] }], [[gadget], { groups: ['docs'] }]]),
    );
    const refused = await install('poetry.lock');
    expect(refused).toMatchObject({ exitCode: 2, installed: [] });
    expect(refused.stderr).toContain('hint: name them: `--only default --only GROUP`\n');
    await write('pyproject.toml', '[tool.poetry.group.docs]\noptional = true\n');
    expect(await install('poetry.lock')).toMatchObject({ exitCode: 0, installed: ['tool', 'widget'] });
  });

  test('the project itself is left out, which is said', async () => {
    await write(
      'uv.lock',
      uv('dependencies = [{ name = "member" }]', [MEMBER, uvPackage([widget])], MEMBERS),
    );
    const { exitCode, stderr, installed } = await install('uv.lock');
    expect([exitCode, installed]).toEqual([0, ['widget']]);
    expect(stderr).toContain(
      '`demo` and `member` are what `uv.lock` is the lock of, and not installed: `pip install --no-deps -e .` does that\n',
    );
    const quiet = await install('uv.lock', ['--quiet']);
    expect(quiet.stderr).not.toContain('what `uv.lock` is the lock of');
  });

  test('nothing that is for this environment is no work for pip', async () => {
    await write('pdm.lock', pdm([[[widget], { marker: NOWHERE }]]));
    const { exitCode, stderr, installed } = await install('pdm.lock');
    expect([exitCode, installed]).toEqual([0, []]);
    expect(stderr).toContain('nothing of `pdm.lock` is for this environment: pip does not run\n');
  });

  test('a lock for other Pythons is not installed, unless that does not matter', async () => {
    await write('pdm.lock', pdm([[[widget]]], '[[metadata.targets]]\nrequires_python = "<3"\n'));
    const refused = await install('pdm.lock');
    expect(refused).toMatchObject({ exitCode: 3, installed: [] });
    expect(refused.stderr).toContain('error: `pdm.lock` is not for this Python, but for `<3`\n');
    expect(await install('pdm.lock', ['--ignore-requires-python'])).toMatchObject({
      exitCode: 0,
      installed: ['widget'],
    });
  });

  const LOCAL = 'path = "./vendor/local"\n';
  const withLocal = (options: PackageOptions = {}) =>
    pdm([[[widget]]]) +
    `[[package]]\nname = "local"\nversion = "1"\n${LOCAL}groups = ${JSON.stringify(options.groups ?? ['default'])}\n${
      options.marker === undefined ? '' : `marker = "${options.marker}"\n`
    }`;

  test('what is not covered is refused before anything is checked, if it would be installed', async () => {
    await write('pdm.lock', withLocal());
    const refused = await install('pdm.lock');
    expect(refused).toMatchObject({ exitCode: 2, installed: [] });
    expect(refused.stderr).toContain('`local` is not covered (a local directory)');
    expect(setting.index.requests).toEqual([]);
    await write('pdm.lock', withLocal({ marker: NOWHERE }));
    expect(await install('pdm.lock')).toMatchObject({ exitCode: 0, installed: ['widget'] });
  });

  test('a file that turns out to be from elsewhere than an index is not installed', async () => {
    await write('.provenance.txt', '');
    await write('poetry.lock', poetry([[[widget]]]));
    const { exitCode, stdout, stderr, installed } = await install('poetry.lock', [
      '--no-index',
      '--find-links',
      '.',
    ]);
    expect([exitCode, installed]).toEqual([3, []]);
    expect(stdout).toContain('not covered');
    expect(stderr).toContain('`widget` is not covered (there is no index (`--no-index`))');
  });

  test('an sdist alone is refused, and built if it may be', async () => {
    await write('pdm.lock', pdm([[[sdist]]]));
    const refused = await install('pdm.lock');
    expect(refused).toMatchObject({ exitCode: 2, installed: [] });
    expect(refused.stderr).toContain('`widget` has no wheel in the lock');
    expect(await install('pdm.lock', ['--no-build-isolation'])).toMatchObject({
      exitCode: 0,
      installed: ['widget'],
    });
  });

  test('an index that hides a page after the check has nothing else installed', async () => {
    await write('poetry.lock', poetry([[[widget]], [[gadget]]]));
    setting.index.whenAsked('/integrity/widget/', () => {
      setting.publish([newer], github({ repository: 'mallory/widget' }));
      setting.index.remove(widget.filename);
    });
    expect(await install('poetry.lock')).toMatchObject({ exitCode: 3, installed: [] });
  });

  /** What could get to pip as something else than it is in the lock. */
  const INJECTIONS = [
    `os_name != '' --hash=sha256:${'0'.repeat(64)}`,
    "os_name != ''\nevil==1",
    "os_name != '' # x",
    '; os_name != ""',
    '${HOME}',
    '',
  ];
  const INTO: readonly (readonly [string, (marker: string) => string])[] = [
    ['pdm.lock', (marker) => pdm([[[widget], { marker }]])],
    ['poetry.lock', (marker) => poetry([[[widget], { marker }]])],
    [
      'uv.lock',
      (marker) =>
        uv(`dependencies = [{ name = "widget", marker = ${tomlString(marker)} }]`, [uvPackage([widget])]),
    ],
  ];
  test.each(INTO)('%s: a marker that is none is refused', async (name, text) => {
    for (const marker of INJECTIONS) {
      await write(name, text(marker));
      const { exitCode, stderr, installed } = await install(name);
      expect([marker, exitCode, installed]).toEqual([marker, 2, []]);
      expect(stderr).toContain('which cannot be read\n');
    }
    expect(setting.index.requests).toEqual([]);
  });

  test('two versions for one environment are refused', async () => {
    await write('pdm.lock', pdm([[[widget]], [[newer], { marker: HERE }]]));
    const { exitCode, stderr, installed } = await install('pdm.lock');
    expect([exitCode, installed]).toEqual([2, []]);
    expect(stderr).toContain('it has two of `widget` for this environment');
  });

  test('a URL of a lock leads to the file that was checked, or to none', async () => {
    const evil = makeWheel({ name: 'widget', content: 'import evil', build: '7' });
    setting.publish([evil]);
    const text = uv('dependencies = [{ name = "widget" }]', [uvPackage([widget])]);
    const url = `/files/${widget.filename}`;
    await write('uv.lock', text.replace(url, `${url}#subdirectory=x&egg=evil`));
    expect(await install('uv.lock')).toMatchObject({ exitCode: 0, installed: ['widget'] });
    await write('uv.lock', text.replace(url, `/files/${evil.filename}?/${widget.filename}`));
    expect(await install('uv.lock', ['--no-cache', '--upgrade'])).toMatchObject({ exitCode: 3 });
  });

  test('files are taken from the index that the lock names', async () => {
    const second = await createSetting();
    const only = wheel('private');
    second.index.publish(only, { provenance: setting.attestationOf(only) });
    await write('.provenance.txt', entryLine('private', recorded));
    const source = `[package.source]\ntype = "legacy"\nurl = "${second.index.simpleUrl}"\nreference = "second"\n`;
    await write('poetry.lock', poetry([[[only]]]).replace('\n[metadata]', `${source}\n[metadata]`));
    expect(await install('poetry.lock')).toMatchObject({ exitCode: 0, installed: ['private'] });
    await second.close();
  });
});

const MEMBERS = '[manifest]\nmembers = ["demo", "member"]\n';
const MEMBER = `[[package]]
name = "member"
version = "1.0"
source = { editable = "packages/member" }
dependencies = [{ name = "widget" }]
`;

const isOld = (version: string | undefined) => Number((version ?? '99').split('.')[0]) < 26;
const ownPip = await (async () => {
  const workspace = await createWorkspace();
  const version = await pipVersion(workspace);
  await workspace.remove();
  return version;
})();

describe.skipIf(!isOld(ownPip))('where no pip reads locks', { timeout: TIMEOUT }, () => {
  beforeEach(() => {
    env = {};
  });

  test('the same is installed from requirements', async () => {
    await write(
      'poetry.lock',
      poetry([[[widget, windows], { marker: HERE }], [[newer], { marker: NOWHERE }], [[gadget]]]),
    );
    expect(await install('poetry.lock', ['--no-cache'])).toMatchObject({
      exitCode: 0,
      installed: ['gadget', 'widget'],
    });
  });

  test('an index that serves other bytes makes pip fail', async () => {
    await write('uv.lock', uv('dependencies = [{ name = "widget" }]', [uvPackage([widget])]));
    const evil = makeWheel({ name: 'widget', content: 'import evil' });
    setting.index.whenAsked('/integrity/widget/', () =>
      setting.index.replace(widget.filename, evil.bytes, { keepHash: true }),
    );
    expect(await install('uv.lock', ['--no-cache'])).toMatchObject({ exitCode: 3, installed: [] });
  });
});
