/* oxlint-disable typescript/no-unsafe-type-assertion -- YAML has the form that the assertions after it say */
import { existsSync } from 'node:fs';
import { mkdir, rm, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSetting, entryLine, idsOf, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type RunResult, type Workspace } from '../support/workspace.ts';
import { at, evaluate, readText, readYaml, runStep, withInputs, withNpx, type Step } from './steps.ts';

const IDENTITY = 'https://github.com/acme/widget';

describe('the GitLab component', () => {
  const text = readText('templates/provpin.yml');
  const [head, body] = readYaml(text);
  const job = at(body, 'provpin');
  const OWN = `${IDENTITY} ${idsOf(github())}`;
  let setting: Setting;
  let repository: TestRepository;
  let path: string;
  let base: string;
  beforeAll(async () => {
    setting = await createSetting();
    const files = [makeWheel({ name: 'demo' })];
    setting.publish(files);
    await setting.lock(files);
    repository = await createRepository(setting.workspace);
    await setting.workspace.write('.provenance.txt', entryLine('demo', OWN));
    await setting.workspace.write('who.txt', entryLine('demo', IDENTITY));
    base = await repository.commit();
    path = await withNpx(setting.workspace, [
      '--trusted-root',
      'root.json',
      '--index-url',
      setting.index.simpleUrl,
    ]);
  });
  afterAll(async () => setting.close());

  /** The job, as a runner runs it in a pipeline for a merge request. */
  async function run(inputs: Readonly<Record<string, string>>): Promise<RunResult> {
    const lines = [at(job, 'before_script'), at(job, 'script')].flat() as readonly string[];
    const variables = Object.entries(at(job, 'variables') as Readonly<Record<string, string>>).map(
      ([name, value]) => [name, withInputs(value, head, { arguments: '-L pylock.toml', ...inputs })],
    );
    return await runStep(
      setting.workspace,
      { run: lines.join('\n') },
      {},
      { ...Object.fromEntries(variables), PATH: path, CI_MERGE_REQUEST_DIFF_BASE_SHA: base },
    );
  }

  test('every input is used, and what is used is an input', () => {
    const used = [...text.matchAll(/\$\[\[ inputs\.([a-z-]+) \]\]/g)].map(([, name]) => name);
    expect(new Set(used)).toEqual(new Set(Object.keys(at(head, 'spec', 'inputs') as object)));
  });

  test.each([
    ['what holds', IDENTITY, 0],
    ['findings', 'https://github.com/somebody/else', 1],
  ])('its script, and what it leaves: %s', async (_, identity, exitCode) => {
    await setting.workspace.write('.provenance.txt', entryLine('demo', identity));
    expect(await run({ base: 'auto', allow: 'demo other' })).toMatchObject({ exitCode });
    const reports = Object.values(at(job, 'artifacts', 'reports') as object) as readonly string[];
    const paths = at(job, 'artifacts', 'paths') as readonly string[];
    for (const artifact of [...reports, ...paths])
      expect(existsSync(join(setting.workspace.project, artifact))).toBe(true);
  });

  test('arguments are words, and no patterns', async () => {
    const result = await run({ arguments: '-L *' });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain('`*`');
  });

  test.each<readonly [string, Readonly<Record<string, string>>, number]>([
    ['fails', { base: 'auto' }, 1],
    ['fails by a revision that is named', { base: 'HEAD' }, 1],
    ['fails where another name is allowed', { base: 'auto', allow: 'other' }, 1],
    ['passes where it is allowed', { base: 'auto', allow: 'other demo' }, 0],
    ['passes where nobody asks', {}, 0],
    ['is of the file that is named', { base: 'auto', 'provenance-file': 'who.txt' }, 0],
  ])('an entry that became weaker %s', async (_, inputs, exitCode) => {
    await setting.workspace.write('.provenance.txt', entryLine('demo', IDENTITY));
    const result = await run(inputs);
    expect(result.exitCode).toBe(exitCode);
    expect(/^! demo {2}weaker/m.test(result.stdout)).toBe('base' in inputs && !('provenance-file' in inputs));
  });

  test('a weaker entry is not hidden by what could not be checked', async () => {
    await setting.workspace.write('.provenance.txt', entryLine('demo', IDENTITY));
    await rm(join(setting.workspace.project, '.cache'), { recursive: true, force: true });
    const restore = setting.index.fail(/./, { kind: 'status', status: 403 });
    const [gone, both] = [await run({}), await run({ base: 'auto' })];
    restore();
    expect([gone.exitCode, both.exitCode]).toEqual([3, 1]);
  });

  test.each([' --provenance-file who.txt', '\n--config-path=who.txt'])(
    'one file is compared and checked: %j',
    async (own) => {
      const result = await run({ base: 'auto', arguments: `-L pylock.toml${own}` });
      expect(result).toMatchObject({ exitCode: 2, stdout: '' });
      expect(result.stderr).toContain('the input `provenance-file`');
      expect((await run({ arguments: `-L pylock.toml${own}` })).exitCode).toBe(0);
    },
  );
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

const recipes = readText('docs/ci.md');

/** The step of this name in a workflow of the recipes. */
function recipeStep(name: string): Step {
  const workflows = [...recipes.matchAll(/```yaml\n(name: .*?)```/gs)].flatMap(([, block = '']) =>
    readYaml(block),
  );
  const steps = workflows.flatMap((workflow) =>
    Object.values(at(workflow, 'jobs') as object).flatMap((job) => at(job, 'steps') as readonly Step[]),
  );
  const found = steps.find((step) => step.name === name);
  if (found === undefined) throw new Error(`there is no step \`${name}\``);
  return found;
}

describe('a label that allows a change', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace();
  });
  afterAll(async () => workspace.remove());

  test.each([
    ['', ''],
    ['bug', ''],
    ['bug,provenance:demo,provenance:other,not-provenance:x', ' demo other'],
    ['provenance:$(touch pwned),*', ' $(touch pwned)'],
    ['provenance:demo\nexit-code=0,provenance:other', ' demo'],
  ])('names packages, and nothing else: %j', async (labels, names) => {
    const output = await workspace.write('../tmp/output', '');
    const { name, run = '' } = recipeStep('Allowed');
    expect(name).toBe('Allowed');
    const { exitCode } = await runStep(workspace, { run }, {}, { LABELS: labels, GITHUB_OUTPUT: output });
    expect([exitCode, await workspace.read('../tmp/output')]).toEqual([0, `names=${names}\n`]);
    await expect(workspace.read('pwned')).rejects.toThrow('ENOENT');
  });

  test('counts where it was just set, and no job is skipped for others', () => {
    expect(recipeStep('Allowed').env).toEqual({
      LABELS: expect.stringContaining("{{ startsWith(github.event.label.name, 'provenance:') &&") as unknown,
    });
    const [, workflow = ''] = /```yaml\n(name: Provenance\non:\n  push:\n.*?)```/s.exec(recipes) ?? [];
    expect(at(readYaml(workflow)[0], 'jobs', 'provpin')).not.toHaveProperty('if');
  });

  test.skipIf(!existsSync('/usr/bin/jq'))('is taken off, and no other is', async () => {
    const labels = JSON.stringify(['bug', 'provenance:demo', 'provenance:a/../b'].map((name) => ({ name })));
    const gh = await workspace.write(
      '../tmp/bin/gh',
      `#!/bin/sh\nif [ "$2" = --paginate ]; then printf '%s' '${labels}' | /usr/bin/jq -r "$5"; else echo "$*" >> asked; fi\n`,
    );
    await workspace.run('chmod', ['+x', gh]);
    const values = {
      'github.token': 't',
      'github.repository': 'o/r',
      'github.event.pull_request.number': '7',
    };
    const step = recipeStep('Take off what was for an earlier commit');
    const path = `${gh.slice(0, -'/gh'.length)}:${workspace.env['PATH']}`;
    expect((await runStep(workspace, step, values, { PATH: path })).exitCode).toBe(0);
    expect(await workspace.read('asked')).toBe(
      [
        'api --method DELETE repos/o/r/issues/7/labels/provenance%3Ademo\n',
        'api --method DELETE repos/o/r/issues/7/labels/provenance%3Aa%2F..%2Fb\n',
      ].join(''),
    );
  });
});

describe('the workflow that proposes entries', () => {
  const propose = recipeStep('Propose');
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
