import { mkdir, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { pylock } from '../support/pylock.ts';
import { environmentThatLocks } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { circleci, github, gitlab, googleCloud } from '../support/signers.ts';
import { createWorkspace } from '../support/workspace.ts';
import { createSetting, parseReport, rulesOf, type Setting } from './setting.ts';

const widget = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });
const plain = makeWheel({ name: 'plain' });

const IDENTITY = `
[[packages.attestation-identities]]
kind = "GitHub"
repository = "acme/widget"
workflow = "release.yml"
environment = "pypi"
`;

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, sdist], github({ environment: 'pypi' }));
  setting.publish([plain], null);
  await setting.lock([widget, sdist, plain]);
});
afterEach(async () => setting.close());

const read = async (name: string) => setting.workspace.read(name);

/** Where the package ends that comes first in a lock of `widget` and `plain`. */
const withIdentity = (lock: string) =>
  lock.replace('\n\n[[packages]]\nname = "plain"', `\n${IDENTITY}\n[[packages]]\nname = "plain"`);

/** Exit code and rules of a check that records nothing. */
async function verdict() {
  const { exitCode, stdout } = await setting.check(['--format', 'json']);
  return [exitCode, rulesOf(parseReport(stdout))];
}

describe('`--output`', () => {
  test('writes the lock as it was, with the identities that were verified', async () => {
    await mkdir(join(setting.workspace.project, 'out'));
    const { exitCode, stdout } = await setting.check(['--tofu', '-o', 'out/pylock.toml']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('note: the lock was written to `out/pylock.toml`\n');
    expect(await read('out/pylock.toml')).toBe(withIdentity(await read('pylock.toml')));
  });

  test('and what it wrote passes, and is written the same again', async () => {
    await setting.check(['--tofu', '--output', 'pylock.toml']);
    const first = await read('pylock.toml');
    expect(first).toContain(IDENTITY);
    const { exitCode } = await setting.check(['-opylock.toml']);
    expect([exitCode, await read('pylock.toml')]).toEqual([0, first]);
  });

  test.for([
    [
      'GitLab',
      gitlab(),
      '"GitLab"\nrepository = "acme/tools/widget"\nworkflow_filepath = ".gitlab-ci.yml"\n',
    ],
    ['Google Cloud', googleCloud(), /"Google"\nemail = ".+@.+"\n/],
    [
      'CircleCI',
      circleci(),
      /"CircleCI"\nproject_id = "[\da-f-]{36}"\npipeline_definition_id = "[\da-f-]{36}"\n/,
    ],
  ] as const)('of a package that %s signed', async ([, signer, expected]) => {
    setting.publish([widget], signer);
    await setting.lock([widget]);
    expect(await setting.check(['--tofu', '-o', 'pylock.toml'])).toMatchObject({ exitCode: 0 });
    expect(await read('pylock.toml')).toMatch(expected);
    expect(await setting.check()).toMatchObject({ exitCode: 0 });
  });

  test('nothing is written when the check fails, or could not be made', async () => {
    await setting.workspace.write('out/pylock.toml', 'old');
    const { exitCode, stdout } = await setting.check(['-o', 'out/pylock.toml']);
    expect([exitCode, await read('out/pylock.toml')]).toEqual([1, 'old']);
    expect(stdout).toContain('note: `out/pylock.toml` was not written, because the check did not pass\n');
    setting.index.fail('/integrity/', { kind: 'status', status: 503 });
    expect(await setting.check(['--tofu', '--no-cache', '-o', 'out/pylock.toml'])).toMatchObject({
      exitCode: 3,
    });
    expect(await readdir(join(setting.workspace.project, 'out'))).toEqual(['pylock.toml']);
    expect(await read('out/pylock.toml')).toBe('old');
  });

  test('what `pip lock` makes is written too', async () => {
    const lock = pylock([widget, plain], { origin: setting.index.origin });
    const { bin } = await fakePython(setting.workspace.directory, { lock });
    const args = ['--tofu', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl, 'widget'];
    const env = { PATH: [bin, setting.workspace.env['PATH']].join(delimiter) };
    const { exitCode } = await runProvpin(setting.workspace, ['-o', 'pylock.new.toml', ...args], { env });
    expect([exitCode, await read('pylock.new.toml')]).toEqual([0, withIdentity(lock)]);
  });

  test.for([
    [['-o', 'pylock.lock'], 'is not the name of a lock'],
    [['-o', '-'], 'is not the name of a lock'],
    [['-L', 'pylock.b.toml', '-o', 'pylock.toml'], '`--output` writes one lock'],
  ] as const)('%j is refused', async ([args, words]) => {
    await setting.lock([plain], 'pylock.b.toml');
    const { exitCode, stderr } = await setting.check(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
    expect(setting.index.requests).toEqual([]);
  });

  test('a lock with relative paths stays in its directory', async () => {
    const text = `${await read('pylock.toml')}\n[[packages]]\nname = "ours"\ndirectory = { path = "." }\n`;
    await setting.workspace.write('pylock.toml', text);
    await mkdir(join(setting.workspace.project, 'out'));
    const { exitCode, stderr } = await setting.check(['--tofu', '-o', 'out/pylock.toml']);
    expect([exitCode, await readdir(join(setting.workspace.project, 'out'))]).toEqual([2, []]);
    expect(stderr).toContain('`ours` at a path that is relative to the lock');
    expect(await setting.check(['--tofu', '-o', 'pylock.new.toml'])).toMatchObject({ exitCode: 0 });
    expect(await read('pylock.new.toml')).toBe(withIdentity(text));
  });
});

describe('identities that a lock has already', () => {
  beforeEach(async () => {
    await setting.check(['--tofu']);
  });

  test.for([
    ['the right ones', IDENTITY, []],
    ['without the environment', IDENTITY.replace('environment = "pypi"\n', ''), []],
    ['another repository', IDENTITY.replace('acme', 'mallory'), ['lock-identity-mismatch']],
    ['another workflow', IDENTITY.replace('release.yml', 'evil.yml'), ['lock-identity-mismatch']],
    ['one more', IDENTITY + IDENTITY.replace('acme', 'mallory'), ['lock-identity-mismatch']],
    ['a kind that is not known', IDENTITY.replace('GitHub', 'Forge'), ['lock-identity-mismatch']],
  ] as const)('%s', async ([, tables, rules]) => {
    await setting.workspace.write(
      'pylock.toml',
      withIdentity(await read('pylock.toml')).replace(IDENTITY, tables),
    );
    expect(await verdict()).toEqual([rules.length === 0 ? 0 : 1, rules.map((rule) => [rule, 'error'])]);
  });

  test('of a package that nobody signed', async () => {
    await setting.workspace.write('pylock.toml', (await read('pylock.toml')) + IDENTITY);
    expect(await verdict()).toEqual([1, [['lock-identity-mismatch', 'error']]]);
  });
});

const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

describe.skipIf(!canLock)('with real pip', { timeout: 120_000 }, () => {
  test('what is written is what pip installs', async () => {
    const locking = (await environmentThatLocks(setting.workspace)) ?? {};
    const ours = ['--tofu', '--trusted-root', 'root.json', '-o', 'pylock.toml'];
    const args = [...ours, '-i', setting.index.simpleUrl, 'widget', 'plain'];
    expect(await runProvpin(setting.workspace, args, { env: locking })).toMatchObject({ exitCode: 0 });
    expect(await read('pylock.toml')).toContain(IDENTITY);
    const install = ['-m', 'pip', 'install', '--dry-run', '--no-deps', '-r', 'pylock.toml'];
    const { exitCode, stdout } = await setting.workspace.run('python3', install, { env: locking });
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining('Would install plain-1.0.0 widget-1.0.0'),
    ]);
  });
});
