import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createSetting, entryLine, idsOf, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { LOCK_FORMATS } from '../support/locks.ts';
import { pylock } from '../support/pylock.ts';
import { github } from '../support/signers.ts';
import { runInProcess } from '../support/run-in-process.ts';

const widget = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, sdist]);
  const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
  await setting.workspace.write('.provenance.txt', entryLine('widget', recorded));
});
afterEach(async () => setting.close());

const path = (name: string): string => join(setting.workspace.project, name);
const lockOf = (...files: readonly Distribution[]): string => pylock(files, { origin: setting.index.origin });

/** Runs a command line with a pip that makes this lock, and installs, or fails to. */
async function runWith(lock: string, argv: readonly string[], exitCode = 0) {
  const python = await fakePython(setting.workspace.directory, {
    lock,
    answers: [{ when: '^pip .*install ', stdout: 'Installing\n', exitCode }],
  });
  const ours = ['--trusted-root', path('root.json'), '--provenance-file', path('.provenance.txt')];
  const env = { ...setting.workspace.env, PATH: python.bin };
  const ran = await runInProcess([...argv, ...ours, '-i', setting.index.simpleUrl], { env });
  return { ...ran, installed: (await python.calls()).filter(({ args }) => args.includes('install')) };
}

describe('provpin install', () => {
  test('has pip install what passed the check, by hash, and shows what pip says', async () => {
    const { exitCode, stderr, installed } = await runWith(lockOf(widget, sdist), ['install', 'widget']);
    expect({ exitCode, calls: installed.length }).toEqual({ exitCode: 0, calls: 1 });
    expect(stderr).toContain('Installing\n');
    expect(installed[0]?.args).toEqual(
      expect.arrayContaining(['--no-deps', '--require-hashes', '--only-binary', ':all:']),
    );
  });

  test('installs nothing when the check does not pass', async () => {
    setting.index.attest(sdist.filename, undefined);
    const { exitCode, installed } = await runWith(lockOf(widget, sdist), ['install', 'widget']);
    expect({ exitCode, installed }).toEqual({ exitCode: 1, installed: [] });
  });

  test('says that the check passed when pip fails', async () => {
    const { exitCode, stderr } = await runWith(lockOf(widget), ['install', 'widget'], 1);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/error: `pip install` .*\nhint: the check passed/);
  });

  test('does not build from an sdist, unless without isolation', async () => {
    const refused = await runWith(lockOf(sdist), ['install', 'widget']);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('`widget` has no wheel in the lock');
    expect(refused.installed).toEqual([]);
    const built = await runWith(lockOf(sdist), ['install', '--no-build-isolation', 'widget']);
    expect(built.exitCode).toBe(0);
    expect(built.installed[0]?.args).toContain('--no-cache-dir');
  });

  test('installs a lock that is there, and nothing that is not covered', async () => {
    await setting.workspace.write('pylock.toml', lockOf(widget));
    const ran = await runWith('', ['install', '-L', path('pylock.toml')]);
    expect({ exitCode: ran.exitCode, calls: ran.installed.length }).toEqual({ exitCode: 0, calls: 1 });
    const local = '[[packages]]\nname = "local"\ndirectory = {path = "."}\n';
    await setting.workspace.write('pylock.toml', `${lockOf(widget)}\n${local}`);
    const refused = await runWith('', ['install', '-L', path('pylock.toml')]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('`local` is not covered (a local directory)');
    const offline = await runWith('', ['install', '--offline', '-L', path('pylock.toml')]);
    expect(offline.stderr).toContain('`--offline` cannot install');
  });
});

const { write: pdmLock } = LOCK_FORMATS.find(({ id }) => id === 'pdm') ?? { write: () => '' };
const installFrom = async (text: string, name = 'pdm.lock', more: readonly string[] = []) => {
  await setting.workspace.write(name, text);
  return await runWith('', ['install', '-L', path(name), ...more]);
};
const locked = (...files: readonly Distribution[]) => pdmLock(files, setting.index);

describe('provpin install, of the lock of a tool', () => {
  test('has pip install what an index lists with the sha256 that was checked', async () => {
    const { exitCode, installed } = await installFrom(locked(widget, sdist));
    expect({ exitCode, calls: installed.length }).toEqual({ exitCode: 0, calls: 1 });
    expect(installed[0]?.args.at(-1)).toMatch(/pylock\.toml$/);
  });

  test('takes the groups that are asked for', async () => {
    const text = locked(widget).replace(
      'groups = ["default"]\nstrategy',
      'groups = ["default", "dev"]\nstrategy',
    );
    const { exitCode, stderr, installed } = await installFrom(text, 'pdm.lock', ['--only', 'dev']);
    expect({ exitCode, installed }).toEqual({ exitCode: 0, installed: [] });
    expect(stderr).toContain('is for this environment: pip does not run\n');
  });

  test('says which project it leaves out', async () => {
    const text = 'version = 1\n[[package]]\nname = "demo"\nsource = { editable = "." }\n';
    const { exitCode, stderr, installed } = await installFrom(text, 'uv.lock');
    expect({ exitCode, installed }).toEqual({ exitCode: 0, installed: [] });
    expect(stderr).toMatch(/^`demo` is what `.*uv\.lock` is the lock of, and not installed/);
    const quiet = await installFrom(text, 'uv.lock', ['--quiet']);
    expect(quiet.stderr).not.toContain('is the lock of');
  });

  test('refuses what is not covered, what would be built, and a second lock', async () => {
    const local = '[[package]]\nname = "local"\nversion = "1"\npath = "."\n';
    const uncovered = await installFrom(`${locked(widget)}\n${local}`);
    expect(uncovered).toMatchObject({ exitCode: 2, installed: [] });
    expect(uncovered.stderr).toContain('`local` is not covered (a local directory)');
    const built = await installFrom(locked(sdist));
    expect(built).toMatchObject({ exitCode: 2, installed: [] });
    expect(built.stderr).toContain('`widget` has no wheel in the lock');
    await setting.workspace.write('pylock.toml', lockOf(widget));
    const two = await installFrom(locked(widget), 'pdm.lock', ['-L', path('pylock.toml')]);
    expect(two.stderr).toContain('`provpin install` installs one lock');
  });

  test('installs nothing when the index stops to say where the files are', async () => {
    expect(await installFrom(locked(widget))).toMatchObject({ exitCode: 0 }); // and remembers its provenance
    setting.index.remove(widget.filename);
    const { exitCode, stderr, installed } = await installFrom(locked(widget));
    expect({ exitCode, installed }).toEqual({ exitCode: 3, installed: [] });
    expect(stderr).toContain(`where \`${widget.filename}\` is, no index says: `);
  });
});

describe('--output', () => {
  test('writes the lock with the identities that are verified', async () => {
    const { exitCode, stdout } = await runWith(lockOf(widget), [
      'widget',
      '--output',
      path('pylock.out.toml'),
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`the lock was written to \`${path('pylock.out.toml')}\``);
    const written = await setting.workspace.read('pylock.out.toml');
    expect(written).toContain('attestation-identities');
    expect(written).toContain('acme/widget');
  });

  test('writes nothing when the check does not pass', async () => {
    setting.index.attest(widget.filename, undefined);
    const { exitCode, stdout } = await runWith(lockOf(widget), ['widget', '-o', path('pylock.out.toml')]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('was not written, because the check did not pass');
    await expect(setting.workspace.read('pylock.out.toml')).rejects.toThrow('ENOENT');
  });

  test('says when it cannot be written', async () => {
    await mkdir(path('locks'));
    setting.index.whenAsked('/simple/', () => rmSync(path('locks'), { recursive: true }));
    const { exitCode, stdout, stderr } = await runWith(lockOf(widget), [
      'widget',
      '--no-cache',
      '-o',
      path('locks/pylock.toml'),
    ]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('The check passed.');
    expect(stderr).toContain('hint: the check passed; the lock was not written');
  });

  test('is for one lock, at a place that keeps what is relative to it', async () => {
    await setting.workspace.write('pylock.toml', lockOf(widget));
    await setting.workspace.write('pylock.b.toml', lockOf(widget));
    const locks = ['-L', path('pylock.toml'), '-L', path('pylock.b.toml')];
    const two = await runWith('', [...locks, '-o', path('pylock.out.toml')]);
    expect(two.exitCode).toBe(2);
    expect(two.stderr).toContain('`--output` writes one lock');
    const local = '[[packages]]\nname = "local"\ndirectory = {path = "."}\n';
    await setting.workspace.write('pylock.toml', `${lockOf(widget)}\n${local}`);
    const moved = await runWith('', ['-L', path('pylock.toml'), '-o', join(tmpdir(), 'pylock.toml')]);
    expect(moved.exitCode).toBe(2);
    expect(moved.stderr).toContain('at a path that is relative to the lock');
  });
});
