import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { LOCK_READERS } from '../../src/lock-source/index.ts';
import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { LOCK_FORMATS } from '../support/locks.ts';
import { pylock } from '../support/pylock.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github, gitlab } from '../support/signers.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const wheels = ['py3-none-any', 'cp312-cp312-win_amd64', 'cp312-cp312-macosx_11_0_arm64'].map((tag) =>
  makeWheel({ name: 'widget', tag }),
);
const widget = [...wheels, makeSdist({ name: 'widget' })];
const gadget = makeWheel({ name: 'gadget' });
const evil = makeWheel({ name: 'widget', tag: 'cp312-cp312-linux_x86_64', content: 'import os' });

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
});
afterEach(async () => setting.close());

async function run(args: readonly string[], withIndex = true) {
  const index = withIndex ? ['--index-url', setting.index.simpleUrl] : [];
  return await runProvpin(setting.workspace, ['--trusted-root', 'root.json', ...args, ...index]);
}

const json = async (...args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await run([...args, '--format', 'json']);
  return { exitCode, stderr, report: parseReport(stdout) };
};

const writeText = async (text: string, name = 'requirements.txt') =>
  await setting.workspace.write(name, text);
const requirement = (...hashes: readonly string[]) =>
  `widget==1.0.0${hashes.map((hash) => ` \\\n  --hash=${hash}`).join('')}\n`;

/** A lock of one of the formats. */
function textOf(id: string, files: readonly Distribution[]): string {
  const format = LOCK_FORMATS.find((candidate) => candidate.id === id);
  return format?.write(files, setting.index) ?? '';
}

/** `gadget` is for development, and `widget` for the project. */
const writeGroups = async () => {
  const text = textOf('pdm', [...wheels, gadget]);
  const [head = '', first = '', second = ''] = text.split(/^(?=\[\[package\]\])/m);
  await setting.workspace.write('pdm.lock', head + first + second.replace('"default"', '"dev"'));
};

test('every format is tried here', () => {
  expect(LOCK_FORMATS.map(({ id }) => id)).toEqual(LOCK_READERS.map(({ id }) => id));
});

describe.each(LOCK_FORMATS.map((format) => [format.name, format] as const))('%s', (name, { write }) => {
  const lock = async (files: Parameters<typeof write>[0]) =>
    await setting.workspace.write(name, write(files, setting.index));

  beforeEach(async () => {
    setting.publish([...widget, gadget]);
    await lock([...widget, gadget]);
  });

  test('every file is checked, and named', async () => {
    const first = await json('-L', name, '--tofu');
    expect(first).toMatchObject({ exitCode: 0, report: { summary: { packages: 2, recorded: 2 } } });
    expect(await setting.workspace.read('.provenance.txt')).toBe(
      entryLine('gadget', recorded) + entryLine('widget', recorded),
    );
    const { exitCode, report } = await json('-L', name);
    expect([exitCode, report.packages[1]?.files.map((file) => file.name)]).toEqual([
      0,
      widget.map(({ filename }) => filename).toSorted(),
    ]);
  });

  test('one bad file among good ones fails, and the lock is named with its line', async () => {
    await json('-L', name, '--tofu');
    setting.publish([evil], null);
    await lock([...widget, evil, gadget]);
    const { exitCode, report } = await json('-L', name);
    const text = (await setting.workspace.read(name)).split('\n');
    const [finding] = report.findings;
    expect([exitCode, finding?.rule, finding?.file, finding?.lock]).toEqual([
      1,
      'attestation-partial',
      evil.filename,
      name,
    ]);
    expect(text.slice((finding?.lockLine ?? 0) - 1, (finding?.lockLine ?? 0) + 5).join('\n')).toContain(
      evil.sha256,
    );
    expect((await run(['-L', name])).stdout).toContain(`line ${finding?.lockLine} of \`${name}\``);
  });

  test('another signer fails', async () => {
    await json('-L', name, '--tofu');
    setting.index.attest(gadget.filename, setting.attestationOf(gadget, { signer: gitlab() }));
    const { exitCode, report } = await json('-L', name, '--no-cache');
    expect([exitCode, rulesOf(report)]).toEqual([1, [['publisher-changed', 'error']]]);
  });

  test('a file that no index has could not be checked', async () => {
    await json('-L', name, '--tofu');
    await lock([...widget, evil, gadget]);
    const { exitCode, report } = await json('-L', name);
    expect([exitCode, rulesOf(report)]).toEqual([3, [['provenance-unavailable', 'error']]]);
    expect(report.findings[0]?.message).toContain('`widget` 1.0.0 could not be checked');
  });

  test('it is the lock of the directory', async () => {
    const { exitCode, stdout, stderr } = await run(['--tofu']);
    expect([exitCode, stderr]).toEqual([0, `checking \`${name}\`, the lock in this directory\n`]);
    expect(stdout).toContain('2 packages: 2 recorded');
  });

  test('it is recognised by its content', async () => {
    await setting.workspace.write('elsewhere/lock.backup', await setting.workspace.read(name));
    expect(await json('-L', 'elsewhere/lock.backup', '--tofu')).toMatchObject({
      exitCode: 0,
      report: { summary: { packages: 2, recorded: 2 } },
    });
  });
});

describe('hashes without names', () => {
  const [wheel] = widget;
  const signed = `sha256:${wheel?.sha256}`;

  beforeEach(async () => {
    setting.publish(widget);
    await setting.workspace.write('.provenance.txt', entryLine('widget', recorded));
  });

  test.each([
    ['no index lists', `sha256:${'0'.repeat(64)}`, 'no index lists a file that has it'],
    ['is no sha256', `sha512:${'0'.repeat(128)}`, 'the lock pins it by sha512'],
  ])('one that %s is not passed over', async (_, hash, reason) => {
    await writeText(requirement(signed, hash));
    const { exitCode, report } = await json('-L', 'requirements.txt');
    const [finding] = report.findings;
    expect([exitCode, finding?.rule, finding?.file, finding?.lockLine]).toEqual([
      3,
      'provenance-unavailable',
      hash,
      3,
    ]);
    expect(finding?.message).toContain(reason);
  });

  test('one of a file of another version is not passed over', async () => {
    const local = makeWheel({ name: 'widget', version: '1.0.0+local' });
    setting.publish([local]);
    await writeText(requirement(signed, `sha256:${local.sha256}`));
    const { exitCode, report } = await json('-L', 'requirements.txt');
    expect(exitCode).toBe(3);
    expect(report.findings[0]?.message).toContain('which is no file of version 1.0.0');
  });

  test('a Pipfile.lock without hashes takes any file', async () => {
    const lockfile = { _meta: { 'pipfile-spec': 6 }, default: { widget: { version: '==1.0.0' } } };
    await writeText(JSON.stringify(lockfile), 'Pipfile.lock');
    const { exitCode, report } = await json('-L', 'Pipfile.lock');
    expect([exitCode, report.findings[0]?.message]).toEqual([
      3,
      expect.stringContaining('the lock pins no hash'),
    ]);
  });

  test.each([
    ['403', { kind: 'status', status: 403 } as const],
    ['500', { kind: 'status', status: 500 } as const],
  ])('an index that answers %s makes no file vanish', async (_, fault) => {
    await writeText(requirement(signed));
    setting.index.fail('/simple/widget/', fault);
    const { exitCode, report } = await json('-L', 'requirements.txt');
    expect([exitCode, rulesOf(report)]).toEqual([3, [['provenance-unavailable', 'error']]]);
  });

  test('offline, no index can be asked', async () => {
    await writeText(requirement(signed));
    const { exitCode, stdout } = await run(['-L', 'requirements.txt', '--offline'], false);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('an index would have to say what file has that hash, and `--offline`');
    expect(setting.index.requests).toEqual([]);
  });

  test('a requirements file says itself where its files come from', async () => {
    await writeText(`--index-url ${setting.index.simpleUrl}\n${requirement(signed)}`);
    const { exitCode, stdout } = await run(['-L', 'requirements.txt'], false);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('1 package: 1 verified');
  });

  test('what `pip freeze` writes is refused, with the reason', async () => {
    await writeText('widget==1.0.0\n');
    const { exitCode, stdout, stderr } = await run(['-L', 'requirements.txt']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^error: `requirements\.txt` has no hashes: .*\nhint: make a lock of it: .*\nhint: or let pip/,
    );
    expect(setting.index.requests).toEqual([]);
  });
});

describe('without arguments', () => {
  test('several locks are named, and none is chosen', async () => {
    setting.publish([gadget]);
    for (const { name, write } of LOCK_FORMATS)
      await setting.workspace.write(name, write([gadget], setting.index));
    await setting.workspace.write('pylock.dev.toml', '');
    const { exitCode, stdout, stderr } = await run([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(
      'there are several locks here: `Pipfile.lock`, `pdm.lock`, `poetry.lock`, `pylock.dev.toml`, `pylock.toml`, `requirements.txt`, and `uv.lock`',
    );
  });

  test('a text file without hashes is no lock', async () => {
    setting.publish([gadget]);
    for (const name of ['requirements.txt', 'NOTES.txt'])
      await setting.workspace.write(name, 'gadget==1.0.0\n');
    await setting.lock([gadget]);
    expect(await json('--tofu')).toMatchObject({ exitCode: 0, report: { summary: { recorded: 1 } } });
  });

  test('without a lock, pip locks the project', async () => {
    setting.publish([gadget]);
    await setting.workspace.write('pyproject.toml', '[project]\nname = "demo"\n');
    const lock = pylock([gadget], { origin: setting.index.origin });
    const python = await fakePython(setting.workspace.directory, { lock });
    const { exitCode, stderr } = await runProvpin(
      setting.workspace,
      ['--tofu', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl],
      { env: { PATH: [python.bin, setting.workspace.env['PATH']].join(delimiter) } },
    );
    expect(exitCode).toBe(0);
    expect(stderr).toContain('checking what `pip lock` makes of `pyproject.toml` in this directory\n');
    const [, call] = await python.calls();
    expect(call?.args.slice(-6)).toEqual(['lock', '-o', '-', '-i', setting.index.simpleUrl, '.']);
  });

  test('with nothing there, it says what it looked for', async () => {
    const { exitCode, stdout, stderr } = await run([]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('error: there is nothing to check: neither a lock here nor a `pyproject.toml`');
    for (const { summary } of LOCK_READERS) expect(stderr).toContain(summary);
  });

  test('with arguments for pip, a lock that is there is not looked at', async () => {
    await setting.lock([gadget]);
    const { exitCode, stderr } = await run(['--offline', 'gadget']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('`--offline` cannot run `pip lock`')]);
  });

  test('--quiet leaves out which lock it is', async () => {
    setting.publish([gadget]);
    await setting.lock([gadget]);
    expect(await run(['--tofu', '--quiet'])).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('--only', () => {
  beforeEach(async () => {
    setting.publish([...wheels, gadget]);
    await writeGroups();
  });

  test('checks what a group needs, says what it leaves out, and lets its entries be', async () => {
    await json('-L', 'pdm.lock', '--tofu');
    const { exitCode, stdout } = await run(['-L', 'pdm.lock', '--only', 'default']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'note: only `default` of `pdm.lock`: 1 of its 2 packages are left out, and not checked',
    );
    expect(stdout).toContain('1 package: 1 verified');
    expect(stdout).not.toContain('entry-unused');
  });

  test('a bad file of another group does not fail it, and fails the whole', async () => {
    await json('-L', 'pdm.lock', '--tofu');
    setting.index.attest(gadget.filename, undefined);
    const only = async (group: string) =>
      (await json('-L', 'pdm.lock', '--no-cache', '--only', group)).exitCode;
    expect([await only('default'), await only('dev')]).toEqual([0, 1]);
    expect(await json('-L', 'pdm.lock', '--no-cache', '--only', 'default', '--only', 'dev')).toMatchObject({
      exitCode: 1,
    });
  });

  test.for([
    [['-L', 'pdm.lock', '--only', 'docs'], '`pdm.lock` has no group or extra `docs`'],
    [['-L', 'pdm.lock', '--only', ''], '`--only` needs a value'],
    [['--only', 'dev', 'gadget'], '`--only` chooses from a lock'],
  ] as const)('%j is refused', async ([args, words]) => {
    const { exitCode, stderr } = await run(args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)]);
  });

  test('a part of a lock is neither written nor installed', async () => {
    const text = pylock([gadget], { origin: setting.index.origin })
      .replace('created-by', 'extras = ["x"]\ncreated-by')
      .replace('[[packages]]\n', `[[packages]]\nmarker = "'y' in extras"\n`);
    await setting.workspace.write('pylock.toml', text);
    for (const args of [['-o', 'pylock.toml'], []]) {
      const command = args.length === 0 ? ['install'] : [];
      const { exitCode, stderr } = await run([...command, '-L', 'pylock.toml', '--only', 'x', ...args]);
      expect([exitCode, stderr]).toEqual([
        2,
        expect.stringContaining('`--only` leaves a part of it unchecked'),
      ]);
    }
  });
});

test('a uv.lock of 200 packages and 3,000 wheels is checked in one go', async () => {
  const files = Array.from({ length: 200 }, (_, at) =>
    Array.from({ length: 15 }, (__, minor) =>
      makeWheel({ name: `package-${at}`, tag: `cp3${minor}-cp3${minor}-any` }),
    ),
  );
  setting.publish(files.slice(0, 4).flat());
  setting.publish(files.slice(4).flat(), null);
  await setting.workspace.write('uv.lock', textOf('uv', files.flat()));
  const { exitCode, report } = await json('-L', 'uv.lock', '--tofu');
  expect(exitCode).toBe(0);
  expect(report.summary).toMatchObject({ packages: 200, recorded: 4, unsigned: 196 });
  expect(report.packages.flatMap((one) => one.files)).toHaveLength(3_000);
  // A page a package, and a document a signed file.
  expect(setting.index.requests).toHaveLength(200 + 60);
});
