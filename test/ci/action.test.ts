/* oxlint-disable typescript/no-unsafe-type-assertion -- YAML has the form that the assertions after it say */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSetting, entryLine, idsOf, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type RunResult, type Workspace } from '../support/workspace.ts';
import { at, readText, readYaml, runStep, type Step } from './steps.ts';

const text = readText('action.yml');
const [action] = readYaml(text);
const inputs = at(action, 'inputs') as Readonly<Record<string, { readonly default: string }>>;
const steps = at(action, 'runs', 'steps') as readonly Step[];
const stepOf = (name: string): Step => steps.find((step) => step.name === name) ?? {};

/** What a run of the step leaves. */
interface Outcome extends RunResult {
  readonly output: string;
  readonly summary: string;
}

/** Runs the step that checks, with these inputs and otherwise their defaults. */
async function check(
  workspace: Workspace,
  actionPath: string,
  given: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const temp = join(workspace.directory, 'tmp');
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [`inputs.${name}`, given[name] ?? input.default]),
  );
  const output = await workspace.write('../tmp/github-output', '');
  const summary = await workspace.write('../tmp/github-summary', 'before\n');
  const result = await runStep(
    workspace,
    stepOf('Check'),
    { ...values, 'inputs.retry-delay': '0', 'github.action_path': actionPath, 'runner.temp': temp },
    { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
  );
  const read = async (name: string): Promise<string> => workspace.read(`../tmp/${name}`);
  return { ...result, output: await read('github-output'), summary: await read('github-summary') };
}

test('what it uses is pinned by commit, with the version beside it', () => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  expect(used.length).toBeGreaterThan(0);
  for (const one of used) {
    expect(one).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    expect(text).toMatch(new RegExp(`uses: ${one} # v\\d+\\.\\d+\\.\\d+\n`));
  }
});

test('no expression is in a script: what an input holds is never code', () => {
  for (const { run = '' } of steps) expect(run).not.toContain('${{');
});

test('every input is used', () => {
  for (const name of Object.keys(inputs))
    expect(text).toMatch(new RegExp(`(?:\\{ |if: )inputs\\.${name}\\b`));
});

const argsOf = ({ stdout }: Outcome): readonly string[] =>
  at(JSON.parse(stdout), 'args') as readonly string[];

describe('in a pull request', () => {
  let setting: Setting;
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const OWN = 'https://github.com/acme/widget';
  beforeAll(async () => {
    setting = await createSetting();
    const files = [makeWheel({ name: 'demo' })];
    setting.publish(files);
    await setting.lock(files);
    await setting.workspace.write('.provenance.txt', entryLine('demo', `${OWN} ${idsOf(github())}`));
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org'];
    for (const args of [
      ['init', '-q'],
      ['add', '-A'],
      [...identity, 'commit', '-qm', 'base'],
    ])
      await setting.workspace.run('git', args);
    await setting.workspace.write('.provenance.txt', entryLine('demo', OWN));
  });
  afterAll(async () => setting.close());

  const run = async (given: Readonly<Record<string, string>>): Promise<Outcome> =>
    await check(setting.workspace, root, {
      arguments: `-L pylock.toml --trusted-root root.json --index-url ${setting.index.simpleUrl}`,
      ...given,
    });

  test('an entry that became weaker fails, and comes first in the summary', async () => {
    const { output, summary } = await run({ base: 'HEAD' });
    expect(output).toBe('exit-code=1\n');
    expect(summary).toMatch(/^before\n[^]*ids-dropped[^]*## provpin: /);
  });

  test.each([
    ['is allowed', { base: 'HEAD', allow: 'demo' }],
    ['is not asked about', {}],
  ])('and passes where it %s', async (_, given) => {
    expect((await run(given)).output).toBe('exit-code=0\n');
  });

  test('what changed is in the log and in the summary, once in each', async () => {
    const { stdout, summary } = await run({ base: 'HEAD' });
    for (const place of [stdout, summary])
      expect(place.match(/^\+\+\+ \.provenance\.txt$/gm)).toHaveLength(1);
    expect(summary.match(/^## /gm)).toHaveLength(2);
  });

  test('another file is compared and checked where the input names it, and nothing else may', async () => {
    await setting.workspace.write('who.txt', entryLine('demo', `${OWN} ${idsOf(github())}`));
    await setting.workspace.write('trust/who.txt', entryLine('demo', OWN));
    const outcome = await run({ base: 'HEAD', 'provenance-file': 'trust/who.txt' });
    expect(outcome.summary).toMatch(/`trust\/who\.txt`/);
    expect(outcome.stdout).toContain('+++ trust/who.txt');
    const given = `-L pylock.toml --trusted-root root.json --index-url ${setting.index.simpleUrl}`;
    for (const own of ['--provenance-file who.txt', '--provenance-file=who.txt', '--config-path who.txt']) {
      const refused = await run({ base: 'HEAD', arguments: `${given} ${own}` });
      expect(refused).toMatchObject({ output: 'exit-code=2\n', stdout: '' });
      expect(refused.stderr).toContain('the input `provenance-file`');
    }
    const alone = await run({ arguments: `${given} --provenance-file who.txt` });
    expect(alone.output).toBe('exit-code=0\n');
  });

  test('a weaker entry is not hidden by what could not be checked', async () => {
    await rm(join(setting.workspace.directory, 'tmp/provpin-cache'), { recursive: true, force: true });
    const restore = setting.index.fail(/./, { kind: 'status', status: 403 });
    const [gone, both] = [await run({ retries: '0' }), await run({ base: 'HEAD', retries: '0' })];
    restore();
    expect([gone.output, both.output]).toEqual(['exit-code=3\n', 'exit-code=1\n']);
  });

  test('a revision that is none is an error, and no option', async () => {
    expect((await run({ base: '--strict' })).output).toBe('exit-code=2\n');
  });
});

describe('with the real program', () => {
  let setting: Setting;
  let fixed: string;
  beforeAll(async () => {
    setting = await createSetting();
    const files = [makeWheel({ name: 'demo' })];
    setting.publish(files);
    await setting.lock(files);
    await mkdir(join(setting.workspace.project, '.git'));
    fixed = `-L pylock.toml\n--trusted-root root.json\n\n--index-url ${setting.index.simpleUrl}`;
  });
  afterAll(async () => setting.close());
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const run = async (given: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
    check(setting.workspace, root, { arguments: fixed, ...given });

  test('what holds passes, and is in the summary', async () => {
    await setting.workspace.write('.provenance.txt', entryLine('demo', 'https://github.com/acme/widget'));
    const outcome = await run();
    expect(outcome).toMatchObject({ exitCode: 0, output: 'exit-code=0\n' });
    expect(outcome.stdout).toMatch(/^✓ demo /m);
    expect(outcome.stdout).toMatch(/^::notice title=provpin::1 package: 1 verified/m);
    expect(outcome.summary).toMatch(/^before\n## provpin: passed\n/);
    expect(outcome.summary.match(/## provpin/g)).toHaveLength(1);
  });

  test('findings are annotated, summed up, and fail in a step of their own', async () => {
    await setting.workspace.write('.provenance.txt', entryLine('demo', 'https://github.com/somebody/else'));
    const outcome = await run({ reports: 'sarif=out.sarif\njunit=out.xml' });
    expect(outcome).toMatchObject({ exitCode: 0, output: 'exit-code=1\n' });
    expect(outcome.stdout).toMatch(
      /^::error title=provpin%3A publisher-changed,file=pylock\.toml,line=\d+::/m,
    );
    expect(outcome.summary).toContain('## provpin: failed');
    expect(await setting.workspace.read('out.sarif')).toContain('"version": "2.1.0"');
    expect(await setting.workspace.read('out.xml')).toContain('<testsuites');
    const fail = stepOf('Fail');
    expect(fail.if).toBe("steps.check.outputs.exit-code != '0'");
    const failed = await runStep(setting.workspace, fail, { 'steps.check.outputs.exit-code': '1' });
    expect(failed.exitCode).toBe(1);
  });

  test('a usage error is told on stderr, and leaves no summary', async () => {
    const outcome = await run({ arguments: '-L missing.toml' });
    expect(outcome).toMatchObject({ exitCode: 0, output: 'exit-code=2\n', summary: 'before\n' });
    expect(outcome.stderr).toMatch(/^error: .*missing\.toml/m);
  });
});

describe('with a program that does as it is told', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await createWorkspace();
    // Ends with the codes that a file has, one a run, and prints its arguments.
    await workspace.write(
      'action/bin/provpin.js',
      `const fs = require('node:fs');
const [code, ...rest] = fs.readFileSync('codes', 'utf8').trim().split(' ');
fs.writeFileSync('codes', rest.join(' '));
const report = process.argv.find((arg) => arg.startsWith('markdown='));
fs.writeFileSync(report.slice('markdown='.length), 'attempt with ' + code + '\\n');
process.stdout.write(JSON.stringify({ code, args: process.argv.slice(2), summary: process.env.GITHUB_STEP_SUMMARY }) + '\\n');
process.exitCode = Number(code);
`,
    );
  });
  afterAll(async () => workspace.remove());
  const run = async (codes: string, given: Readonly<Record<string, string>> = {}): Promise<Outcome> => {
    await workspace.write('codes', codes);
    return await check(workspace, join(workspace.project, 'action'), given);
  };

  test.each([
    ['3 0', '0'],
    ['3 3 1', '1'],
    ['3 3 3 0', '3'],
    ['1 0', '1'],
    ['2 0', '2'],
  ])('it runs again on 3 alone, two times: %s', async (codes, last) => {
    const outcome = await run(codes);
    expect(outcome.output).toBe(`exit-code=${last}\n`);
    expect(outcome.stdout.trim().split('\n')).toHaveLength(1);
    expect(at(JSON.parse(outcome.stdout), 'code')).toBe(last);
    expect(outcome.summary).toBe(`before\nattempt with ${last}\n`);
  });

  test('it can be kept from running again', async () => {
    expect((await run('3 0', { retries: '0' })).output).toBe('exit-code=3\n');
  });

  test('arguments are words, and nothing of them is expanded or run', async () => {
    const outcome = await run('0', {
      arguments: ' -r  a.txt\n\n--tofu $(touch pwned) `id` * "b c" ;\texit 7 ',
    });
    expect(argsOf(outcome).slice(4)).toEqual(
      '-r a.txt --tofu $(touch pwned) `id` * "b c" ; exit 7'.split(' '),
    );
    await expect(workspace.read('pwned')).rejects.toThrow('ENOENT');
  });

  test('reports are lines', async () => {
    const outcome = await run('0', { reports: 'sarif=a b.sarif\n\nhtml=$(id).html\n' });
    expect(argsOf(outcome).slice(4)).toEqual(['--report', 'sarif=a b.sarif', '--report', 'html=$(id).html']);
  });
});
