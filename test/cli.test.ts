import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { run } from '../src/cli.ts';
import { CHECK_OPTIONS } from '../src/commands/options.ts';
import { VERSION } from '../src/version.ts';
import { checkInProcess } from './commands/check-in-process.ts';
import { runInProcess } from './support/run-in-process.ts';
import { createSetting, type Setting } from './e2e/setting.ts';
import { makeWheel } from './support/distributions.ts';

/** In the place of a stream's. */
const writeNothing = (_text: unknown, done: unknown): boolean => {
  if (typeof done === 'function') Reflect.apply(done, undefined, []);
  return true;
};

/** An environment that does something when it is first looked at: in the middle of a run. */
function environmentThat(acts: () => void): Record<string, string> {
  return new Proxy({}, { get: acts });
}

describe('without anything to check', () => {
  test('--version and --help print on stdout', async () => {
    expect(await runInProcess(['--version'])).toEqual({
      exitCode: 0,
      stdout: `provpin ${VERSION}\n`,
      stderr: '',
    });
    const { exitCode, stdout } = await runInProcess(['-h']);
    expect(exitCode).toBe(0);
    for (const [name, { hidden }] of Object.entries(CHECK_OPTIONS))
      expect(stdout.includes(`--${name} `) || stdout.includes(`--${name}\n`)).toBe(hidden !== true);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test.each([
    ['no arguments', [], 'there is nothing to check', ''],
    ['an option without its value', ['--format'], '`--format` needs a value', ''],
    ['a value that is no number', ['--concurrency', 'x', 'a'], '`--concurrency` takes a whole number', ''],
    ['a format that there is not', ['--format', 'xml', 'a'], 'xml', 'text'],
    ['a report format that there is not', ['--report', 'xml=a', 'a'], 'xml', 'text'],
    ['an escape sequence', ['--pin', '\u001b[2J', 'a'], String.raw`\u{1b}[2J`, 'none'],
  ])('%s is a usage error', async (_, argv, message, hint) => {
    const { exitCode, stdout, stderr } = await runInProcess(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: [^\n]+\n(?:hint: [^\n]+\n)*$/);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  test.each([
    [['-L', 'pylock.toml', 'git+https://u:SECRET@h/x.git']],
    [['-L', 'pylock.toml', `git+https://${'SECRET'.repeat(50)}@h/x.git`]],
    [['-L', 'pylock.toml', '--indx-url=https://u:SECRET@h/simple']],
    [['-L', 'https://u:SECRET@h/pylock.toml']],
    [['--report', 'https://u:SECRET@h/r', 'a']],
    [['--output', 'https://u:SECRET@h/lock.toml', 'a']],
  ])('a password in %j is not shown', async (argv) => {
    const ran = await runInProcess(argv);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(/^error: [^\n]*\/\/?\*\*\*\*@h\//);
    expect(ran.stderr).not.toContain('SECRET');
  });

  test('a password with a space in it, at which pip splits its variable, is not shown', async () => {
    const env = { PIP_EXTRA_INDEX_URL: 'https://u:SECRET PW@host/simple' };
    const { exitCode, stderr } = await runInProcess(['-L', 'pylock.toml'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the index `https://****` is not a URL');
    expect(stderr).not.toContain('SECRET');
  });

  test('what nobody foresaw is shown as a bug, in printable text, and exits with 3', async () => {
    const env = environmentThat(() => {
      throw new Error('broken \u001b[31m');
    });
    const ran = await runInProcess(['requests'], { env });
    expect(ran).toMatchObject({ exitCode: 3, stdout: '' });
    expect(ran.stderr).toMatch(/^error: unexpected: broken \\u\{1b\}\[31m\n {2}Error: broken/);
    expect(ran.stderr).toMatch(/\nhint: this is a bug in provpin; please report it with the lines above\n$/);
  });

  test('a report that cannot be written is an error', async () => {
    const ran = await runInProcess(['--version'], {
      stdout: async () => Promise.reject(new Error('no space left')),
    });
    expect(ran).toMatchObject({ exitCode: 3, stderr: 'error: stdout cannot be written: no space left\n' });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    '%s ends a run with its exit code, and the process when that takes too long',
    async (signal, exitCode) => {
      vi.useFakeTimers({ toFake: ['setTimeout'] });
      const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
      const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
        throw new Error('ended');
      });
      const before = process.listeners(signal);
      const interrupt = (): void => {
        const ours = process.listeners(signal).filter((listener) => !before.includes(listener));
        for (const listener of ours) Reflect.apply(listener, process, [signal]);
      };
      const env = environmentThat(() => {
        interrupt();
        expect(kill).not.toHaveBeenCalled();
        vi.advanceTimersByTime(9_999);
        expect(interrupt).toThrow('ended');
        expect(exit).toHaveBeenCalledWith(exitCode);
        vi.advanceTimersByTime(1);
        expect(kill).toHaveBeenCalledWith(process.pid, signal);
        throw new Error('interrupted');
      });
      expect(await runInProcess(['requests'], { env })).toMatchObject({ exitCode, stderr: '' });
      expect(process.listeners(signal)).toEqual(before);
      vi.useRealTimers();
      vi.restoreAllMocks();
    },
  );

  describe('as the process itself', () => {
    afterEach(() => vi.restoreAllMocks());

    test('it writes to stdout and stderr', async () => {
      const stdout = vi.spyOn(process.stdout, 'write').mockImplementation(writeNothing);
      const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(await run(['--version'])).toBe(0);
      expect(stdout.mock.calls[0]?.[0]).toBe(`provpin ${VERSION}\n`);
      expect(await run(['--format'])).toBe(2);
      expect(stderr.mock.calls[0]?.[0]).toMatch(/^error: /);
    });

    test('it ends when the reader of its stdout has gone away', async () => {
      vi.spyOn(process.stdout, 'write').mockImplementation(() => {
        process.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }));
        return false;
      });
      expect(await run(['--version'])).toBe(0);
    });

    test('it says when its stdout cannot be written', async () => {
      vi.spyOn(process.stdout, 'write').mockImplementation(() => {
        process.stdout.emit('error', Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
        return false;
      });
      const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(await run(['--version'])).toBe(3);
      expect(stderr.mock.calls[0]?.[0]).toBe('error: stdout cannot be written: disk full\n');
    });
  });
});

describe('colours', () => {
  let setting: Setting;
  beforeEach(async () => {
    setting = await createSetting();
    const plain = makeWheel({ name: 'plain' });
    setting.publish([plain], null);
    await setting.lock([plain]);
    await setting.workspace.write('.provenance.txt', '');
  });
  afterEach(async () => setting.close());

  test.each([
    ['a terminal has them', {}, true, true],
    ['a pipe has none', {}, false, false],
    ['NO_COLOR takes them away', { NO_COLOR: '1' }, true, false],
    ['NO_COLOR wins', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
    ['FORCE_COLOR brings them', { FORCE_COLOR: '1' }, false, true],
    ['FORCE_COLOR=0 takes them away', { FORCE_COLOR: '0' }, true, false],
    ['FORCE_COLOR=false does', { FORCE_COLOR: 'false' }, true, false],
    ['a dumb terminal has none', { TERM: 'dumb' }, true, false],
  ])('%s', async (_, env, stdoutIsTerminal, colored) => {
    const { stdout } = await checkInProcess(setting, [], {
      env: { NO_COLOR: '', ...env },
      stdoutIsTerminal,
    });
    expect(stdout.includes('\u001b[')).toBe(colored);
  });

  test('a progress line is out of the way of warnings', async () => {
    const { stderr } = await checkInProcess(setting, ['--no-cache'], { showsProgress: true });
    expect(stderr).toContain('\r');
    expect((await checkInProcess(setting, ['--quiet'], { showsProgress: true })).stderr).toBe('');
  });
});
