/** Environments of real packages, made with pip and with uv, hold file by file; one that is changed does not. */
import { appendFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { runProvpin } from '../support/run-provpin.ts';
import { createWorkspace, networkEnvironment, type Workspace } from '../support/workspace.ts';
import { hasPip } from './environment.ts';
import { parseReport } from './setting.ts';

const TIMEOUT = 600_000;

/** Small wheels: pure ones and extensions, with programs, scripts, headers, data, `.pth` files and shared directories. */
const PACKAGES = [
  'annotated-types',
  'anyio',
  'argcomplete',
  'attrs',
  'backports.tarfile',
  'blinker',
  'bottle',
  'certifi',
  'charset-normalizer',
  'click',
  'colorama',
  'coverage',
  'defusedxml',
  'flask',
  'greenlet',
  'h11',
  'httpcore',
  'httpie',
  'httpx',
  'idna',
  'importlib-metadata',
  'iniconfig',
  'itsdangerous',
  'jinja2',
  'jmespath',
  'markdown-it-py',
  'markupsafe',
  'mccabe',
  'mdurl',
  'more-itertools',
  'msgpack',
  'multidict',
  'packaging',
  'pexpect',
  'pluggy',
  'psutil',
  'ptyprocess',
  'pycodestyle',
  'pyflakes',
  'pysocks',
  'python-dateutil',
  'pyyaml',
  'requests',
  'six',
  'tabulate',
  'tomli',
  'tqdm',
  'typing-extensions',
  'urllib3',
  'werkzeug',
  'wheel',
  'zipp',
  'zope.interface',
];

const canInstall = await hasPip();

describe.skipIf(!canInstall)('real packages', { timeout: TIMEOUT }, () => {
  let workspace: Workspace;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    workspace = await createWorkspace();
    env = { ...networkEnvironment(), UV_CACHE_DIR: join(workspace.directory, 'uv') };
    // A pip that keeps what it downloads where provpin finds it, and uv.
    await run('python3', ['-m', 'venv', 'tools']);
    await run(join('tools', 'bin', 'python'), ['-m', 'pip', 'install', '-q', '-U', 'pip>=26', 'uv']);
  }, TIMEOUT);
  afterAll(async () => workspace.remove());

  async function run(command: string, args: readonly string[]): Promise<void> {
    const { exitCode, stderr, stdout } = await workspace.run(command, args, { env });
    if (exitCode !== 0) throw new Error(stdout + stderr);
  }

  async function check(environment: string) {
    const { exitCode, stdout, stderr } = await runProvpin(
      workspace,
      ['installed', '--python', environment, '--trusted-root', 'embedded', '--format', 'json', '-q'],
      { env },
    );
    if (stdout === '') throw new Error(stderr);
    return { exitCode, ...parseReport(stdout) };
  }

  /** Whatever is not as it should be. Nothing is recorded, so that what is signed is `publisher-unknown`. */
  async function deviationsOf(environment: string): Promise<readonly unknown[]> {
    const { packages, findings } = await check(environment);
    const names = new Set(packages.map(({ name }) => name));
    return [
      ...PACKAGES.filter((name) => !names.has(name.replaceAll('.', '-'))),
      ...findings.filter(({ rule }) => rule !== 'publisher-unknown'),
      ...packages.filter(({ installed }) => installed === null || installed.held !== installed.files),
      ...packages.filter(({ installed }) => (installed?.files ?? 0) < 4),
    ];
  }

  test('an environment made with pip', async () => {
    await run('python3', ['-m', 'venv', 'by-pip']);
    const pip = [join('tools', 'bin', 'python'), '-m', 'pip', '--python', join('by-pip', 'bin', 'python')];
    const [program = '', ...args] = pip;
    await run(program, [...args, 'install', '-q', '--only-binary', ':all:', ...PACKAGES]);
    expect(await deviationsOf('by-pip')).toEqual([]);
  });

  test('an environment made with uv', async () => {
    const uv = join('tools', 'bin', 'uv');
    await run(uv, ['venv', '-q', '-p', 'python3', 'by-uv']);
    const python = ['--python', join('by-uv', 'bin', 'python')];
    await run(uv, [
      'pip',
      'install',
      '-q',
      ...python,
      '--only-binary',
      ':all:',
      '--compile-bytecode',
      ...PACKAGES,
    ]);
    expect(await deviationsOf('by-uv')).toEqual([]);
  });

  test('a line more in one file is found', async () => {
    const lib = join(workspace.project, 'by-uv', 'lib');
    const [version = ''] = await readdir(lib);
    const file = join(lib, version, 'site-packages', 'six.py');
    expect(await readFile(file, 'utf8')).toContain('__version__');
    await appendFile(file, '\nimport os\n');
    const { exitCode, findings } = await check('by-uv');
    expect(exitCode).toBe(1);
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'installed-file-changed', package: 'six', file: 'six.py' }),
    );
  });
});
