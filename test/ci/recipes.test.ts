/* oxlint-disable typescript/no-unsafe-type-assertion -- YAML has the form that the assertions after it say */
import { existsSync } from 'node:fs';
import { mkdir, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import type { RunResult } from '../support/workspace.ts';
import { at, evaluate, readText, readYaml, runStep, withNpx, type Step } from './steps.ts';

const IDENTITY = 'https://github.com/acme/widget';

describe('the GitLab component', () => {
  const text = readText('templates/provpin.yml');
  const [head, body] = readYaml(text);
  let setting: Setting;
  let path: string;
  beforeAll(async () => {
    setting = await createSetting();
    const files = [makeWheel({ name: 'demo' })];
    setting.publish(files);
    await setting.lock(files);
    path = await withNpx(setting.workspace, [
      '--trusted-root',
      'root.json',
      '--index-url',
      setting.index.simpleUrl,
    ]);
  });
  afterAll(async () => setting.close());

  test('every input is used, and what is used is an input', () => {
    const used = [...text.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(at(head, 'spec', 'inputs') as object)));
  });

  test.each([
    ['what holds', IDENTITY, 0],
    ['findings', 'https://github.com/somebody/else', 1],
  ])('its script, and what it leaves: %s', async (_, identity, exitCode) => {
    await setting.workspace.write('.provenance.txt', entryLine('demo', identity));
    const lines = [
      at(body, 'provpin', 'before_script'),
      at(body, 'provpin', 'script'),
    ].flat() as readonly string[];
    const result = await runStep(
      setting.workspace,
      { run: lines.join('\n') },
      {},
      { PATH: path, PROVPIN_ARGUMENTS: '-L *' },
    );
    expect(result.exitCode).toBe(2); // there is no lock `*`, and no pattern was made of it
    expect(result.stderr).toContain('`*`');
    const checked = await runStep(
      setting.workspace,
      { run: lines.join('\n') },
      {},
      { PATH: path, PROVPIN_ARGUMENTS: '-L pylock.toml' },
    );
    expect(checked.exitCode).toBe(exitCode);
    const reports = Object.values(at(body, 'provpin', 'artifacts', 'reports') as object) as readonly string[];
    const paths = at(body, 'provpin', 'artifacts', 'paths') as readonly string[];
    for (const artifact of [...reports, ...paths])
      expect(existsSync(join(setting.workspace.project, artifact))).toBe(true);
  });
});

describe('the pre-commit hook', () => {
  const [hooks] = readYaml(readText('.pre-commit-hooks.yaml'));
  const pattern = new RegExp(String(at(hooks, 0, 'files')));

  test.each([
    'pylock.toml',
    'pylock.dev.toml',
    'uv.lock',
    'poetry.lock',
    'pdm.lock',
    'Pipfile.lock',
    'requirements.txt',
    'services/billing/uv.lock',
    'requirements-dev.txt',
    'dev-requirements.txt',
    '.provenance.txt',
  ])('runs for %s', (path) => {
    expect(path).toMatch(pattern);
  });

  test.each(['README.md', 'package-lock.json', 'my-uv.lock.bak', 'uv.lock/x', 'xpylock.toml', 'notes.txt'])(
    'does not run for %s',
    (path) => {
      expect(path).not.toMatch(pattern);
    },
  );
});

describe('the workflow that proposes entries', () => {
  const recipes = readText('docs/ci.md');
  const [, block = ''] = /```yaml\n(name: Propose provenance\n.*?)```/s.exec(recipes) ?? [];
  const steps = at(readYaml(block)[0], 'jobs', 'propose', 'steps') as readonly Step[];
  const propose = steps.find(({ name }) => name === 'Propose') ?? {};
  const [old, added] = [makeWheel({ name: 'old' }), makeWheel({ name: 'added' })];
  let setting: Setting;
  let path: string;

  beforeAll(async () => {
    setting = await createSetting();
    setting.publish([old, added]);
  });
  afterAll(async () => setting.close());

  async function git(...args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await setting.workspace.run('git', args);
    expect([args, exitCode, stderr]).toEqual([args, 0, expect.any(String)]);
    return stdout.trim();
  }

  async function commit(): Promise<string> {
    await git('add', '-A', '.');
    await git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '--quiet', '-m', 'x');
    return await git('rev-parse', 'HEAD');
  }

  /** A repository with a lock and its entry, and a branch of a bot that changes it. */
  let head: string;
  async function branch(change: () => Promise<unknown>): Promise<void> {
    const { workspace } = setting;
    for (const name of ['origin.git', 'project', 'proposal'])
      await workspace.run('rm', ['-rf', join(workspace.directory, name)], { cwd: workspace.directory });
    await mkdir(workspace.project);
    await workspace.run('git', ['init', '--quiet', '--bare', join(workspace.directory, 'origin.git')]);
    await git('init', '--quiet', '--initial-branch=main');
    await git('remote', 'add', 'origin', `file://${workspace.directory}/origin.git`);
    await workspace.write('root.json', JSON.stringify(setting.sigstore.trustedRoot));
    await setting.lock([old]);
    await workspace.write('.provenance.txt', entryLine('old', IDENTITY));
    await commit();
    await git('push', '--quiet', 'origin', 'main');
    await git('checkout', '--quiet', '-b', 'bot');
    await change();
    head = await commit();
    await git('push', '--quiet', 'origin', 'bot');
    await git('checkout', '--quiet', 'main');
    path = await withNpx(workspace, ['--trusted-root', 'root.json', '--index-url', setting.index.simpleUrl]);
  }

  async function run(): Promise<RunResult> {
    const step = { ...propose, run: (propose.run ?? '').replaceAll('uv.lock', 'pylock.toml') };
    const values = {
      'github.event.pull_request.head.sha': head,
      'github.event.pull_request.head.ref': 'bot',
    };
    return await runStep(setting.workspace, step, values, { PATH: path });
  }

  beforeEach(async () => branch(async () => setting.lock([old, added])));

  test('adds the entry of a new package to the branch, and changes nothing else', async () => {
    const { exitCode } = await run();
    expect(exitCode).toBe(0);
    await git('fetch', '--quiet', 'origin');
    expect(await git('diff', '--name-only', head, 'origin/bot')).toBe('.provenance.txt');
    const diff = await git('diff', '--unified=0', head, 'origin/bot');
    expect(diff.match(/^[-+][^-+].*$/gm)).toEqual([
      expect.stringMatching(/^\+added +https:\/\/github\.com\/acme\/widget /),
    ]);
    expect(await git('status', '--porcelain')).toBe('');
  });

  test('pushes nothing where there is nothing to add', async () => {
    await branch(async () => setting.workspace.write('README', 'x'));
    expect((await run()).exitCode).toBe(0);
    await git('fetch', '--quiet', 'origin');
    expect(await git('rev-parse', 'origin/bot')).toBe(head);
  });

  test('pushes nothing, and fails, where a signer has changed', async () => {
    await branch(async () => {
      await setting.lock([old, added]);
      await setting.workspace.write('.provenance.txt', entryLine('old', 'https://github.com/somebody/else'));
    });
    expect((await run()).exitCode).toBe(1);
    await git('fetch', '--quiet', 'origin');
    expect(await git('rev-parse', 'origin/bot')).toBe(head);
  });

  test('follows no symbolic link of the pull request out of the repository', async () => {
    const target = await setting.workspace.write('../tmp/outside.txt', '# outside\n');
    await branch(async () => {
      await setting.lock([old, added]);
      await unlink(join(setting.workspace.project, '.provenance.txt'));
      await symlink(target, join(setting.workspace.project, '.provenance.txt'));
    });
    await run();
    expect(await setting.workspace.read('../tmp/outside.txt')).toBe('# outside\n');
  });

  test('scripts of the recipes hold no expression of the pull request', () => {
    for (const [, yaml = ''] of recipes.matchAll(/```yaml\n(.*?)```/gs))
      for (const [, script = ''] of yaml.matchAll(/run: \|\n((?: {10}.*\n)+)/g))
        expect(evaluate(script, {})).toBe(script);
  });
});
