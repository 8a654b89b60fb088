import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';
import { serveProxy } from '../package-index/loopback.ts';
import { makeWheel } from '../support/distributions.ts';
import { fakePython, type FakePython, type FakePythonOptions } from '../support/fake-python.ts';
import { pylock } from '../support/pylock.ts';
import { cachedPip, environmentThatLocks } from '../support/python.ts';
import { BINARY, runProvpin, startProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type RunResult } from '../support/workspace.ts';
import { createSetting, entryLine, idsOf, parseReport, type Setting } from './setting.ts';

const widget = makeWheel({ name: 'widget', requires: ['gadget'] });
const gadget = makeWheel({ name: 'gadget' });
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
});
afterEach(async () => setting.close());

const environmentOf = ({ bin }: FakePython) => ({
  PATH: [bin, setting.workspace.env['PATH']].join(delimiter),
});

/** Runs the tool with a pip that plays a scenario. */
async function runWith(
  options: FakePythonOptions,
  args: readonly string[],
): Promise<RunResult & { readonly python: FakePython }> {
  const lock = pylock([widget, gadget], { origin: setting.index.origin });
  const python = await fakePython(setting.workspace.directory, { lock, ...options });
  const ours = ['--trusted-root', 'root.json', '-i', setting.index.simpleUrl];
  const result = await runProvpin(setting.workspace, [...args, ...ours], { env: environmentOf(python) });
  return { ...result, python };
}

describe('the arguments', () => {
  beforeEach(async () => {
    for (const name of ['requirements.txt', 'constraints.txt', 'odd name.txt'])
      await setting.workspace.write(name, '');
  });

  test.for([
    [['widget'], ['widget']],
    [
      ['--tofu', '-r', 'requirements.txt', '--format=json', '-c', 'constraints.txt', 'gadget'],
      ['-r', 'requirements.txt', '-c', 'constraints.txt', 'gadget'],
    ],
    [
      ['--group', 'dev', '-e', '.', '--tofu', '-e', './lib[extra]'],
      ['--group', 'dev', '-e', '.', '-e', './lib[extra]'],
    ],
    [
      ['-r', 'odd name.txt', '$(touch x)', '`id`', 'a;b'],
      ['-r', 'odd name.txt', '$(touch x)', '`id`', 'a;b'],
    ],
    [
      ['-vv', '--pre', '--', '--tofu', '-L'],
      ['-vv', '--pre', '--tofu', '-L'],
    ],
    [
      ['widget>=1,<2', 'gadget @ https://example.org/x'],
      ['widget>=1,<2', 'gadget @ https://example.org/x'],
    ],
  ] as const)('%j', async ([argv, pips]) => {
    // What follows `--` is pip's alone, so our own options come first.
    const lock = pylock([widget], { origin: setting.index.origin });
    const python = await fakePython(setting.workspace.directory, { lock });
    const ours = ['--trusted-root', 'root.json', '-i', setting.index.simpleUrl];
    await runProvpin(setting.workspace, [...ours, ...argv], { env: environmentOf(python) });
    const [, call] = await python.calls();
    expect(call?.args.slice(2)).toEqual(['lock', '-o', '-', '-i', setting.index.simpleUrl, ...pips]);
    expect(call?.cwd).toBe(setting.workspace.project);
  });

  test('`--python` comes before the name of the command, where pip takes it', async () => {
    const { python } = await runWith({}, ['widget', '--python', '/opt/python']);
    const [, call] = await python.calls();
    expect(call?.args.slice(2, 8)).toEqual(['--python', '/opt/python', 'lock', '-o', '-', 'widget']);
  });

  test.for([
    [[], 'there is nothing to check'],
    [['-qo', 'pylock.toml', 'widget'], "pip's own `--output`"],
    [['--tofu=yes', 'widget'], '`--tofu` takes no value'],
    [['widget', '--format'], '`--format` needs a value'],
  ] as const)('%j is refused', async ([args, words]) => {
    const { exitCode, stdout, stderr } = await runProvpin(setting.workspace, args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(words);
  });

  test('--help and --version need no pip, and write to stdout', async () => {
    const help = await runProvpin(setting.workspace, ['--help'], { env: { PATH: '' } });
    expect([help.exitCode, help.stderr]).toEqual([0, '']);
    for (const option of ['--tofu', '--strict', '-L, --lock-path', '--attestations-from', '--pin'])
      expect(help.stdout).toContain(option);
    expect(Math.max(...help.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(100);
    const version = await runProvpin(setting.workspace, ['--version'], { env: { PATH: '' } });
    expect(version.stdout).toMatch(/^provpin \d+\.\d+\.\d+\n$/);
  });
});

describe('what pip says', () => {
  test('goes to stderr; the report alone to stdout', async () => {
    const { exitCode, stdout, stderr } = await runWith({}, ['--tofu', '--format', 'json', 'widget']);
    expect(exitCode).toBe(0);
    expect(parseReport(stdout).summary).toMatchObject({ packages: 2, recorded: 2 });
    expect(stderr).toContain('Collecting widget\n  Downloading widget-1.0.0-py3-none-any.whl');
    expect(stderr).toContain('experimental');
    expect(stderr).not.toContain('lock-version');
    expect(await setting.workspace.read('.provenance.txt')).toBe(
      entryLine('gadget', recorded) + entryLine('widget', recorded),
    );
  });

  test('of a failure is shown, and the code is 3', async () => {
    const failing = {
      when: '^pip .*lock',
      stderr: 'ERROR: No matching distribution found for widget\n',
      exitCode: 1,
    };
    const { exitCode, stdout, stderr } = await runWith({ answers: [failing] }, ['--tofu', 'widget']);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      /^ERROR: No matching distribution found for widget\nerror: `pip lock` failed with exit status 1\nhint: [^\n]+\n$/,
    );
  });

  test.for([
    ['no lock at all', { stdout: 'Collecting widget\n' }, 'printed no lock'],
    ['half a lock', { stdout: 'lock-version = "1.0"\n[[packages]\n' }, 'not TOML'],
    [
      'a lock without names',
      { stdout: 'lock-version = "1.0"\ncreated-by = "pip"\n[[packages]]\n' },
      '`packages[0].name`',
    ],
  ] as const)('%s is not a check that passed', async ([, answer, words]) => {
    const { exitCode, stdout, stderr } = await runWith({ answers: [{ when: '^pip .*lock', ...answer }] }, [
      'widget',
    ]);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(words);
  });

  test('commands no terminal and no CI runner', async () => {
    const hostile = [
      '\u001B[31mred\u001B[0m \u001B]0;title\u0007 \u009B2J \u202Eevil',
      '::error file=a.py::forged',
      '  ::set-output name=x::y',
      'text ##[error]forged ##vso[task.setvariable variable=x]y',
      'over\rwritten',
    ];
    const { exitCode, stderr } = await runWith({ progress: hostile.map((text) => `${text}\n`).join('') }, [
      '--tofu',
      'widget',
    ]);
    expect(exitCode).toBe(0);
    expect(stderr.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stderr).not.toMatch(/^\s*::/m);
    expect(stderr).not.toMatch(/##[a-z]*\[/);
    expect(stderr).toContain('\\u{1b}[31mred');
    expect(stderr).toContain('error file=a.py::forged');
  });

  test('in megabytes dead-locks nothing', async () => {
    const noise = 'Collecting something\n'.repeat(100_000);
    const packages = Array.from(
      { length: 20_000 },
      (_, i) => `[[packages]]\nname = "local-${i}"\ndirectory = { path = "." }\n`,
    );
    const lock = `lock-version = "1.0"\ncreated-by = "pip"\n${packages.join('')}`;
    const { exitCode, stdout, stderr } = await runWith(
      { answers: [{ when: '^pip .*lock', stdout: noise + lock, stderr: noise }] },
      ['widget'],
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain('20000 packages: 20000 not covered');
    expect(stderr.length).toBe(2 * noise.length);
  });

  test('is shown at once, though it does not end its line: it may be a question', async () => {
    const python = await fakePython(setting.workspace.directory, {
      answers: [{ when: '^pip .*lock', stdout: 'User for index.example.org: ', hangs: true }],
    });
    const child = spawn(process.execPath, [BINARY, 'widget'], {
      cwd: setting.workspace.project,
      env: { ...setting.workspace.env, ...environmentOf(python) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const chunk = await new Promise<Buffer>((resolve) => child.stderr.once('data', resolve));
    expect(chunk.toString()).toBe('User for index.example.org: ');
    child.kill('SIGINT');
    await once(child, 'close');
  });

  test('--quiet has it say less', async () => {
    const { python } = await runWith({}, ['--quiet', 'widget']);
    const [, call] = await python.calls();
    expect(call?.env['PIP_QUIET']).toBe('1');
  });
});

test('the trusted root is refreshed while pip runs', { timeout: 30_000 }, async () => {
  const proxy = await serveProxy(403);
  const python = await fakePython(setting.workspace.directory, {
    answers: [{ when: '^pip .*lock', hangs: true }],
  });
  const running = startProvpin(setting.workspace, ['--tofu', 'widget', '-i', setting.index.simpleUrl], {
    env: { ...environmentOf(python), HTTPS_PROXY: proxy.url.href },
  });
  const hosts = () => proxy.requests.map(({ url }) => url);
  await expect.poll(hosts, { timeout: 20_000 }).toContain('tuf-repo-cdn.sigstore.dev:443');
  await expect.poll(async () => (await python.calls()).length, { timeout: 20_000 }).toBe(2);
  running.kill('SIGINT');
  expect(await running.finished).toMatchObject({ exitCode: 130 });
  await proxy.close();
});

const pip = await cachedPip();
/** As in the cache directory, named by its hash. */
const WHEEL = join('pip', PINNED_PIP.sha256, PINNED_PIP.filename);

describe('which pip', () => {
  test.for(['25.1', '25.1.1', '26.3', '100.0'])("the user's own %s locks", async (pipVersion) => {
    const { exitCode, python } = await runWith({ pipVersion }, ['--tofu', 'widget']);
    expect(exitCode).toBe(0);
    expect((await python.calls()).map(({ args }) => args[0])).toEqual(['-c', '-c']);
    expect(setting.index.requests.filter(({ path }) => path.includes('pip'))).toEqual([]);
  });

  test.skipIf(pip === undefined).for(['23.2.1', '25.0', null])(
    'with pip %j the pinned one is fetched through the index, once, and run from its wheel',
    async (pipVersion) => {
      if (pip === undefined) return;
      setting.index.publish(pip);
      const answers = [{ when: '^pip lock', stdout: pylock([widget], { origin: setting.index.origin }) }];
      const { exitCode, python } = await runWith({ pipVersion, answers }, ['--tofu', 'widget']);
      expect(exitCode).toBe(0);
      const [, call] = await python.calls();
      const wheel = join(setting.workspace.env['XDG_CACHE_HOME'] ?? '', 'provpin', WHEEL);
      expect(call?.args[0]).toBe(join(wheel, 'pip'));
      expect(call?.args.slice(1, 5)).toEqual(['lock', '-o', '-', 'widget']);
      setting.index.clearRequests();
      await runWith({ pipVersion, answers }, ['widget']);
      expect(setting.index.requests.filter(({ path }) => path.includes('pip-'))).toEqual([]);
      await writeFile(wheel, 'changed');
      expect(await runWith({ pipVersion, answers }, ['widget'])).toMatchObject({ exitCode: 0 });
      expect(setting.index.requests.filter(({ path }) => path.includes('/files/pip-'))).toHaveLength(1);
    },
  );

  test('an index without it is named, with what it is for', async () => {
    const { exitCode, stderr } = await runWith({ pipVersion: '23.2.1' }, ['widget']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(
      /^error: `pip-[^`]+` cannot be fetched: .*\/simple\/pip\/`\nhint: .*`--lock-path`\n$/,
    );
  });

  test('another wheel under that name is not run', async () => {
    const forged = makeWheel({ name: 'pip', version: PINNED_PIP.version });
    setting.index.publish(forged);
    const { exitCode, stdout, stderr, python } = await runWith({ pipVersion: '23.2.1' }, [
      '--tofu',
      'widget',
    ]);
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toContain(PINNED_PIP.filename);
    expect((await python.calls()).length).toBe(1);
  });

  test('an index that says the right hash and sends another wheel is found out', async () => {
    const forged = makeWheel({ name: 'pip', version: PINNED_PIP.version });
    setting.index.publish({ ...forged, sha256: PINNED_PIP.sha256 });
    const { exitCode, stderr, python } = await runWith({ pipVersion: '23.2.1' }, ['--tofu', 'widget']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('has another sha256');
    expect((await python.calls()).length).toBe(1);
  });

  test('a Python that is too old for the pinned pip is told so', async () => {
    const { exitCode, stderr } = await runWith({ pythonVersion: '3.8', pipVersion: '23.2' }, ['widget']);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/is Python 3\.8, and its pip cannot lock\nhint: use Python 3\.10 or later/);
  });

  test('no Python at all is a clear error', async () => {
    const empty = join(setting.workspace.directory, 'empty');
    await mkdir(empty);
    const { exitCode, stdout, stderr } = await runProvpin(setting.workspace, ['widget'], {
      env: { PATH: empty },
    });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error: no Python was found on `PATH`\nhint: [^\n]*`--lock-path`\n$/);
  });
});

const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

test.skipIf(!canLock)('a real pip locks for us, and what it resolves is recorded and holds', async () => {
  const env = (await environmentThatLocks(setting.workspace)) ?? {};
  await setting.workspace.write('requirements.txt', `--index-url ${setting.index.simpleUrl}\nwidget\n`);
  const run = async (...args: readonly string[]) =>
    runProvpin(setting.workspace, ['--trusted-root', 'root.json', ...args, '-r', 'requirements.txt'], {
      env,
    });
  const first = await run('--tofu');
  expect(first.exitCode).toBe(0);
  expect(first.stderr).toContain('Collecting widget');
  expect(await setting.workspace.read('.provenance.txt')).toBe(
    entryLine('gadget', recorded) + entryLine('widget', recorded),
  );
  setting.index.attest(gadget.filename, undefined);
  expect(await run('--no-cache')).toMatchObject({ exitCode: 1 });
  expect(await run()).toMatchObject({ exitCode: 0 });
});
