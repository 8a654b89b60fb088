import { existsSync, watch } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { BINARY, runProvpin, startProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createSetting, entryLine, idsOf, type Setting } from './setting.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const widget = makeWheel({ name: 'widget' });
const gadget = makeWheel({ name: 'gadget' });
const before = `# ours\n${entryLine('gadget', recorded)}`;
const after = before + entryLine('widget', recorded);

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  await setting.lock([widget, gadget]);
  await setting.workspace.write('.provenance.txt', before);
});
afterEach(async () => setting.close());

const text = async () => setting.workspace.read('.provenance.txt');

describe('a TOFU run that is killed', () => {
  const KILLS = 200;
  const AT_ONCE = 4;

  test(`leaves the old file or the new one, ${KILLS} times, and the next run is in no way hindered`, async () => {
    const started = performance.now();
    expect(await setting.check(['--tofu'])).toMatchObject({ exitCode: 0 });
    const duration = performance.now() - started;
    const found = await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, worker) => {
        const project = await openProject(worker);
        const texts: string[] = [];
        for (let kill = 0; kill < KILLS / AT_ONCE; kill += 1)
          texts.push(await killOnce(project, duration, kill));
        await writeFile(join(project, '.provenance.txt'), before);
        expect(await setting.check(['--tofu'], { cwd: project })).toMatchObject({ exitCode: 0 });
        return [...texts, await readFile(join(project, '.provenance.txt'), 'utf8')];
      }),
    );
    expect(new Set(found.flat())).toEqual(new Set([before, after]));
  }, 300_000);
});

/** A directory of its own for each worker; one index and one cache for all. */
async function openProject(worker: number) {
  const project = join(setting.workspace.directory, `project-${worker}`);
  await mkdir(project);
  for (const name of ['pylock.toml', 'root.json'])
    await symlink(join(setting.workspace.project, name), join(project, name));
  return project;
}

/** Kills at a random moment of the run, or of the writing: once the file that will be the new one is there. */
async function killOnce(project: string, duration: number, kill: number): Promise<string> {
  const path = join(project, '.provenance.txt');
  await writeFile(path, before);
  const running = setting.start(['--tofu'], { cwd: project });
  if (kill % 2 === 0) {
    await Promise.race([sleep(Math.random() * duration), running.finished]);
  } else {
    await writingBegins(project, running.finished);
    const moment = performance.now() + Math.random() * 3;
    while (performance.now() < moment); // a timer is too coarse for what takes a millisecond
  }
  running.kill('SIGKILL');
  await running.finished;
  return readFile(path, 'utf8');
}

/** Resolves when a temporary file appears in a directory, or the program is over. */
async function writingBegins(directory: string, finished: Promise<unknown>): Promise<void> {
  const abort = new AbortController();
  const appeared = new Promise<void>((resolve) => {
    watch(directory, { signal: abort.signal }, (_, name) => {
      if (name?.endsWith('.tmp') === true) resolve();
    });
  });
  await Promise.race([appeared, finished]);
  abort.abort();
}

describe('an interrupt', () => {
  test.for([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s while pip runs ends both, quietly, and records nothing', async ([signal, exitCode]) => {
    const python = await fakePython(setting.workspace.directory, {
      answers: [{ when: '^pip .*lock', stderr: 'Collecting widget\n', hangs: true }],
    });
    const running = startProvpin(setting.workspace, ['--tofu', 'widget', '-i', setting.index.simpleUrl], {
      env: { PATH: `${python.bin}:${setting.workspace.env['PATH'] ?? ''}` },
    });
    await expect.poll(async () => (await python.calls()).length, { timeout: 20_000 }).toBe(2);
    running.kill(signal);
    const { stdout, stderr, ...ended } = await running.finished;
    expect([ended.exitCode, stdout]).toEqual([exitCode, '']);
    expect(stderr).not.toMatch(/at .*\.(?:js|ts):\d+|unexpected/);
    expect(await text()).toBe(before);
    const { stdout: processes } = await setting.workspace.run('ps', ['-eo', 'args']);
    expect(processes).not.toContain(setting.workspace.directory);
  });

  test('while an index hangs it ends at once, and records nothing', async () => {
    setting.index.fail('/simple/', { kind: 'hang' });
    const running = setting.start(['--tofu']);
    await expect.poll(() => setting.index.requests.length, { timeout: 20_000 }).toBeGreaterThan(0);
    running.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running.finished;
    expect([exitCode, stdout, stderr]).toEqual([130, '', '']);
    expect(await text()).toBe(before);
  });
});

describe('a provenance file that cannot be written', () => {
  const unwritable = /^error: `[^`]+` cannot be written: [^\n]+\nhint: nothing was recorded[^\n]+\n$/;

  test('no space left: the old file stays', async () => {
    // A file size limit stops a write in its middle, as a full disk does. Blocks of 512 bytes.
    const files = Array.from({ length: 100 }, (_, i) => makeWheel({ name: `package-${i}` }));
    setting.publish(files);
    await setting.lock([gadget, ...files]);
    await setting.check(['--tofu']); // fills the cache
    await setting.workspace.write('.provenance.txt', before);
    const args = [
      '-L',
      'pylock.toml',
      '--trusted-root',
      'root.json',
      '--tofu',
      '-i',
      setting.index.simpleUrl,
    ];
    const limited = await setting.workspace.run(
      'sh',
      ['-c', `ulimit -f 8; trap '' XFSZ; exec "$@"`, 'sh', process.execPath, BINARY].concat(args),
    );
    expect(limited.exitCode).toBe(3);
    expect(limited.stdout).toContain('101 packages: 1 verified, 100 unavailable\n');
    expect(limited.stderr).toMatch(unwritable);
    expect(await text()).toBe(before);
    expect(await readdir(setting.workspace.project)).not.toContainEqual(expect.stringMatching(/^\.provpin-/));
  });

  test('a folder that is not there', async () => {
    const { exitCode, stdout, stderr } = await setting.check([
      '--tofu',
      '--provenance-file',
      'missing/who.txt',
    ]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: `--provenance-file`: there is no directory `missing`\n/);
  });

  test('a file in the place of its folder', async () => {
    const { exitCode, stderr } = await setting.check(['--tofu', '--provenance-file', 'root.json/who.txt']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: `--provenance-file`: there is no directory `root\.json`\n/);
  });

  test('a directory that must not be written', async () => {
    const { directory, project } = setting.workspace;
    await chmod(directory, 0o755);
    await chmod(project, 0o555);
    const args = [
      '-L',
      'pylock.toml',
      '--trusted-root',
      'root.json',
      '--tofu',
      '--no-cache',
      '-i',
      setting.index.simpleUrl,
    ];
    const { exitCode, stderr } = await setting.workspace.run('sh', [
      '-c',
      `[ "$(id -u)" = 0 ] && exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; exec "$@"`,
      'sh',
      process.execPath,
      BINARY,
      ...args,
    ]);
    await chmod(project, 0o755);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/cannot be written: EACCES/);
    expect(stderr).toMatch(unwritable);
    expect(await text()).toBe(before);
  });

  test('a directory in its place', async () => {
    await mkdir(join(setting.workspace.project, 'folder'));
    const { exitCode, stderr } = await setting.check(['--tofu', '--provenance-file', 'folder']);
    expect([exitCode, stderr]).toEqual([2, 'error: `--provenance-file`: `folder` is a directory\n']);
  });
});

test('no home directory at all: pip locks, the check passes, nothing is left behind', async () => {
  const lock = await readFile(join(setting.workspace.project, 'pylock.toml'), 'utf8');
  const python = await fakePython(setting.workspace.directory, { lock });
  const { exitCode, stderr } = await runProvpin(
    setting.workspace,
    ['--tofu', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl, 'widget'],
    { env: { PATH: `${python.bin}:${setting.workspace.env['PATH'] ?? ''}`, HOME: '', XDG_CACHE_HOME: '' } },
  );
  expect([exitCode, await text()]).toEqual([0, after]);
  expect(stderr).toContain('warning: there is no home directory');
  expect(await readdir(join(setting.workspace.directory, 'tmp'))).toEqual([]);
  expect(existsSync(join(setting.workspace.directory, 'home', '.cache'))).toBe(false);
});
