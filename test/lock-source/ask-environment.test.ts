import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askEnvironment, type Questions } from '../../src/lock-source/ask-environment.ts';
import { findPython, type Python } from '../../src/lock-source/find-python.ts';
import type { PipOptions } from '../../src/lock-source/run-pip.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provpin-ask-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const options = (): PipOptions => ({
  env: { PATH: process.env['PATH'] },
  cwd: directory,
  cacheDir: join(directory, 'cache'),
  stderr: () => undefined,
  fetchPip: async () => Promise.reject(new Error('no pip is needed')),
});

/** A Python that answers the first question, after its environment, and the second, after its markers, by shell commands. */
async function pythonThat(environment: string, answers: string): Promise<Python> {
  const command = join(directory, 'python3');
  await writeFile(command, `#!/bin/sh\nif [ "$1" = -I ]; then ${environment}; else ${answers}; fi\n`);
  await chmod(command, 0o755);
  return { command, args: [], version: [3, 12], pip: '23.2' };
}

const ask = async (python: Python, questions: Questions, timeout?: number) =>
  await askEnvironment(
    questions,
    python,
    { target: undefined, ...(timeout === undefined ? {} : { timeout }) },
    options(),
  );

const TWO = { pythons: ['>=3.8'], markers: ["os_name == 'nt'"] };
const says = (text: string) => `echo '${text}'`;
const ENVIRONMENT = says('provpin: {}');

describe('a Python', () => {
  test('that answers', async () => {
    const answers = await ask(await pythonThat(ENVIRONMENT, says('startup\nprovpin: [true, null]\r')), TWO);
    if (typeof answers === 'string') throw new Error(answers);
    expect([answers.python('>=3.8'), answers.marker("os_name == 'nt'")]).toEqual([true, undefined]);
    expect([answers.python('>=3.9'), answers.marker('>=3.8')]).toEqual([undefined, undefined]);
  });

  const FAILURES = [
    ['fails', 'exit 1', 'failed with exit status 1'],
    ['is killed', 'kill -9 $$', 'was ended by SIGKILL'],
    ['says too much', 'while :; do echo "$0$0$0$0"; done', 'was ended before it was ready (too-much-output)'],
    ['says nothing', ':', 'gave no answer'],
    ['says something else', says('[true, false]'), 'gave no answer'],
    ['says half of it', says('provpin: [true, fal'), 'gave no answer'],
  ] as const;

  test.each(FAILURES)('that %s when it is asked what it is', async (_, commands, words) => {
    expect(await ask(await pythonThat(commands, ENVIRONMENT), TWO)).toBe(words);
  });

  test.each(FAILURES)('that %s when it is asked about markers', async (_, commands, words) => {
    expect(await ask(await pythonThat(ENVIRONMENT, commands), TWO)).toBe(words);
  });

  test('that takes too long', async () => {
    const python = await pythonThat('while :; do :; done', ENVIRONMENT);
    expect(await ask(python, TWO, 200)).toBe('was ended before it was ready (timed-out)');
  });

  test.each([
    ['no list', '{"0": true, "1": true}'],
    ['too few', '[true]'],
    ['too many', '[true, true, true]'],
    ['words', '[true, "True"]'],
    ['numbers', '[1, 0]'],
  ])('that answers with %s', async (_, answer) => {
    expect(await ask(await pythonThat(ENVIRONMENT, says(`provpin: ${answer}`)), TWO)).toBe('gave no answer');
  });
});

describe('a real Python', async () => {
  const python = await findPython({
    env: { PATH: process.env['PATH'] },
    cwd: tmpdir(),
    platform: process.platform,
  });

  test.skipIf(python.pip === undefined)('says what markers and specifiers come to', async () => {
    const version = python.version.join('.');
    const markers: readonly (readonly [string, boolean | undefined])[] = [
      [`python_version == "${version}"`, true],
      [`python_full_version < "${version}"`, false],
      ["sys_platform == 'none' or os_name != ''", true],
      ['extra == "cli"', false],
      ['implementation_version >= "3" and platform_python_implementation != "none"', true],
      ['platform_machine != "" and platform_system != "" and platform_release != "none"', true],
      ['nothing == "x"', undefined],
      ['; evil', undefined],
      ['__import__("os").system("touch ran")', undefined],
      [`${'('.repeat(5_000)}os_name == ''`, undefined],
    ];
    const pythons: readonly (readonly [string, boolean | undefined])[] = [
      ['>=3.6', true],
      ['', true],
      ['<3', false],
      ['three', undefined],
      ['^3.8', undefined],
    ];
    const asked = { pythons: pythons.map(([one]) => one), markers: markers.map(([one]) => one) };
    const answers = await ask(python, asked);
    if (typeof answers === 'string') throw new Error(answers);
    expect(markers.map(([one]) => [one, answers.marker(one)])).toEqual(markers);
    expect(pythons.map(([one]) => [one, answers.python(one)])).toEqual(pythons);
  });

  test('is not asked by way of modules of the current directory', async () => {
    const trap = 'open("ran", "w").close()\n';
    for (const name of ['json', 'platform', 'pip', 'sitecustomize', 'os'])
      await writeFile(join(directory, `${name}.py`), trap);
    expect(await ask(python, TWO)).not.toBeTypeOf('string');
    await expect(writeFile(join(directory, 'ran'), '', { flag: 'wx' })).resolves.toBeUndefined();
  });

  test.skipIf(python.pip === undefined)('is asked about the environment of another one', async () => {
    const command = join(directory, 'other');
    const environment = JSON.stringify({ python_full_version: '3.99.1', sys_platform: 'none' });
    const isProbe = '*"from pip import __version__"*';
    const script = `#!/bin/sh\ncase "$*" in ${isProbe}) echo '[[3, 99], null]';; *) echo 'provpin: ${environment}';; esac\n`;
    await writeFile(command, script);
    await chmod(command, 0o755);
    const marker = "sys_platform == 'none' and python_full_version == '3.99.1'";
    const asked = { pythons: ['==3.99.*'], markers: [marker] };
    const answers = await askEnvironment(asked, python, { target: 'other' }, options());
    if (typeof answers === 'string') throw new Error(answers);
    expect([answers.python('==3.99.*'), answers.marker(marker)]).toEqual([true, true]);
    const own = await ask(python, asked);
    if (typeof own === 'string') throw new Error(own);
    expect([own.python('==3.99.*'), own.marker(marker)]).toEqual([false, false]);
  });

  test('another one that is none is refused', async () => {
    const asked = askEnvironment(TWO, python, { target: 'nowhere' }, options());
    await expect(asked).rejects.toMatchObject({ code: 'python-missing', exitCode: 2 });
  });
});
