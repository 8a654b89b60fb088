import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { findPython } from '../../src/lock-source/find-python.ts';
import { fakePython } from './fake-python.ts';
import { createWorkspace, networkEnvironment, scrub, type Workspace } from './workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await createWorkspace();
});
afterEach(async () => workspace.remove());

describe('a workspace', () => {
  test('gives programs nothing of the machine but PATH', async () => {
    const { stdout } = await workspace.run(process.execPath, ['-p', 'JSON.stringify(process.env)'], {
      env: { EXTRA: '1' },
    });
    const env: unknown = JSON.parse(stdout);
    expect(env).toEqual({ ...workspace.env, EXTRA: '1' });
    expect(workspace.env['HOME']).toBe(join(workspace.directory, 'home'));
  });

  test('gives output, input and the way it ended', async () => {
    const echo = 'process.stdin.pipe(process.stdout).on("finish", () => {}); process.exitCode = 3';
    expect(await workspace.run(process.execPath, ['-e', echo], { input: 'text' })).toEqual({
      exitCode: 3,
      signal: null,
      stdout: 'text',
      stderr: '',
    });
    const running = workspace.start(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    running.kill('SIGKILL');
    expect(await running.finished).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  test('keeps files in its project, and removes them', async () => {
    const path = await workspace.write('deep/file.txt', 'content');
    expect(path).toBe(join(workspace.project, 'deep/file.txt'));
    expect(await workspace.read('deep/file.txt')).toBe('content');
    await workspace.remove();
    expect(existsSync(workspace.directory)).toBe(false);
  });
});

test('scrub replaces what differs from run to run', () => {
  const text = `${workspace.project}/a at http://127.0.0.1:4321/simple/ ${'0a'.repeat(32)} 2026-01-02T03:04:05Z in 1.5s`;
  expect(scrub(text, workspace)).toBe(
    '<workspace>/project/a at http://<index>/simple/ <sha256> <time> in <duration>',
  );
});

test('networkEnvironment takes CA bundles and proxies, and nothing else', () => {
  const env = { PIP_CERT: '/ca.pem', https_proxy: 'http://proxy', HOME: '/root', PIP_TARGET: 'x' };
  expect(networkEnvironment(env)).toEqual({ PIP_CERT: '/ca.pem', https_proxy: 'http://proxy' });
});

describe('a fake python', () => {
  test('locks as pip does: progress and lock on stdout, the warning on stderr', async () => {
    const python = await fakePython(workspace.directory, { lock: 'lock-version = "1.0"\n' });
    const args = ['-m', 'pip', 'lock', '-o', '-', '-r', "it's.txt"];
    const { exitCode, stdout, stderr } = await workspace.run(python.path, args);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Collecting [^]*\nlock-version = "1.0"\n$/);
    expect(stderr).toContain('experimental');
    expect(await python.calls()).toMatchObject([{ args, cwd: workspace.project }]);
  });

  test.for([
    [{}, '-m pip --version', 0, 'pip 26.3 from'],
    [{ pipVersion: '23.2' }, '-m pip --version', 0, 'pip 23.2 from'],
    [{ pipVersion: null }, '-m pip --version', 1, 'No module named pip'],
    [{}, '-c pass', 0, '[[3, 11], "26.3"]'],
    [{ pythonVersion: '3.9', pipVersion: null }, '-c pass', 0, '[[3, 9], null]'],
    [{}, '-m venv x', 97, 'no answer to `venv x`'],
    [{ lock: 'lock-version' }, '/tmp/pip.whl/pip --python x lock y', 0, 'lock-version'],
    [{ answers: [{ when: 'lock', stderr: 'ERROR: no\n', exitCode: 1 }] }, '-m pip lock x', 1, 'ERROR: no'],
  ] as const)('%j is asked %s', async ([options, line, status, words]) => {
    const python = await fakePython(workspace.directory, options);
    const { exitCode, stdout, stderr } = await workspace.run('python3', line.split(' '), {
      env: { PATH: python.bin },
    });
    expect(exitCode).toBe(status);
    expect(stdout + stderr).toContain(words);
  });

  test('is found and asked by our own code', async () => {
    const python = await fakePython(workspace.directory, { pipVersion: '26.3' });
    const options = { env: { PATH: python.bin }, cwd: workspace.project, platform: process.platform };
    expect(await findPython(options)).toMatchObject({ command: python.path, version: [3, 11], pip: '26.3' });
  });

  test('hangs when told so', async () => {
    const python = await fakePython(workspace.directory, {
      answers: [{ when: 'lock', stdout: 'Collecting\n', hangs: true }],
    });
    const running = workspace.start(python.path, ['-m', 'pip', 'lock']);
    await expect.poll(async () => (await python.calls()).length).toBe(1);
    running.kill('SIGTERM');
    expect(await running.finished).toMatchObject({ exitCode: null, signal: 'SIGTERM' });
  });
});
