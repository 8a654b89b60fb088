import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProcess, type ProcessOptions } from '../src/run-process.ts';

const here: ProcessOptions = { cwd: process.cwd(), env: {} };
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** Runs a program that is written in JavaScript. */
function runScript(script: string, options: Partial<ProcessOptions> = {}, args: readonly string[] = []) {
  return runProcess(process.execPath, ['-e', script, ...args], { ...here, ...options });
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'provpin-run-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('how a program ended', () => {
  test.each([
    ['exit 0', 'process.exit(0)', { kind: 'exited', exitCode: 0 }],
    ['exit 3', 'process.exit(3)', { kind: 'exited', exitCode: 3 }],
    ['a signal', 'process.kill(process.pid, "SIGKILL")', { kind: 'killed', signal: 'SIGKILL' }],
  ])('%s', async (_, script, expected) => {
    expect(await runScript(script)).toMatchObject(expected);
  });

  test.each([
    ['no such program', 'no-such-program', 'ENOENT'],
    ['no program at all', process.cwd(), 'EACCES'],
  ])('%s', async (_, command, code) => {
    expect(await runProcess(command, [], here)).toEqual({ kind: 'not-started', code });
  });

  test('a file that may not be run', async () => {
    const path = join(directory, 'plain.txt');
    await writeFile(path, 'text', { mode: 0o644 });
    expect(await runProcess(path, [], here)).toEqual({ kind: 'not-started', code: 'EACCES' });
  });

  test('a directory that does not exist', async () => {
    const result = await runScript('', { cwd: join(directory, 'nowhere') });
    expect(result).toEqual({ kind: 'not-started', code: 'ENOENT' });
  });

  test('after its time', async () => {
    expect(await runScript('setInterval(() => {}, 1000)', { timeout: 1 })).toEqual({ kind: 'timed-out' });
  });

  test('by our signal, once it runs', async () => {
    const controller = new AbortController();
    const result = await runScript('console.log("ready"); setInterval(() => {}, 1000)', {
      signal: controller.signal,
      onStdout: () => controller.abort(),
    });
    expect(result).toEqual({ kind: 'aborted' });
  });

  test('by a signal that was given before it began', async () => {
    const result = await runScript('setInterval(() => {}, 1000)', { signal: AbortSignal.abort() });
    expect(result).toEqual({ kind: 'aborted' });
  });
});

/** Starts another program, which has both pipes and goes on for a minute, says which, and then does something itself. */
const startingAnother = (then: string) => `
  const args = ["-e", "setTimeout(() => {}, 60_000)"];
  const another = require("child_process").spawn(process.execPath, args, { stdio: "inherit", detached: true });
  another.unref();
  console.error(another.pid);
  ${then}`;
const WAIT = 'setInterval(() => {}, 1000)';

describe('a program that leaves another one behind, which holds its pipes', () => {
  test.each<readonly [string, string, (stop: AbortController) => Partial<ProcessOptions>, string]>([
    ['it was interrupted', WAIT, (stop) => ({ signal: stop.signal }), 'aborted'],
    ['it was interrupted after its own end', '', (stop) => ({ signal: stop.signal }), 'aborted'],
    ['its time was over', WAIT, () => ({ timeout: 3_000 }), 'timed-out'],
    [
      'it said too much',
      `console.log(' '.repeat(100)); ${WAIT}`,
      () => ({ maxOutput: 50 }),
      'too-much-output',
    ],
  ])('is not waited for any more once %s', async (_, then, optionsWith, kind) => {
    const stop = new AbortController();
    let pid = 0;
    const onStderr = (chunk: Uint8Array): void => {
      pid = Number(text(chunk));
      setTimeout(() => stop.abort(), 500);
    };
    const result = await runScript(startingAnother(then), { onStderr, ...optionsWith(stop) });
    expect(result).toEqual({ kind });
    expect(pid).toBeGreaterThan(0);
    expect(process.kill(pid)).toBe(true); // it was still there
  });
});

describe('output', () => {
  test('both pipes are kept, byte for byte', async () => {
    const result = await runScript(
      'process.stdout.write(Buffer.from([0, 255, 10])); process.stderr.write("a\\n\\n")',
    );
    expect(result).toMatchObject({ stdout: Buffer.from([0, 255, 10]), stderr: Buffer.from('a\n\n') });
  });

  test('a callback gets it instead', async () => {
    const chunks: Uint8Array[] = [];
    const result = await runScript('process.stdout.write("out"); process.stderr.write("err")', {
      onStdout: (chunk) => chunks.push(chunk),
    });
    expect(text(Buffer.concat(chunks))).toBe('out');
    expect(result).toMatchObject({ stdout: Buffer.from(''), stderr: Buffer.from('err') });
  });

  test('fifty megabytes on each pipe at once', async () => {
    const size = 50 * 1024 * 1024;
    const result = await runScript(
      `const chunk = Buffer.alloc(1 << 20, "x");
       for (let i = 0; i < 50; i++) { process.stdout.write(chunk); process.stderr.write(chunk); }`,
    );
    expect(result.kind === 'exited' && [result.stdout.byteLength, result.stderr.byteLength]).toEqual([
      size,
      size,
    ]);
  });

  test.each(['stdout', 'stderr'])('too much on %s ends the program', async (pipe) => {
    const endless = `setInterval(() => process.${pipe}.write("x".repeat(1000)), 0)`;
    expect(await runScript(endless, { maxOutput: 10_000 })).toEqual({ kind: 'too-much-output' });
  });

  test('as much as may be is not too much', async () => {
    expect(await runScript('process.stdout.write("12345")', { maxOutput: 5 })).toMatchObject({ exitCode: 0 });
    expect(await runScript('process.stdout.write("12345")', { maxOutput: 4 })).toEqual({
      kind: 'too-much-output',
    });
  });

  test('an error of a callback is ours, and ends the program', async () => {
    const result = runScript('console.log("ready"); setInterval(() => {}, 1000)', {
      onStdout: () => {
        throw new Error('from the callback');
      },
    });
    await expect(result).rejects.toThrow('from the callback');
  });
});

describe('input', () => {
  const echo = 'process.stdin.pipe(process.stdout)';

  test('is nothing', async () => {
    expect(await runScript(echo)).toMatchObject({ exitCode: 0, stdout: Buffer.from('') });
  });

  test.each(['words', new Uint8Array([0, 200])])('is %s', async (input) => {
    expect(await runScript(echo, { input })).toMatchObject({ exitCode: 0, stdout: Buffer.from(input) });
  });

  test('that the program does not read is no failure', async () => {
    const result = await runScript('process.exit(0)', { input: 'x'.repeat(1_000_000) });
    expect(result).toMatchObject({ kind: 'exited', exitCode: 0 });
  });
});

test('no shell: arguments stay what they are', async () => {
  const args = ['$HOME', '`id`', '; id', '* ?', '"\'', '', '--x=1 2', 'é\n'];
  const result = await runScript('console.log(JSON.stringify(process.argv.slice(1)))', {}, ['--', ...args]);
  expect(result.kind === 'exited' && JSON.parse(text(result.stdout))).toEqual(args);
});

test('the environment is the given one, and nothing else', async () => {
  const result = await runScript('console.log(JSON.stringify(process.env))', { env: { ONLY: 'this' } });
  const seen: unknown = result.kind === 'exited' ? JSON.parse(text(result.stdout)) : undefined;
  expect(seen).toEqual({ ONLY: 'this' });
});
