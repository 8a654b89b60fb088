import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';
import { runPipLock } from '../../src/lock-source/pip-lock.ts';
import type { PipOptions } from '../../src/lock-source/run-pip.ts';
import { fakePython, type FakePythonOptions } from '../support/fake-python.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

const SHA256 = 'ab7ae7122974553370f0bdb919e1a960b2cd1bc1ef0276416d896db81c14582c';
const LOCK = `lock-version = "1.0"
created-by = "pip"

[[packages]]
name = "widget"
version = "1.0"

[[packages.wheels]]
name = "widget-1.0-py3-none-any.whl"
url = "https://files.example/widget-1.0-py3-none-any.whl"

[packages.wheels.hashes]
sha256 = "${SHA256}"
`;

let workspace: Workspace;
beforeEach(async () => {
  workspace = await createWorkspace();
});
afterEach(async () => {
  await workspace.remove();
});

/** Runs it with a python that plays a scenario; resolves to what came of it. */
async function lockWith(
  scenario: FakePythonOptions,
  args: readonly string[] = ['widget'],
  more: Partial<PipOptions> = {},
) {
  const python = await fakePython(workspace.directory, scenario);
  const said: Uint8Array[] = [];
  const run = runPipLock(args, {
    env: { ...workspace.env, PATH: python.bin },
    cwd: workspace.project,
    cacheDir: `${workspace.directory}/cache`,
    stderr: (chunk) => said.push(chunk),
    fetchPip: async () => Promise.reject(new Error('no pip is needed')),
    ...more,
  });
  const [result] = await Promise.allSettled([run]);
  const calls = await python.calls();
  return {
    lock: result.status === 'fulfilled' ? result.value : undefined,
    error: result.status === 'rejected' ? (result.reason as unknown) : undefined,
    said: Buffer.concat(said).toString(),
    calls,
    /** What pip itself was given. */
    pipArgs: calls.at(-1)?.args.slice(2),
  };
}

const answer = (stdout: string, exitCode = 0) => ({ answers: [{ when: 'lock', stdout, exitCode }] });

/** A wheel in a line of more than a thousand characters. */
const wideWheel = (n: number) =>
  `{name = "widget-1.0-${n}-py3-none-any.whl", url = "https://files.example/${'x'.repeat(1_100)}", hashes = {sha256 = "${SHA256}"}}`;

describe('a lock', () => {
  test('is read, and the progress before it is not', async () => {
    const { lock, said } = await lockWith({ lock: LOCK });
    expect(lock).toMatchObject({
      source: 'pip lock',
      packages: [{ name: 'widget', line: 4, files: [{ hashes: { sha256: SHA256 }, line: 8 }] }],
    });
    expect(said).toContain('Collecting widget\n');
    expect(said).toContain('WARNING: pip lock is currently an experimental command.');
    expect(said).not.toContain('lock-version');
  });

  test('of fifty megabytes, with as much progress', async () => {
    const files = 40_000;
    const wheels = Array.from({ length: files }, (_, n) => wideWheel(n)).join(',\n');
    const large = `lock-version = "1.0"\ncreated-by = "pip"\n[[packages]]\nname = "widget"\nwheels = [\n${wheels}\n]\n`;
    const progress = `${'Collecting '.repeat(100)}\n`.repeat(45_000);
    const { lock, said } = await lockWith(answer(progress + large));
    expect(large.length).toBeGreaterThan(48_000_000);
    expect(said).toBe(progress);
    expect(lock?.packages[0]?.files).toHaveLength(files);
  });

  test('with pip telling everything (-vv)', async () => {
    const { lock, said } = await lockWith(answer(`Created\n${LOCK}Removed build tracker: '/tmp/x'\n`));
    expect(lock?.packages).toHaveLength(1);
    expect(said).toBe("Created\nRemoved build tracker: '/tmp/x'\n");
  });
});

describe('arguments', () => {
  test.each<[readonly string[], readonly string[]]>([
    [['widget'], ['lock', '-o', '-', 'widget']],
    [
      ['-r', 'a b.txt', '--group', 'dev', '-c', 'c.txt', '-e', '.', '; id', ''],
      ['lock', '-o', '-', '-r', 'a b.txt', '--group', 'dev', '-c', 'c.txt', '-e', '.', '; id', ''],
    ],
    [
      ['a', '--python', '../venv', 'b'],
      ['--python', '../venv', 'lock', '-o', '-', 'a', 'b'],
    ],
    [
      ['a', '--python=x', '-r', 'y'],
      ['--python=x', 'lock', '-o', '-', 'a', '-r', 'y'],
    ],
    [
      ['--python', 'x', '--python=y'],
      ['--python', 'x', '--python=y', 'lock', '-o', '-'],
    ],
    [
      ['a', '--', '--python', '-o'],
      ['lock', '-o', '-', 'a', '--', '--python', '-o'],
    ],
    [
      ['--python-version', '3.11'],
      ['lock', '-o', '-', '--python-version', '3.11'],
    ],
    [
      ['--only-binary', ':all:', '--only-deps'],
      ['lock', '-o', '-', '--only-binary', ':all:', '--only-deps'],
    ],
    [
      ['foo', '-fo', '-io', '-ro'],
      ['lock', '-o', '-', 'foo', '-fo', '-io', '-ro'],
    ],
  ])('%j', async (args, expected) => {
    const { lock, pipArgs } = await lockWith({ lock: LOCK }, args);
    expect(pipArgs).toEqual(expected);
    expect(lock?.packages).toHaveLength(1);
  });

  test('directory and environment are ours, and the output is UTF-8', async () => {
    const env = {
      PIP_INDEX_URL: 'https://index.example/simple',
      PYTHONPATH: '/x',
      PYTHONIOENCODING: 'latin-1',
    };
    const python = await fakePython(workspace.directory, { lock: LOCK });
    const { calls } = await lockWith({ lock: LOCK }, ['widget'], {
      env: { ...workspace.env, ...env, PATH: python.bin },
    });
    expect(calls.at(-1)).toMatchObject({
      cwd: workspace.project,
      env: { PIP_INDEX_URL: env.PIP_INDEX_URL, PYTHONPATH: '/x', PYTHONIOENCODING: 'utf-8' },
    });
  });

  test.each([
    ['-o'],
    ['-oFILE'],
    ['-qoFILE'],
    ['-vvo'],
    ['--output'],
    ['--output=FILE'],
    ['--outp', 'FILE'],
    ['--ou=FILE'],
    ['widget', '-o', 'FILE'],
  ])('%s is refused before anything runs', async (...args) => {
    const { error, calls } = await lockWith({ lock: LOCK }, args);
    expect(error).toMatchObject({ code: 'pip-output-option', exitCode: 2 });
    expect(calls).toEqual([]);
  });
});

describe('which pip', () => {
  test('without a Python, a lock is what helps', async () => {
    const { error } = await lockWith({ lock: LOCK }, ['widget'], { env: { PATH: '/nowhere' } });
    expect(error).toMatchObject({
      code: 'python-missing',
      exitCode: 3,
      hints: ['pip resolves the requirements: install Python, or give a lock with `--lock-path`'],
    });
  });

  test.each(['25.1', '25.1.1', '25.10', '26.3', '26.0b1', '100.0'])('%s runs itself', async (pipVersion) => {
    const { lock, calls } = await lockWith({ lock: LOCK, pipVersion });
    expect(lock?.packages).toHaveLength(1);
    expect(calls.at(-1)?.args[0]).toBe('-c');
  });

  test.each(['25.0.1', '24.3', '9.0.1', null])(
    '%s is replaced: the pinned wheel is fetched',
    async (pipVersion) => {
      const asked: unknown[] = [];
      const { error } = await lockWith({ lock: LOCK, pipVersion }, ['widget'], {
        fetchPip: async (wheel) => {
          asked.push(wheel);
          return Promise.resolve(Buffer.from('evil'));
        },
      });
      expect(asked).toEqual([PINNED_PIP]);
      expect(error).toMatchObject({ code: 'pip-wheel', exitCode: 3 });
    },
  );

  test('a Python that is too old for the pinned one', async () => {
    const { error } = await lockWith({ pipVersion: '21.3', pythonVersion: '3.9' });
    expect(error).toMatchObject({
      code: 'python-too-old',
      exitCode: 3,
      message: `\`${workspace.directory}/bin/python3\` is Python 3.9, and its pip cannot lock`,
      hints: [expect.stringMatching(/^use Python 3\.10 or later, which pip \d/)],
    });
  });

  test('no Python', async () => {
    const { error } = await lockWith({}, ['widget'], { env: { PATH: '' } });
    expect(error).toMatchObject({ code: 'python-missing', exitCode: 3 });
  });
});

describe('a failing pip', () => {
  test('has said why, and its status is told', async () => {
    const failing = {
      answers: [{ when: 'lock', stdout: 'Collecting\n', stderr: 'ERROR: no such\n', exitCode: 1 }],
    };
    const { error, said } = await lockWith(failing);
    expect(error).toMatchObject({
      code: 'pip-failed',
      exitCode: 3,
      message: '`pip lock` failed with exit status 1',
    });
    expect(said).toContain('Collecting\n');
    expect(said).toContain('ERROR: no such\n');
  });

  test('is not believed, whatever it has printed', async () => {
    const { error } = await lockWith(answer(LOCK, 2));
    expect(error).toMatchObject({ code: 'pip-failed', message: '`pip lock` failed with exit status 2' });
  });

  test('that is ended', async () => {
    const controller = new AbortController();
    const { error } = await lockWith(
      { answers: [{ when: 'lock', stdout: 'Collecting\n', hangs: true }] },
      ['widget'],
      { signal: controller.signal, stderr: () => controller.abort() },
    );
    expect(error).toMatchObject({
      code: 'pip-failed',
      message: '`pip lock` was ended before it was ready (aborted)',
    });
  });
});

describe('output that is no lock', () => {
  test.each<[string, string, string]>([
    ['nothing', '', '`pip lock` printed no lock'],
    ['a help text', 'Usage:\n  pip lock\n', '`pip lock` printed no lock'],
    [
      'half a lock',
      LOCK.slice(0, LOCK.indexOf('sha256')),
      '`pip lock`:12: `packages[0].wheels[0].hashes` is empty',
    ],
    [
      'another version',
      'lock-version = "2.0"\n',
      '`pip lock`:1: `lock-version` is 2.0; only versions 1.x can be read',
    ],
    ['no TOML', 'lock-version = \n', '`pip lock`:1: not TOML: invalid value'],
    ['something behind it', `${LOCK}???\n`, '`pip lock`:14: not TOML: illegal character in key'],
  ])('%s', async (_, stdout, message) => {
    const { error } = await lockWith(answer(stdout));
    expect(error).toMatchObject({ code: 'pip-output', exitCode: 3, message });
  });

  test('what was taken for a lock is shown when pip fails', async () => {
    const { said } = await lockWith(answer('lock-version = is what a build printed\n', 1));
    expect(said).toContain('lock-version = is what a build printed\n');
  });
});
