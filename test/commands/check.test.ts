import { rmSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { pylock } from '../support/pylock.ts';
import { github } from '../support/signers.ts';
import { checkInProcess } from './check-in-process.ts';
import { runInProcess } from '../support/run-in-process.ts';

const widget = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });
const plain = makeWheel({ name: 'plain', version: '2.0' });
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const line = entryLine('widget', recorded);

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, sdist]);
  setting.publish([plain], null);
  await setting.lock([widget, sdist, plain]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await setting.close();
});

const path = (name: string): string => join(setting.workspace.project, name);
const fileText = async (): Promise<string> => setting.workspace.read('.provenance.txt');

/** With `widget` recorded, and a cache. */
const recordedRun = async (...argv: readonly string[]) => {
  await setting.workspace.write('.provenance.txt', line);
  return await checkInProcess(setting, ['--cache-dir', path('cache'), ...argv]);
};

/** Without `-L`: pip locks, or what stands for it. */
const lockWithPip = async (options: Parameters<typeof fakePython>[1], ...argv: readonly string[]) => {
  const python = await fakePython(setting.workspace.directory, options);
  const env = { ...setting.workspace.env, PATH: python.bin, FILENAME: path('.provenance.txt') };
  const trust = ['--trusted-root', path('root.json')];
  const ran = await runInProcess([...trust, ...argv, 'widget', '-i', setting.index.simpleUrl], { env });
  return { ...ran, calls: await python.calls() };
};
const lock = () => pylock([widget, sdist], { origin: setting.index.origin });

describe('a first run', () => {
  test('with TOFU records who signed, and the next one holds', async () => {
    const first = await checkInProcess(setting, ['--verbose'], { env: { TOFU: '1' } });
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    expect(first.stdout).toContain('1 entry added');
    expect(await fileText()).toBe(line);
    const second = await checkInProcess(setting, ['--format', 'json']);
    expect(second.exitCode).toBe(0);
    expect(parseReport(second.stdout).summary).toMatchObject({ packages: 2, verified: 1, unsigned: 1 });
  });

  test('counts the entries that it adds', async () => {
    const gadget = makeWheel({ name: 'gadget' });
    setting.publish([gadget]);
    await setting.lock([widget, gadget]);
    expect((await checkInProcess(setting, ['--tofu'])).stdout).toContain('2 entries added');
  });

  test('without TOFU finds signers that nobody has recorded', async () => {
    await setting.workspace.write('.provenance.txt', '');
    const { exitCode, stdout } = await checkInProcess(setting, ['--format', 'json', '--strict']);
    expect(exitCode).toBe(1);
    expect(rulesOf(parseReport(stdout))).toEqual([
      ['attestation-missing', 'error'],
      ['publisher-unknown', 'error'],
    ]);
  });

  test('records nothing when a package fails of which a file could not be checked', async () => {
    const gadget = makeWheel({ name: 'gadget' });
    const invalid = setting.attestationOf(gadget);
    setting.index.publish(widget, { provenance: invalid });
    setting.index.fail(new RegExp(sdist.filename), { kind: 'status', status: 403 });
    setting.publish([gadget]);
    await setting.lock([widget, sdist, gadget]);
    const { exitCode, stdout } = await checkInProcess(setting, ['--tofu', '--format', 'json']);
    expect(exitCode).toBe(1);
    expect(rulesOf(parseReport(stdout))).toEqual([
      ['attestation-invalid', 'error'],
      ['provenance-unavailable', 'error'],
    ]);
    expect(await readdir(setting.workspace.project)).not.toContain('.provenance.txt');
  });

  test('records nothing when something could not be checked', async () => {
    setting.index.fail(/plain/, { kind: 'status', status: 403 });
    const { exitCode, stdout } = await checkInProcess(setting, ['--tofu', '--format', 'json']);
    expect(exitCode).toBe(3);
    const { summary, packages } = parseReport(stdout);
    expect(summary).toMatchObject({ recorded: 0, unavailable: 2 });
    expect(packages.map(({ status }) => status)).toEqual(['unavailable', 'unavailable']);
    await expect(fileText()).rejects.toThrow('ENOENT');
  });
});

describe('--accept', () => {
  test('replaces the entries of a name, and shows what was there and what is', async () => {
    await setting.workspace.write('.provenance.txt', entryLine('widget', 'https://github.com/acme/old'));
    const { exitCode, stdout } = await checkInProcess(setting, ['--accept', 'widget']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(entryLine('- widget'.slice(2), 'https://github.com/acme/old').trimEnd());
    expect(await fileText()).toBe(line);
  });

  test('of a name that is not in the lock is refused, and nothing is recorded', async () => {
    const { exitCode, stderr } = await checkInProcess(setting, ['--tofu', '--accept', 'absent']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: 'error: `--accept` names `absent`, which is not in the lock\nhint: nothing was recorded\n',
    });
    await expect(fileText()).rejects.toThrow('ENOENT');
  });

  test('of what does not verify is refused', async () => {
    setting.index.attest(sdist.filename, '{}');
    const { exitCode, stdout } = await checkInProcess(setting, ['--accept', 'widget']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('`widget` was not accepted: see its findings');
    await expect(fileText()).rejects.toThrow('ENOENT');
  });
});

describe('files beside the report', () => {
  test('receipts are kept, and read again', async () => {
    await setting.workspace.write('.provenance.txt', line);
    for (let run = 0; run < 2; run += 1) {
      expect((await checkInProcess(setting, ['--receipts', path('receipts.jsonl')])).exitCode).toBe(0);
    }
    const receipts = (await setting.workspace.read('receipts.jsonl')).trimEnd().split('\n');
    expect(receipts).toHaveLength(2);
    await mkdir(path('directory'));
    const { exitCode, stderr } = await checkInProcess(setting, ['--receipts', path('directory')]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^error: `--receipts`: `[^`]*directory` is a directory\n/);
  });

  test('reports are written without colours, or the run says that they could not be', async () => {
    await setting.workspace.write('.provenance.txt', line);
    const argv = ['--report', `json=${path('report.json')}`, '--report', `text=${path('report.txt')}`];
    const { stdout } = await checkInProcess(setting, argv, { env: { NO_COLOR: '', FORCE_COLOR: '1' } });
    expect(stdout).toContain('\u001b[');
    expect(parseReport(await setting.workspace.read('report.json')).outcome).toBe('ok');
    expect(await readFile(path('report.txt'), 'utf8')).not.toContain('\u001b');
    await mkdir(path('reports'));
    setting.index.whenAsked('/simple/', () => rmSync(path('reports'), { recursive: true }));
    const lost = ['--no-cache', '--report', `json=${path('reports/report.json')}`];
    const { exitCode, stderr } = await checkInProcess(setting, lost);
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/^error: the report `[^`]*` cannot be written: ENOENT/);
  });
});

test('an accepted line that asks for less than before is told of', async () => {
  await setting.workspace.write('.provenance.txt', line.replace('\n', ' environment=pypi\n'));
  const { exitCode, stdout } = await checkInProcess(setting, ['--accept', 'widget']);
  expect(stdout).toContain(
    'note: `widget` is now less narrow: `environment` is no longer asked for, since what was verified has none\n',
  );
  expect(exitCode).toBe(0);
  expect(await fileText()).toBe(line);
});

describe('the cache', () => {
  test('answers what is recorded, and offline', async () => {
    expect((await recordedRun()).exitCode).toBe(0);
    setting.index.clearRequests();
    expect((await recordedRun()).exitCode).toBe(0);
    expect(setting.index.requests.filter(({ path: asked }) => asked.includes('widget'))).toEqual([]);
    const { exitCode, stdout } = await recordedRun('--offline', '--format', 'json');
    expect(exitCode).toBe(3);
    expect(parseReport(stdout).summary).toMatchObject({ verified: 1, unavailable: 1 });
  });

  test('is left alone with --no-cache, and missing without a home', async () => {
    expect((await recordedRun('--no-cache')).exitCode).toBe(0);
    await expect(readdir(path('cache'))).rejects.toThrow('ENOENT');
    vi.stubEnv('HOME', '/nonexistent');
    const env = { HOME: '', XDG_CACHE_HOME: '' };
    const { exitCode, stderr } = await checkInProcess(setting, [], { env });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('warning: there is no home directory, and so no cache');
  });
});

describe('the lock of pip', () => {
  test('is checked, and its progress is on stderr, escaped', async () => {
    await setting.workspace.write('.provenance.txt', line);
    const progress = 'Collecting \u001b[31mwidget\n::error::no\n';
    const ran = await lockWithPip({ lock: lock(), progress }, '--cache-dir', path('cache'));
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toContain('1 verified');
    expect(ran.stderr).toContain('Collecting \\u{1b}[31mwidget\n\\u{3a}:error::no\n');
    expect(ran.calls.at(-1)?.args).toEqual(expect.arrayContaining(['lock', '-o', '-', 'widget']));
  });

  test('needs no cache, and is quiet when asked', async () => {
    await setting.workspace.write('.provenance.txt', line);
    const ran = await lockWithPip({ lock: lock() }, '--no-cache', '--quiet');
    expect(ran.exitCode).toBe(0);
    expect(ran.calls.at(-1)?.env['PIP_QUIET']).toBe('1');
  });

  test('that cannot be made ends the run', async () => {
    const failing = { when: '^pip .*lock ', stderr: 'ERROR: no such package\n', exitCode: 1 };
    await setting.workspace.write('.provenance.txt', line);
    const ran = await lockWithPip({ answers: [failing] });
    expect(ran.exitCode).toBe(3);
    expect(ran.stderr).toMatch(/^ERROR: no such package\nerror: /m);
  });

  test('that has unknown keys is warned of', async () => {
    await setting.workspace.write('.provenance.txt', line);
    const newer = lock().replace('lock-version = "1.0"', 'lock-version = "1.1"\nunknown = 1');
    expect((await lockWithPip({ lock: newer })).stderr).toContain('warning: `pip lock` has lock-version 1.1');
  });
});

test('an argument for pip alone has no place beside a lock', async () => {
  const { exitCode, stderr } = await checkInProcess(setting, ['requests']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('`requests` is for `pip lock`');
});
