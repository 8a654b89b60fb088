import { access, chmod, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { pylock } from '../support/pylock.ts';
import { cachedPip, environmentThatLocks, pipVersion } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type Environment, type RunOptions } from '../support/workspace.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const TIMEOUT = 120_000;
const mallory = github({ repository: 'mallory/widget' });
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;

const gadget = makeWheel({ name: 'gadget' });
const widget = makeWheel({ name: 'widget', requires: ['gadget'] });
const poisoned = makeWheel({ name: 'widget', requires: ['gadget', 'evil'], content: 'import evil' });
const newer = makeWheel({ name: 'widget', version: '2.0.0', content: 'import evil' });
const evil = makeWheel({ name: 'evil' });

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  await setting.workspace.write(
    '.provenance.txt',
    entryLine('gadget', recorded) + entryLine('widget', recorded),
  );
});
afterEach(async () => setting.close());

/** Runs `provpin install` with this index and this Sigstore instance. */
async function install(args: readonly string[], env: Environment = {}, options: RunOptions = {}) {
  const ours = ['--trusted-root', 'root.json', '-i', setting.index.simpleUrl];
  return await runProvpin(setting.workspace, ['install', ...ours, ...args], { ...options, env });
}

const lockOf = (...files: readonly Distribution[]) => pylock(files, { origin: setting.index.origin });
const indexArguments = () => ['-i', setting.index.simpleUrl];

/** Runs it with a pip that plays a scenario; what pip was called with, and what came of it. */
async function installWith(
  args: readonly string[],
  { env = {}, exitCode = 0 }: { readonly env?: Environment; readonly exitCode?: number } = {},
) {
  const python = await fakePython(setting.workspace.directory, {
    lock: lockOf(widget, gadget),
    answers: [{ when: '^pip .*install ', stdout: 'Successfully installed\n', exitCode }],
  });
  const path = { PATH: [python.bin, setting.workspace.env['PATH']].join(delimiter) };
  const result = await install(args, { ...path, ...env });
  const calls = (await python.calls()).map((call) => call.args.slice(2));
  return {
    ...result,
    locked: calls.find((call) => call.includes('lock')),
    installed: calls.find((call) => call.includes('install')),
  };
}

describe('what pip is told', () => {
  const HASHED = ['install', '--no-deps', '--require-hashes'];

  test.for([
    [['widget'], ['widget'], []],
    [['-r', 'requirements.txt', '--user'], ['-r', 'requirements.txt'], ['--user']],
    [['widget', '--target', 'lib', '-U', '--dry-run'], ['widget'], ['--target', 'lib', '-U', '--dry-run']],
    [
      ['widget', '--timeout', '7', '--no-input', '--pre'],
      ['widget', '--timeout', '7', '--no-input', '--pre'],
      ['--timeout', '7', '--no-input'],
    ],
    [
      ['--no-binary', ':all:', '--require-hashes', '--no-require-hashes', 'widget'],
      ['--no-binary', ':all:', '--require-hashes', '--no-require-hashes', 'widget'],
      [],
    ],
  ] as const)('%j', async ([args, lock, more]) => {
    await setting.workspace.write('requirements.txt', '');
    const { exitCode, locked, installed = [] } = await installWith(args);
    expect(exitCode).toBe(0);
    expect(locked).toEqual(['lock', '-o', '-', ...indexArguments(), ...lock]);
    expect(installed.slice(0, -1)).toEqual([
      ...HASHED,
      ...indexArguments(),
      ...more,
      '--only-binary',
      ':all:',
      '-r',
    ]);
    expect(installed.at(-1)).toMatch(/[/\\]provpin-\w+[/\\]pylock\.toml$/);
  });

  test('`--python` comes before the name of either command', async () => {
    const { locked, installed } = await installWith(['widget', '--python', '/opt/python']);
    expect(locked?.slice(0, 3)).toEqual(['--python', '/opt/python', 'lock']);
    expect(installed?.slice(0, 3)).toEqual(['--python', '/opt/python', 'install']);
  });

  test('what pip says goes to stderr, and the report alone to stdout', async () => {
    const { exitCode, stdout, stderr } = await installWith(['widget', '--format', 'json']);
    expect([exitCode, parseReport(stdout).outcome]).toEqual([0, 'ok']);
    expect(stderr).toContain('Successfully installed');
  });

  test('a pip that fails ends the run with 3, and the report tells what was recorded before', async () => {
    await setting.workspace.write('.provenance.txt', '');
    const { exitCode, stdout, stderr } = await installWith(['widget', '--tofu'], { exitCode: 1 });
    expect([exitCode, stdout]).toEqual([3, expect.stringContaining('2 entries added to `.provenance.txt`')]);
    expect(stderr).toContain('error: `pip install` failed with exit status 1\n');
  });

  test('findings: pip install does not run', async () => {
    setting.index.attest(widget.filename, setting.attestationOf(widget, { signer: mallory }));
    const { exitCode, stdout, installed } = await installWith(['widget', '--format', 'json']);
    expect([exitCode, rulesOf(parseReport(stdout)), installed]).toEqual([
      1,
      [['publisher-changed', 'error']],
      undefined,
    ]);
  });

  test('an index that does not answer: pip install does not run', async () => {
    setting.index.fail('/integrity/', { kind: 'status', status: 403 });
    const { exitCode, installed } = await installWith(['widget']);
    expect([exitCode, installed]).toEqual([3, undefined]);
  });

  test('a lock that is there is not made anew', async () => {
    await setting.lock([widget, gadget]);
    const args = ['-L', 'pylock.toml', '--target', 'lib', '--python', '/opt/python'];
    const { exitCode, locked, installed } = await installWith(args);
    expect([exitCode, locked]).toEqual([0, undefined]);
    expect(installed).toEqual(expect.arrayContaining(['--target', 'lib']));
  });

  test('nor is that of the directory, where nothing is named', async () => {
    await setting.lock([widget, gadget]);
    const { exitCode, stderr, locked, installed } = await installWith([
      '--python',
      '/opt/python',
      '--no-input',
    ]);
    expect([exitCode, locked]).toEqual([0, undefined]);
    expect(installed?.slice(0, 3)).toEqual(['--python', '/opt/python', 'install']);
    expect(installed).toContain('--no-input');
    expect(stderr).toContain('checking `pylock.toml`, the lock in this directory\n');
  });

  test.for([
    [['-L', 'pylock.toml', 'requests'], {}, '`requests` is for `pip lock`'],
    [['-L', 'pylock.toml', '-r', 'x'], {}, '`-r` is for `pip lock`'],
    [['-L', 'pylock.toml', '-L', 'pylock.b.toml'], {}, 'installs one lock'],
    [['-L', 'pylock.toml', '--offline'], {}, '`--offline` cannot install'],
    [['-qU', 'widget'], {}, '`-qU` is more than one option'],
    [['widget'], { PIP_REQUIREMENT: 'more.txt' }, '`requirement`'],
    [['widget'], { PIP_EDITABLE: '.' }, '`editable`'],
  ] as const)('%j with %j is refused', async ([args, env, words]) => {
    await setting.lock([widget, gadget]);
    await setting.lock([gadget], 'pylock.b.toml');
    await setting.workspace.write('x', '');
    const { exitCode, stderr, installed } = await installWith(args, { env });
    expect([exitCode, installed]).toEqual([2, undefined]);
    expect(stderr).toContain(words);
  });

  test('without a Python, nothing is said of a lock that is there', async () => {
    await setting.lock([widget, gadget]);
    const { exitCode, stderr } = await install(['-L', 'pylock.toml'], { PATH: '/nowhere' });
    expect([exitCode, stderr]).toEqual([
      3,
      'error: no Python was found on `PATH`\nhint: pip installs: install Python, or activate a virtual environment\n',
    ]);
  });

  test.for([
    ['a local directory', 'directory = { path = "." }'],
    ['a VCS requirement', 'vcs = { type = "git", url = "https://example.org/a.git", commit-id = "abc" }'],
    ['a local file', 'wheels = [{ path = "local-1-py3-none-any.whl", hashes = { sha256 = "SHA" } }]'],
  ] as const)('%s is not installed, nor anything beside it', async ([reason, source]) => {
    const text = `${lockOf(widget, gadget)}\n[[packages]]\nname = "local"\n${source.replace('SHA', '0'.repeat(64))}\n`;
    await setting.workspace.write('pylock.toml', text);
    const { exitCode, stderr, installed } = await installWith(['-L', 'pylock.toml']);
    expect([exitCode, installed]).toEqual([2, undefined]);
    expect(stderr).toContain(`\`local\` is not covered (${reason}`);
    expect(setting.index.requests).toEqual([]);
  });
});

const sitePackages = async () => {
  const lib = join(setting.workspace.directory, 'venv', 'lib');
  const [version = ''] = await readdir(lib);
  return join(lib, version, 'site-packages');
};

/** What is installed, with the source of `widget`. */
async function environment() {
  const directory = await sitePackages();
  const names = (await readdir(directory)).filter((name) => name.endsWith('.dist-info'));
  const source = await readFile(join(directory, 'widget.py'), 'utf8').catch(() => undefined);
  return { names: names.toSorted(), source };
}

const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
const ownPip = await pipVersion(probe);
const hasPip = ownPip !== undefined;
await probe.remove();
const pip = await cachedPip();

describe.skipIf(!canLock)('with real pip', { timeout: TIMEOUT }, () => {
  let env: Environment;
  beforeEach(async () => {
    env = (await environmentThatLocks(setting.workspace)) ?? {};
  });

  const NOTHING = { names: [], source: undefined };
  const BOTH = ['gadget-1.0.0.dist-info', 'widget-1.0.0.dist-info'];

  /** Runs it, and makes sure that nothing is left behind, neither the lock nor its directory. */
  async function run(args: readonly string[], more: Environment = {}) {
    const result = await install(args, { ...env, ...more });
    const left = await readdir(join(setting.workspace.directory, 'tmp'));
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
    return result;
  }

  test('what was checked is installed', async () => {
    const { exitCode, stdout } = await run(['widget', '--format', 'json']);
    expect([exitCode, parseReport(stdout).summary['verified']]).toEqual([0, 2]);
    expect(await environment()).toMatchObject({ names: BOTH });
  });

  test('and recorded at first use', async () => {
    await setting.workspace.write('.provenance.txt', '');
    const { exitCode } = await run(['widget'], { TOFU: '1' });
    expect(exitCode).toBe(0);
    expect(await setting.workspace.read('.provenance.txt')).toContain('https://github.com/acme/widget');
    expect((await environment()).names).toEqual(BOTH);
  });

  test('`--dry-run` says what would be installed', async () => {
    const { exitCode, stderr } = await run(['widget', '--dry-run']);
    expect([exitCode, await environment()]).toEqual([0, NOTHING]);
    expect(stderr).toContain('Would install gadget-1.0.0 widget-1.0.0');
  });

  test('`--target` says where', async () => {
    const { exitCode } = await run(['widget', '--target', 'lib']);
    expect([exitCode, await environment()]).toEqual([0, NOTHING]);
    await access(join(setting.workspace.project, 'lib', 'widget.py'));
  });

  test('findings: nothing is installed, nor downloaded for it', async () => {
    setting.index.attest(widget.filename, undefined);
    const { exitCode, stderr } = await run(['widget']);
    expect([exitCode, await environment()]).toEqual([1, NOTHING]);
    expect(stderr).not.toContain('Using pylock.toml');
  });

  const file = `/files/${widget.filename}`;
  /** What the index does between the check and the install; the answer for the provenance of a file is the last of the check. */
  const SWITCHES: readonly (readonly [string, () => void])[] = [
    ['serves other bytes', () => setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true })],
    ['serves another file and says so', () => setting.index.replace(widget.filename, poisoned.bytes)],
    ['cuts the file', () => setting.index.fail(file, { kind: 'cut' })],
    ['sends it to another', () => setting.index.fail(file, { kind: 'redirect', to: '/files/evil.whl' })],
    ['has it no more', () => setting.index.remove(widget.filename)],
    [
      'has a newer version',
      () => {
        setting.publish([newer, evil], mallory);
      },
    ],
    ['hides its page', () => setting.index.fail('/simple/', { kind: 'status', status: 404 })],
    [
      'names another wheel of the version, which pip would rather have',
      () => {
        setting.publish([makeWheel({ name: 'widget', build: '9', content: 'import evil' })], mallory);
      },
    ],
  ];

  test.for(SWITCHES)('an index that %s gets nothing installed that was not checked', async ([, change]) => {
    setting.publish([evil], mallory);
    setting.index.whenAsked('/integrity/widget/', change);
    const { exitCode } = await run(['widget']);
    const { names, source } = await environment();
    expect(exitCode).toBe(names.length === 0 ? 3 : 0);
    expect([[], BOTH]).toContainEqual(names);
    expect(source ?? '').not.toContain('evil');
  });

  test.for(SWITCHES.slice(0, 5))('from a lock: an index that %s makes pip fail', async ([, change]) => {
    await setting.lock([widget, gadget]);
    change();
    const { exitCode } = await run(['-L', 'pylock.toml', '--retries', '0']);
    expect([exitCode, await environment()]).toEqual([3, NOTHING]);
  });

  test('a lock that is changed after it was read', async () => {
    await setting.lock([widget, gadget]);
    const other = pylock([poisoned, gadget], { origin: setting.index.origin });
    const written: Promise<string>[] = [];
    setting.index.whenAsked('/integrity/', () => written.push(setting.workspace.write('pylock.toml', other)));
    setting.index.whenAsked('/integrity/', () =>
      setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true }),
    );
    const { exitCode } = await run(['-L', 'pylock.toml']);
    expect([exitCode, await Promise.all(written), await environment()]).toEqual([
      3,
      [expect.stringContaining('pylock.toml')],
      NOTHING,
    ]);
  });

  test('hashes are enforced, whatever the configuration', async () => {
    const { exitCode, stderr } = await run(['widget'], { PIP_NO_REQUIRE_HASHES: '1' });
    expect([exitCode, await environment()]).toEqual([3, NOTHING]);
    expect(stderr).toContain('mutually exclusive');
  });

  test('of a lock for many platforms, what is for this one', async () => {
    const windows = makeWheel({ name: 'widget', tag: 'cp39-cp39-win_amd64', requires: ['gadget'] });
    const other = makeWheel({ name: 'other' });
    setting.publish([windows, other]);
    await setting.workspace.write(
      '.provenance.txt',
      ['gadget', 'other', 'widget'].map((name) => entryLine(name, recorded)).join(''),
    );
    const text = pylock([windows, widget, gadget, other], { origin: setting.index.origin });
    await setting.workspace.write(
      'pylock.toml',
      text.replace('name = "other"\n', `name = "other"\nmarker = "sys_platform == 'win32'"\n`),
    );
    const { exitCode } = await run(['-L', 'pylock.toml']);
    expect([exitCode, (await environment()).names]).toEqual([0, BOTH]);
    expect(setting.index.requests.map(({ path }) => path)).not.toContain(`/files/${windows.filename}`);
  });

  describe('sdists', () => {
    const sdist = makeSdist({ name: 'widget' });

    test('alone are refused: a build is not checked', async () => {
      setting.publish([sdist]);
      await setting.lock([sdist]);
      const { exitCode, stderr } = await run(['-L', 'pylock.toml']);
      expect([exitCode, await environment()]).toEqual([2, NOTHING]);
      expect(stderr).toContain('`widget` has no wheel in the lock');
      expect(stderr).toContain('--no-build-isolation');
    });

    test('are built with what is installed, if asked for', async () => {
      setting.publish([sdist]);
      await setting.lock([sdist]);
      const { exitCode } = await run(['-L', 'pylock.toml', '--no-build-isolation']);
      expect([exitCode, (await environment()).names]).toEqual([0, ['widget-1.0.0.dist-info']]);
    });

    test('are not built in the place of a wheel that does not fit', async () => {
      const windows = makeWheel({ name: 'widget', tag: 'cp39-cp39-win_amd64' });
      setting.publish([sdist, windows]);
      await setting.lock([windows, sdist]);
      for (const more of [{}, { PIP_NO_BINARY: ':all:' }]) {
        const { exitCode } = await run(['-L', 'pylock.toml'], more);
        expect([exitCode, await environment()]).toEqual([3, NOTHING]);
      }
    });
  });

  test.skipIf(pip === undefined)('where Python has no pip that can, the pinned one installs', async () => {
    if (pip !== undefined) setting.index.publish(pip);
    const VIRTUAL_ENV = join(setting.workspace.directory, 'venv');
    await setting.workspace.run('python3', ['-m', 'venv', '--clear', '--without-pip', VIRTUAL_ENV]);
    const { exitCode } = await install(['widget'], { VIRTUAL_ENV });
    expect([exitCode, await environment()]).toMatchObject([0, { names: BOTH }]);
  });

  test('credentials of the index reach pip', async () => {
    await setting.close();
    setting = await createSetting({ auth: { username: 'bob', password: 'secret' } });
    setting.publish([widget, gadget]);
    await setting.workspace.write('.provenance.txt', '');
    env = (await environmentThatLocks(setting.workspace)) ?? {};
    const url = setting.index.simpleUrl.replace('://', '://bob:secret@');
    const ours = ['install', '--trusted-root', 'root.json', '--tofu', '-i', url, 'widget'];
    const { exitCode, stdout, stderr } = await runProvpin(setting.workspace, ours, { env });
    expect([exitCode, (await environment()).names]).toEqual([0, BOTH]);
    expect(stdout + stderr).not.toContain('secret');
  });
});

/** A `python3` that says it is one that the pinned pip is too new for, and is the machine's in all else. */
async function oldPython(): Promise<Environment> {
  const bin = join(setting.workspace.directory, 'old');
  const { stdout } = await setting.workspace.run('python3', ['-c', 'import sys; print(sys.executable)']);
  const isProbe = '*"from pip import __version__"*';
  const script = `#!/bin/sh\ncase "$2" in ${isProbe}) echo '[[3, 9], "21.2"]';; *) exec '${stdout.trim()}' "$@";; esac\n`;
  await setting.workspace.write('../old/python3', script);
  await chmod(join(bin, 'python3'), 0o755);
  return { PATH: [bin, setting.workspace.env['PATH']].join(delimiter) };
}

const installedModules = async () =>
  (await readdir(join(setting.workspace.project, 'lib')).catch(() => [])).filter((name) =>
    name.endsWith('.py'),
  );

/** Runs it with that Python, on a lock that `edit` has changed. */
async function installByOldPython(
  args: readonly string[] = [],
  edit = (lock: string) => lock,
  env: Environment = {},
) {
  await setting.workspace.write('pylock.toml', edit(lockOf(widget, gadget)));
  const ours = ['-L', 'pylock.toml', '--target', 'lib', '--retries', '0'];
  const { exitCode, stderr } = await install([...ours, ...args], { ...(await oldPython()), ...env });
  return { outcome: [exitCode, await installedModules()], stderr };
}

/** The same, on a lock with this line. */
const runWith = async (line: string) =>
  await installByOldPython([], (lock) => lock.replace('created-by', `${line}\ncreated-by`));

/** The same, on a lock with these lines in its `widget`. */
const runWithPackage = async (lines: string) =>
  await installByOldPython([], (lock) => lock.replace('name = "widget"\n', `name = "widget"\n${lines}\n`));

describe.skipIf(!hasPip)('with a real pip that reads no lock, and no newer one for its Python', () => {
  const BOTH = ['gadget.py', 'widget.py'];

  test('the same files are installed from requirements with hashes', { timeout: TIMEOUT }, async () => {
    const { outcome, stderr } = await installByOldPython();
    expect(outcome).toEqual([0, BOTH]);
    expect(stderr).toContain('Successfully installed');
    expect(setting.index.requests.map(({ path }) => path)).not.toContain('/simple/pip/');
    expect(await readdir(join(setting.workspace.directory, 'tmp'))).toEqual([]);
  });

  test('an index that serves other bytes makes pip fail, before anything is installed', async () => {
    setting.index.whenAsked('/integrity/widget/', () =>
      setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true }),
    );
    expect((await installByOldPython()).outcome).toEqual([3, []]);
  });

  test('newer versions and other wheels are not looked at', async () => {
    const rival = makeWheel({ name: 'widget', build: '9', content: 'import evil' });
    setting.index.whenAsked('/integrity/widget/', () => setting.publish([rival, newer, evil], mallory));
    expect((await installByOldPython()).outcome).toEqual([0, BOTH]);
    expect(await setting.workspace.read('lib/widget.py')).not.toContain('evil');
  });

  test('a lock for this Python and this platform is installed', async () => {
    const line = `requires-python = ">=3.6"\nenvironments = ["os_name == 'none'", "python_version >= '3'"]`;
    expect((await runWith(line)).outcome).toEqual([0, BOTH]);
  });

  test.for(['requires-python = ">=3.99"', `environments = ["os_name == 'none'", "sys_platform == 'none'"]`])(
    'a lock with `%s` is not',
    async (line) => {
      const { outcome, stderr } = await runWith(line);
      expect(outcome).toEqual([3, []]);
      expect(stderr).toContain('it is not for this Python, or not for this platform');
    },
  );

  test.for([
    'requires-python = ">=3.6"',
    'requires-python = ">=3.99"\nmarker = "os_name == \'none\'"',
    'requires-python = ">=3.99"\nmarker = "\'dev\' in dependency_groups"',
  ])('nor is one refused for a package with `%s`', async (lines) => {
    const { outcome } = await runWithPackage(lines);
    expect(outcome).toEqual([0, lines.includes('marker') ? ['gadget.py'] : BOTH]);
  });

  test.for(['', '\nmarker = "os_name != \'none\'"'])(
    'one with a package for other versions of Python is not%s',
    async (marker) => {
      const { outcome, stderr } = await runWithPackage(`requires-python = ">=3.99"${marker}`);
      expect(outcome).toEqual([3, []]);
      expect(stderr).toContain('its `widget` is not for this Python, by `requires-python = ">=3.99"`');
    },
  );

  test('what is no version specifier is told, and not that the lock is for another Python', async () => {
    const { outcome, stderr } = await runWith('requires-python = "three"');
    expect(outcome).toEqual([3, []]);
    expect(stderr).toContain('its `requires-python = "three"` cannot be read');
  });

  test('which environments it is for is not answered by modules of the current directory', async () => {
    const answer = 'import os, sys\nprint("provpin: True")\nopen("ran", "w").close()\n';
    for (const name of ['json', 'platform', 'pip']) await setting.workspace.write(`${name}.py`, answer);
    expect((await runWith('requires-python = ">=3.99"')).outcome).toEqual([3, []]);
    await expect(access(join(setting.workspace.project, 'ran'))).rejects.toThrow('ENOENT');
  });

  test('a marker that cannot be told it is an error', async () => {
    const marker = `marker = "'main' in dependency_groups and os_name != 'none'"`;
    const { outcome, stderr } = await installByOldPython([], (lock) =>
      lock
        .replace('created-by', 'default-groups = ["main"]\ncreated-by')
        .replace('name = "widget"\n', `name = "widget"\n${marker}\n`),
    );
    expect(outcome).toEqual([3, []]);
    expect(stderr).toContain('of `widget`, the marker says more than it can tell pip');
  });

  test.for([
    [['--python', '/opt/python'], {}],
    [[], { PIP_PYTHON: '/opt/python' }],
  ] as const)('for the environment of another interpreter, there is no way: %j', async ([args, env]) => {
    const { outcome, stderr } = await installByOldPython(args, undefined, env);
    expect(outcome).toEqual([3, []]);
    expect(stderr).toContain('its pip cannot install from a lock');
  });
});

const [pipMajor = 0, pipMinor = 0] = (ownPip ?? '').split('.').map(Number);
const isOldPip = (pipMajor === 22 && pipMinor >= 3) || (pipMajor > 22 && pipMajor < 26);

const lockWith = async (line: string) =>
  await setting.workspace.write(
    'pylock.toml',
    lockOf(widget, gadget).replace('created-by', `${line}\ncreated-by`),
  );

const onLock = async (args: readonly string[], env: Environment = {}) => {
  const ours = ['-L', 'pylock.toml', '--target', 'lib', '--retries', '0', '--no-cache'];
  const { exitCode, stderr } = await install([...ours, ...args], env);
  return { outcome: [exitCode, await installedModules()], stderr };
};

describe.skipIf(!isOldPip)('with a real pip that reads no lock, and an index without pip', () => {
  const BOTH = ['gadget.py', 'widget.py'];

  test('the same files are installed from requirements with hashes', { timeout: TIMEOUT }, async () => {
    await setting.lock([widget, gadget]);
    expect(await onLock([])).toMatchObject({ outcome: [0, BOTH] });
    expect(setting.index.requests.map(({ path }) => path)).toContain('/simple/pip/');
    expect(await readdir(join(setting.workspace.directory, 'tmp'))).toEqual([]);
  });

  test('an index that serves other bytes makes pip fail, before anything is installed', async () => {
    await setting.lock([widget, gadget]);
    setting.index.whenAsked('/integrity/widget/', () =>
      setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true }),
    );
    expect(await onLock([])).toMatchObject({ outcome: [3, []] });
  });

  test('an index that has another pip gets it neither run nor installed', async () => {
    await setting.lock([widget, gadget]);
    setting.publish([makeWheel({ name: 'pip', version: PINNED_PIP.version, content: 'import evil' })]);
    expect(await onLock([])).toMatchObject({ outcome: [0, BOTH] });
  });

  test(
    'another interpreter is installed for, if it is what the lock is for',
    { timeout: TIMEOUT },
    async () => {
      const venv = join(setting.workspace.directory, 'venv');
      await setting.workspace.run('python3', ['-m', 'venv', '--clear', '--without-pip', venv]);
      await lockWith('requires-python = ">=3.6"');
      const { exitCode } = await install([
        '-L',
        'pylock.toml',
        '--retries',
        '0',
        '--no-cache',
        '--python',
        venv,
      ]);
      expect([exitCode, (await environment()).names]).toEqual([
        0,
        ['gadget-1.0.0.dist-info', 'widget-1.0.0.dist-info'],
      ]);
      await lockWith('requires-python = ">=3.99"');
      const { outcome, stderr } = await onLock(['--python', venv]);
      expect(outcome).toEqual([3, []]);
      expect(stderr).toContain('it is not for this Python');
    },
  );

  test('what it cannot be told is said with what would help, and not that a lock would', async () => {
    await lockWith('requires-python = ">=3.99"');
    const { outcome, stderr } = await onLock([]);
    expect(outcome).toEqual([3, []]);
    expect(stderr).toMatch(/hint: .*use a Python whose own pip is 26\.1 or later\n/);
    expect(stderr).not.toContain('--lock-path');
  });

  test('a Python without any pip is told what it needs', { timeout: TIMEOUT }, async () => {
    await setting.lock([widget, gadget]);
    const VIRTUAL_ENV = join(setting.workspace.directory, 'venv');
    await setting.workspace.run('python3', ['-m', 'venv', '--clear', '--without-pip', VIRTUAL_ENV]);
    const { outcome, stderr } = await onLock([], { VIRTUAL_ENV });
    expect(outcome).toEqual([3, []]);
    expect(stderr).toContain('cannot install from a lock: use a Python whose own pip is 26.1 or later');
    expect(stderr).not.toContain('--lock-path');
  });
});
