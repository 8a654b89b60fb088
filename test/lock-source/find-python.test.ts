import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findPython, LEAVE_CURRENT_DIRECTORY, type Environment } from '../../src/lock-source/find-python.ts';
import { runProcess } from '../../src/run-process.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provpin-python-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const find = async (env: Environment, platform: NodeJS.Platform = 'linux') =>
  findPython({ env, cwd: directory, platform });

/** An executable that runs shell commands. */
async function program(path: string, commands: string): Promise<string> {
  const absolute = join(directory, path);
  await mkdir(join(absolute, '..'), { recursive: true });
  await writeFile(absolute, `#!/bin/sh\n${commands}\n`);
  await chmod(absolute, 0o755);
  return absolute;
}

const answers = (answer: string) => `echo '${answer}'`;
const GOOD = answers('[[3, 12], "26.3"]');

describe('which one', () => {
  test('of the virtual environment, before PATH', async () => {
    const command = await program('venv/bin/python', GOOD);
    await program('bin/python3', GOOD);
    const env = { VIRTUAL_ENV: join(directory, 'venv'), PATH: join(directory, 'bin') };
    expect(await find(env)).toEqual({ command, args: [], version: [3, 12], pip: '26.3' });
  });

  test('of a virtual environment that is named by a relative path', async () => {
    const command = await program('venv/bin/python', GOOD);
    expect(await find({ VIRTUAL_ENV: 'venv' })).toMatchObject({ command });
  });

  test('python3 before python, wherever they are on PATH', async () => {
    await program('first/python', GOOD);
    const command = await program('second/python3', GOOD);
    const PATH = ['first', 'second'].map((name) => join(directory, name)).join(delimiter);
    expect(await find({ PATH, VIRTUAL_ENV: '' })).toMatchObject({ command });
  });

  test('python where there is no python3', async () => {
    const command = await program('bin/python', GOOD);
    expect(await find({ PATH: join(directory, 'bin') })).toMatchObject({ command });
  });

  test('the next where one does not run, as a shim without a version behind it', async () => {
    await program('bin/python3', 'exit 127');
    const command = await program('bin/python', GOOD);
    expect(await find({ PATH: join(directory, 'bin') })).toMatchObject({ command });
  });

  test('what is no executable file is passed over', async () => {
    await mkdir(join(directory, 'a', 'python3'), { recursive: true });
    await mkdir(join(directory, 'b'));
    await writeFile(join(directory, 'b', 'python3'), '');
    await mkdir(join(directory, 'c'));
    await symlink('nowhere', join(directory, 'c', 'python3'));
    const command = await program('d/python3', GOOD);
    const PATH = ['a', 'b', 'c', 'd'].map((name) => join(directory, name)).join(delimiter);
    expect(await find({ PATH })).toMatchObject({ command });
  });

  test('on Windows the launcher, told which Python; the name of PATH is in any letter case there', async () => {
    await program('bin/python.exe', GOOD);
    const command = await program('bin/py.exe', `echo "$@" | grep -q -- '^-3 -c ' && ${GOOD}`);
    expect(await find({ Path: join(directory, 'bin') }, 'win32')).toMatchObject({ command, args: ['-3'] });
  });

  test('on Windows, of the virtual environment', async () => {
    const command = await program('venv/Scripts/python.exe', GOOD);
    expect(await find({ VIRTUAL_ENV: 'venv' }, 'win32')).toMatchObject({ command });
  });
});

describe('what it says', () => {
  test.each([
    ['[[3, 9], null]', { version: [3, 9] }],
    ['[[3, 14], "25.1.dev0+local"]', { version: [3, 14], pip: '25.1.dev0+local' }],
    ['what sitecustomize prints\n[[3, 10], "25.1"]', { version: [3, 10], pip: '25.1' }],
  ])('%j', async (answer, expected) => {
    const command = await program('bin/python3', answers(answer));
    expect(await find({ PATH: join(directory, 'bin') })).toEqual({ command, args: [], ...expected });
  });
});

describe('errors', () => {
  test.each<[string, Environment]>([
    ['no PATH', {}],
    ['an empty PATH', { PATH: '' }],
    ['a PATH of nothing', { PATH: '/nowhere' }],
  ])('%s', async (_, env) => {
    await expect(find(env)).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 3,
      message: 'no Python was found on `PATH`',
      hints: ['install Python'],
    });
  });

  test('a Python in the current directory is not taken, whatever PATH says', async () => {
    await program('python3', GOOD);
    await program('bin/python3', GOOD);
    for (const PATH of ['.', '', ':', 'bin', `./bin:${relative(directory, directory)}`]) {
      await expect(find({ PATH })).rejects.toMatchObject({ code: 'python-missing' });
    }
  });

  test('what is there but does not run is named', async () => {
    await program('bin/python3', 'kill -9 $$');
    await program('bin/python', answers('hello'));
    await expect(find({ PATH: join(directory, 'bin') })).rejects.toThrow(
      `no Python was found on \`PATH\`: \`${directory}/bin/python3\` did not answer (killed); \`${directory}/bin/python\` is not a Python`,
    );
  });

  test.each([
    ['that never answers', 'while :; do :; done', 'did not answer (timed-out)'],
    ['that says too much', 'while :; do echo "$0$0$0$0"; done', 'did not answer (too-much-output)'],
    ['that says nothing', ':', 'is not a Python'],
    ['that says something else', answers('[[3, "12"], null]'), 'is not a Python'],
    ['that answers, and fails', `${GOOD}; exit 3`, 'failed with exit status 3'],
  ])('a Python %s is passed over, and named', async (_, commands, problem) => {
    await program('bin/python3', commands);
    const timeout = commands.includes('do :;') ? { timeout: 200 } : {};
    await expect(
      findPython({ env: { PATH: join(directory, 'bin') }, cwd: directory, platform: 'linux', ...timeout }),
    ).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 3,
      message: `no Python was found on \`PATH\`: \`${directory}/bin/python3\` ${problem}`,
    });
  });

  test.each<[string, string | undefined, string]>([
    ['that is empty', undefined, 'cannot be started (ENOENT)'],
    ['that is broken', 'exit 1', 'failed with exit status 1'],
  ])('a virtual environment %s is not passed over', async (_, commands, problem) => {
    if (commands !== undefined) await program('venv/bin/python', commands);
    await program('bin/python3', GOOD);
    await expect(find({ VIRTUAL_ENV: 'venv', PATH: join(directory, 'bin') })).rejects.toMatchObject({
      code: 'python-missing',
      exitCode: 3,
      message: `\`VIRTUAL_ENV\` has no working Python: \`${directory}/venv/bin/python\` ${problem}`,
    });
  });
});

describe('a real Python', () => {
  const env = { PATH: process.env['PATH'] };

  test('is found, with its version', async () => {
    const python = await find(env);
    const { command, version } = python;
    const said = await runProcess(command, ['--version'], { cwd: directory, env });
    expect(said.kind === 'exited' && Buffer.from(said.stdout).toString()).toContain(
      `Python ${version.join('.')}.`,
    );
  });

  test('imports nothing from the current directory', async () => {
    const trap = 'open("trapped", "w").close()\n__version__ = "99.0"\n';
    const names = ['pip', 'json', 'runpy', 'sitecustomize', 'encodings'];
    await Promise.all(names.map(async (name) => writeFile(join(directory, `${name}.py`), trap)));
    const python = await find(env);
    expect(python.pip).not.toBe('99.0');
    const script = `${LEAVE_CURRENT_DIRECTORY}import json, os\nprint(os.path.exists("trapped"))`;
    const result = await runProcess(python.command, ['-c', script], { cwd: directory, env });
    expect(result).toMatchObject({ exitCode: 0, stdout: Buffer.from('False\n') });
  });

  test('would do so without our doing: the trap works', async () => {
    await writeFile(join(directory, 'json.py'), 'print("trapped")\n');
    const { command } = await find(env);
    const result = await runProcess(command, ['-c', 'import json'], { cwd: directory, env });
    expect(result).toMatchObject({ stdout: Buffer.from('trapped\n') });
  });
});
