/**
 * Makes the locks in test/lock-source/locks again, each with the newest release of its tool, for one set of requirements:
 * `node scripts/renew-locks.ts`. It needs Python 3.11 or later, git, and PyPI itself, whose URLs are in the locks.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const TARGET = fileURLToPath(new URL('../test/lock-source/locks', import.meta.url));

/** What the project needs from an index, with extras and a marker. */
const DEFAULT = [
  'attrs==25.4.0',
  'certifi==2025.10.5',
  'click==8.3.0',
  'idna==3.11',
  'tomli==2.3.0; python_version < "3.11"',
  'typing-extensions==4.15.0',
  'urllib3[socks]==2.5.0',
  'zope.interface==8.0.1',
];
const EXTRA = { cli: ['tabulate==0.9.0'] };
const GROUPS = { dev: ['iniconfig==2.3.0'], docs: ['snowballstemmer==3.0.1'] };

/** And from elsewhere. */
const WHEEL_URL =
  'https://files.pythonhosted.org/packages/e9/44/75a9c9421471a6c4805dbf2356f7c181a29c1879239abab1ea2cc8f38b40/sniffio-1.3.1-py3-none-any.whl';
const GIT_URL = 'https://git.example.org/of-git.git';

const work = mkdtempSync(join(tmpdir(), 'provpin-locks-'));
try {
  makeGitRepository(join(work, 'of-git'));
  rmSync(TARGET, { recursive: true, force: true });
  lockWithUv();
  lockWithPoetry('poetry', 'poetry');
  lockWithPoetry('poetry-1', 'poetry<2');
  lockWithPdm();
  lockWithPipenv();
  lockWithPipTools();
  lockWithPip();
} finally {
  rmSync(work, { recursive: true });
}

function lockWithUv(): void {
  const project = makeProject('uv', {
    'pyproject.toml': `${projectTable([...DEFAULT, 'of-editable', 'of-git', 'of-path', 'sniffio'])}
[dependency-groups]
${arrays(GROUPS)}
[tool.uv]
package = false

[tool.uv.sources]
of-editable = { path = "vendor/of-editable", editable = true }
of-git = { git = "${GIT_URL}", tag = "v1.0" }
of-path = { path = "vendor/of-path" }
sniffio = { url = "${WHEEL_URL}" }
`,
  });
  const uv = install('uv', 'uv');
  const exportTo = (format: string, output: string) => {
    const all = ['--all-extras', '--all-groups', '--no-header', '--format', format];
    run(project, uv, ['export', '--quiet', ...all, '--output-file', output]);
  };
  run(project, uv, ['lock', '--quiet']);
  exportTo('requirements.txt', 'requirements.txt');
  exportTo('pylock.toml', 'pylock.toml');
  keep(project, 'uv', ['uv.lock', 'requirements.txt', 'pylock.toml']);
}

function lockWithPoetry(name: string, requirement: string): void {
  const groups = Object.entries(GROUPS).map(
    ([group, requirements]) => `[tool.poetry.group.${group}.dependencies]\n${poetryTable(requirements)}`,
  );
  const project = makeProject(name, {
    'pyproject.toml': `[tool.poetry]
name = "demo"
version = "1.0"
description = ""
authors = []
package-mode = false

[tool.poetry.dependencies]
python = ">=3.10"
${poetryTable(DEFAULT)}
of-editable = { path = "vendor/of-editable", develop = true }
of-git = { git = "${GIT_URL}", tag = "v1.0" }
of-path = { path = "vendor/of-path" }
sniffio = { url = "${WHEEL_URL}" }
tabulate = { version = "0.9.0", optional = true }

[tool.poetry.extras]
cli = ["tabulate"]

[[tool.poetry.source]]
name = "simple"
url = "https://pypi.org/simple"

${groups.join('\n')}
`,
  });
  run(project, install(name, requirement, 'poetry'), ['lock', '--quiet']);
  keep(project, name, ['poetry.lock']);
}

function lockWithPdm(): void {
  const project = makeProject('pdm', {
    'pyproject.toml': `${projectTable([
      ...DEFAULT,
      `of-git @ git+${GIT_URL}@v1.0`,
      'of-path @ file:///${PROJECT_ROOT}/vendor/of-path',
      `sniffio @ ${WHEEL_URL}`,
    ])}
[dependency-groups]
docs = ${JSON.stringify(GROUPS.docs)}

[tool.pdm]
distribution = false

[tool.pdm.dev-dependencies]
dev = ${JSON.stringify([...GROUPS.dev, '-e file:///${PROJECT_ROOT}/vendor/of-editable'])}
`,
  });
  const pdm = install('pdm', 'pdm[locked]'); // its newest dependencies need not fit
  run(project, pdm, ['use', '--quiet', '--first', 'python3']);
  run(project, pdm, ['lock', '--quiet', '--group', ':all']);
  run(project, pdm, ['lock', '--quiet', '--group', ':all', '--lockfile', 'pdm.static.lock', '--static-urls']);
  run(project, pdm, ['export', '--format', 'pylock', '--output', 'pylock.toml']);
  keep(project, 'pdm', ['pdm.lock', 'pdm.static.lock', 'pylock.toml']);
}

function lockWithPipenv(): void {
  const project = makeProject('pipenv', {
    Pipfile: `[[source]]
name = "pypi"
url = "https://pypi.org/simple"
verify_ssl = true

[packages]
${pipfileTable(DEFAULT)}
of-editable = { path = "./vendor/of-editable", editable = true }
of-git = { git = "${GIT_URL}", ref = "v1.0" }
of-path = { path = "./vendor/of-path" }
sniffio = { file = "${WHEEL_URL}" }

[dev-packages]
${pipfileTable(GROUPS.dev)}

[docs]
${pipfileTable(GROUPS.docs)}

[cli]
${pipfileTable(EXTRA.cli)}
`,
  });
  run(project, install('pipenv', 'pipenv'), ['lock', '--quiet']);
  keep(project, 'pipenv', ['Pipfile.lock']);
}

function lockWithPipTools(): void {
  const project = makeProject('pip-tools', {
    'requirements.in': lines([
      ...DEFAULT,
      ...EXTRA.cli,
      ...GROUPS.dev,
      ...GROUPS.docs,
      `of-git @ git+${GIT_URL}@v1.0`,
      `sniffio @ ${WHEEL_URL}`,
      './vendor/of-path',
      '--editable ./vendor/of-editable',
    ]),
  });
  const compile = install('pip-tools', 'pip-tools', 'pip-compile');
  run(project, compile, ['--quiet', '--generate-hashes', '--no-config', '--output-file', 'requirements.txt']);
  keep(project, 'pip-tools', ['requirements.txt']);
}

function lockWithPip(): void {
  const project = makeProject('pip', {
    'requirements.in': lines([
      ...DEFAULT,
      ...EXTRA.cli,
      ...GROUPS.dev,
      ...GROUPS.docs,
      `of-git @ git+${GIT_URL}@v1.0`,
      `sniffio @ ${WHEEL_URL}`,
      './vendor/of-path',
      '--editable ./vendor/of-editable',
    ]),
  });
  run(project, install('pip', 'pip'), ['lock', '--quiet', '-r', 'requirements.in', '-o', 'pylock.toml']);
  keep(project, 'pip', ['pylock.toml']);
}

/** A directory with these files and two local packages. */
function makeProject(name: string, files: Readonly<Record<string, string>>): string {
  const project = join(work, name);
  makePackage(join(project, 'vendor', 'of-path'));
  makePackage(join(project, 'vendor', 'of-editable'));
  for (const [file, content] of Object.entries(files)) writeFileSync(join(project, file), content);
  return project;
}

function makePackage(directory: string): void {
  const name = directory.split('/').at(-1) ?? '';
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    join(directory, 'pyproject.toml'),
    `[project]
name = "${name}"
version = "1.0"

[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[tool.setuptools]
py-modules = []
`,
  );
}

/** The same commit whenever it is made. */
function makeGitRepository(directory: string): void {
  makePackage(directory);
  for (const args of [
    ['init', '--quiet', '--initial-branch', 'main'],
    ['add', '.'],
    ['commit', '--quiet', '--message', 'Version 1.0'],
    ['tag', 'v1.0'],
  ]) {
    run(directory, 'git', args);
  }
}

/** The path of a tool's program, in an environment of its own. */
function install(name: string, requirement: string, program = name): string {
  const environment = join(work, `${name}-environment`);
  execFileSync('python3', ['-m', 'venv', environment]);
  const pip = join(environment, 'bin', 'pip');
  run(work, pip, ['install', '--quiet', '--upgrade', requirement]);
  return join(environment, 'bin', program);
}

function run(directory: string, program: string, args: readonly string[]): void {
  execFileSync(program, args, { cwd: directory, stdio: 'inherit', env: environmentOf(directory) });
}

/** git finds the repository here; nobody's settings count. */
function environmentOf(directory: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:PIP_FIND_LINKS|PIP_INDEX_URL)$/.test(name),
  );
  const date = '2026-01-01T00:00:00Z';
  return {
    ...Object.fromEntries(kept),
    HOME: join(work, 'home'),
    PIPENV_PIPFILE: existsSync(join(directory, 'Pipfile')) ? join(directory, 'Pipfile') : undefined,
    PIPENV_IGNORE_VIRTUALENVS: '1',
    PIPENV_VENV_IN_PROJECT: '1',
    POETRY_SYSTEM_GIT_CLIENT: 'true',
    POETRY_EXPERIMENTAL_SYSTEM_GIT_CLIENT: 'true', // its name before Poetry 2
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${join(work, 'of-git')}.insteadOf`,
    GIT_CONFIG_VALUE_0: GIT_URL,
    GIT_AUTHOR_NAME: 'nobody',
    GIT_AUTHOR_EMAIL: 'nobody@example.org',
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: 'nobody',
    GIT_COMMITTER_EMAIL: 'nobody@example.org',
    GIT_COMMITTER_DATE: date,
  };
}

/** Copies locks, with the project's directory taken out of them. */
function keep(project: string, name: string, files: readonly string[]): void {
  for (const file of files) {
    const target = join(TARGET, name, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(project, file), target);
    writeFileSync(target, readFileSync(target, 'utf8').replaceAll(project, '/project'));
  }
}

function projectTable(dependencies: readonly string[]): string {
  return `[project]
name = "demo"
version = "1.0"
requires-python = ">=3.10"
dependencies = ${JSON.stringify(dependencies, null, 2)}

[project.optional-dependencies]
${arrays(EXTRA)}`;
}

function arrays(lists: Readonly<Record<string, readonly string[]>>): string {
  return lines(Object.entries(lists).map(([name, list]) => `${name} = ${JSON.stringify(list)}`));
}

/** `name[extra]==1.0; python_version < "3.11"`, taken apart. */
function partsOf(requirement: string) {
  const [, name = '', extra, version = '', python] =
    /^([\w.-]+)(?:\[(\w+)\])?==([\w.]+)(?:; python_version (.*))?$/.exec(requirement) ?? [];
  return { name, extra, version, python: python?.replaceAll('"', '') };
}

function poetryTable(requirements: readonly string[]): string {
  return lines(
    requirements.map(partsOf).map(({ name, extra, version, python }) => {
      const extras = extra === undefined ? '' : `, extras = ["${extra}"]`;
      const marker = python === undefined ? '' : `, python = "${python}"`;
      return `"${name}" = { version = "${version}"${extras}${marker} }`;
    }),
  );
}

function pipfileTable(requirements: readonly string[]): string {
  return lines(
    requirements.map(partsOf).map(({ name, extra, version, python }) => {
      const extras = extra === undefined ? '' : `, extras = ["${extra}"]`;
      const marker =
        python === undefined ? '' : `, markers = "python_version ${python.replace(/([\d.]+)/, "'$1'")}"`;
      return `"${name}" = { version = "==${version}"${extras}${marker} }`;
    }),
  );
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
