/** What `provpin installed` does, in this process; the attacks are in test/attacks, and what users see in test/e2e. */
import { mkdir, rename, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import {
  bytecodeIn,
  compileTo,
  createInstalled,
  gadget,
  hasPip,
  widget,
  type InstalledEnvironment,
} from '../e2e/environment.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { runInProcess } from '../support/run-in-process.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const canInstall = await hasPip();

describe.skipIf(!canInstall)('provpin installed', { timeout: 120_000 }, () => {
  let setting: Setting;
  let environment: InstalledEnvironment;
  beforeAll(async () => {
    setting = await createSetting();
    setting.publish([widget, gadget]);
    environment = await createInstalled(setting);
    await environment.pip(['widget', 'gadget']);
    await environment.keep();
    await setting.workspace.write(
      '.provenance.txt',
      entryLine('gadget', recorded) + entryLine('widget', recorded),
    );
  });
  afterAll(async () => setting.close());
  beforeEach(async () => {
    await environment.restore();
  });

  const path = (name: string): string => join(setting.workspace.project, name);

  async function check(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const { workspace, index } = setting;
    const ours = ['--trusted-root', path('root.json'), '--provenance-file', path('.provenance.txt')];
    const ran = await runInProcess(
      ['installed', ...ours, '-i', index.simpleUrl, '--format', 'json', ...args],
      { env: { ...workspace.env, VIRTUAL_ENV: environment.directory, ...env } },
    );
    return ran.stdout === ''
      ? { ...ran, rules: [], packages: [], findings: [] }
      : { ...ran, ...reportOf(ran.stdout) };
  }

  test('the active environment, whole', async () => {
    expect(await check()).toMatchObject({
      exitCode: 0,
      rules: [],
      packages: [{ name: 'gadget' }, { name: 'widget' }],
    });
    expect(await check([], { VIRTUAL_ENV: '', PIP_PYTHON: environment.python })).toMatchObject({
      exitCode: 0,
    });
  });

  test('without a provenance file, it says what makes one', async () => {
    const file = path('.provenance.txt');
    await rename(file, `${file}.away`);
    const { workspace, index } = setting;
    const args = ['installed', '--trusted-root', path('root.json'), '-i', index.simpleUrl];
    const env = { ...workspace.env, VIRTUAL_ENV: environment.directory };
    const { stdout } = await runInProcess(args, { env });
    const named = await runInProcess([...args, '--provenance-file', file], { env });
    await rename(`${file}.away`, file);
    const maker = '`provpin --tofu`, for the lock that the environment is installed from,';
    expect(stdout).toContain(`nobody is recorded yet: ${maker} records`);
    expect([named.exitCode, named.stderr]).toEqual([2, expect.stringContaining(`hint: ${maker} makes it`)]);
  });

  test('everything that can be wrong with a file', async () => {
    const { site, bin } = environment;
    const source = await setting.workspace.write('evil.py', 'import os\n');
    await compileTo(setting.workspace, environment, {
      source,
      cfile: await bytecodeIn(environment, 'acme', 'core'),
    });
    await environment.write('acme/__init__.py', 'x');
    await environment.write('acme/extra.py', '');
    await environment.write('shared/extra.py', '');
    await environment.write('stray/a.py', '');
    await environment.write('stray/b.py', '');
    await environment.write('stray.pth', '');
    await environment.write('notes.txt', '');
    await environment.write('__pycache__/gone.cpython-311.pyc', '');
    await environment.write('_virtualenv.pth', 'import _virtualenv');
    await environment.write('_virtualenv.py', 'evil');
    await environment.write('../../../bin/stray.py', '');
    await environment.write('../../../bin/activate_this.py', '');
    await symlink('/tmp', join(site, 'acme/linked'));
    await rm(join(site, 'acme/data.txt'));
    await mkdir(join(site, 'acme/data.txt'));
    await unlink(join(bin, 'widget'));
    await environment.write('../../../bin/widgets', 'x'.repeat(3_000_000));
    await environment.write('../../../bin/widget-script', 'evil');
    const { exitCode, packages, findings } = await check();
    expect(exitCode).toBe(1);
    const deviations = packages.flatMap(({ installed }) => installed?.deviations ?? []);
    expect(
      deviations.map(({ kind, path: file }) => `${kind} ${file.replace(/cpython-\d+/, 'cpython')}`),
    ).toEqual(
      [
        'changed ../../../bin/widget-script',
        'changed ../../../bin/widgets',
        'missing ../../../bin/widget',
        'changed acme/__init__.py',
        'changed acme/__pycache__/__init__.cpython.pyc',
        'changed acme/__pycache__/core.cpython.pyc',
        'changed acme/data.txt',
        'extra acme/extra.py',
        'extra acme/linked',
      ].toSorted((a, b) => compare(a.slice(a.indexOf(' ')), b.slice(b.indexOf(' ')))),
    );
    const unowned = findings.filter(({ rule }) => rule === 'installed-file-unowned');
    expect(unowned.map(({ file = '' }) => file).toSorted(compare)).toEqual([
      '../../../bin/stray.py',
      '__pycache__/gone.cpython-311.pyc',
      '_virtualenv.py',
      'shared/extra.py',
      'stray.pth',
      'stray/',
    ]);
  });

  test('what cannot be compared', async () => {
    const cfile = await bytecodeIn(environment, 'acme', 'core');
    const source = join(environment.site, 'acme/core.py');
    await compileTo(setting.workspace, environment, {
      source,
      cfile: cfile.replace('.pyc', '-pytest-9.0.0.pyc'),
    });
    await environment.write(
      'gadget-1.0.0.dist-info/direct_url.json',
      '{"url":"file:///x","dir_info":{"editable":true}}',
    );
    expect(await check()).toMatchObject({
      exitCode: 1,
      rules: [
        ['not-covered', 'error'],
        ['installed-file-unchecked', 'warning'],
      ],
    });
  });

  test('the wheels of a lock, and only what is named', async () => {
    const newer = makeWheel({ name: 'gadget', version: '2.0.0' });
    setting.publish([newer]);
    await setting.lock([widget, newer]);
    expect(await check(['-L', path('pylock.toml'), 'widget'])).toMatchObject({
      exitCode: 0,
      packages: [{ name: 'widget' }],
    });
    expect(await check(['-L', path('pylock.toml'), 'gadget'])).toMatchObject({
      exitCode: 1,
      rules: [['installed-not-locked', 'error']],
    });
  });

  test('offline there is nobody to ask', async () => {
    expect(await check(['--offline'])).toMatchObject({
      exitCode: 3,
      rules: [['provenance-unavailable', 'error']],
    });
  });

  test('an index that serves other bytes than it lists, or none', async () => {
    setting.index.replace(gadget.filename, widget.bytes, { keepHash: true });
    expect(await check()).toMatchObject({ exitCode: 3, rules: [['provenance-unavailable', 'error']] });
    const repair = setting.index.fail('/files/', { kind: 'status', status: 403 });
    expect(await check()).toMatchObject({ exitCode: 3, rules: [['provenance-unavailable', 'error']] });
    repair();
    setting.index.replace(gadget.filename, Buffer.from('no zip file'));
    expect((await check()).rules).toContainEqual(['installed-file-changed', 'error']);
    setting.publish([gadget]);
  });

  test.for([
    [['missing'], {}, '`missing` is not installed in'],
    [[], { TOFU: '1' }, 'records nothing'],
    [['--python', '/nowhere'], {}, 'names no Python'],
    [['-r', 'x'], {}, 'does not know what to do with'],
  ] as const)('%j %j is refused', async ([args, env, says]) => {
    expect(await check(args, env)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(says) as unknown,
    });
  });
});

function reportOf(stdout: string) {
  const report = parseReport(stdout);
  return { ...report, rules: rulesOf(report) };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
