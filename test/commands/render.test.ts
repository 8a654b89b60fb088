import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { checkInProcess } from './check-in-process.ts';

const MARKDOWN = '## provpin: failed';
const ANNOTATION = /^::error title=provpin%3A publisher-changed,file=[^,]+,line=\d+::/m;

let setting: Setting;
let summary: string;
beforeAll(async () => {
  setting = await createSetting();
  const files = [makeWheel({ name: 'demo' })];
  setting.publish(files);
  await setting.lock(files);
  await setting.workspace.write('.provenance.txt', entryLine('demo', 'https://github.com/somebody/else'));
  await mkdir(join(setting.workspace.project, '.git'));
});
beforeEach(async () => {
  summary = await setting.workspace.write('summary.md', 'of a step before\n');
});
afterAll(async () => setting.close());

async function check(...reports: readonly string[]): ReturnType<typeof checkInProcess> {
  const args = reports.flatMap((report) => ['--report', report]);
  return await checkInProcess(setting, args, { env: { GITHUB_STEP_SUMMARY: summary } });
}

async function read(): Promise<string> {
  return await readFile(summary, 'utf8');
}

function path(name: string): string {
  return join(setting.workspace.project, name);
}

describe('annotations', () => {
  test('follow the text in a job of GitHub Actions', async () => {
    const plain = await checkInProcess(setting);
    const { stdout, exitCode } = await checkInProcess(setting, [], { env: { GITHUB_ACTIONS: 'true' } });
    expect(stdout.startsWith(`${plain.stdout}\n::error `)).toBe(true);
    expect(stdout).toMatch(ANNOTATION);
    expect(exitCode).toBe(1);
  });

  test.each([
    ['elsewhere', [], {}],
    ['where the runner says that it is none', [], { GITHUB_ACTIONS: 'false' }],
    ['when a format is asked for', ['--format', 'text'], { GITHUB_ACTIONS: 'true' }],
    ['when JSON is asked for', ['--format', 'json'], { GITHUB_ACTIONS: 'true' }],
  ] as const)('do not %s', async (_, args, env) => {
    const { stdout } = await checkInProcess(setting, args, { env });
    expect(stdout).not.toContain('::');
  });

  test('are all that there is when asked for alone', async () => {
    const { stdout } = await checkInProcess(setting, ['--format', 'github']);
    for (const line of stdout.trimEnd().split('\n')) expect(line).toMatch(/^::(?:error|notice) /);
  });
});

describe('the summary of a job', () => {
  test('gets the report in Markdown beside its file, after what is there', async () => {
    const { stderr } = await check(`markdown=${path('out.md')}`);
    expect(stderr).toBe('');
    expect(await readFile(path('out.md'), 'utf8')).toMatch(new RegExp(`^${MARKDOWN}\n`));
    expect(await read()).toBe(`of a step before\n${await readFile(path('out.md'), 'utf8')}`);
  });

  test.each([
    ['is the file itself', (): string[] => [`markdown=${summary}`]],
    ['is asked for twice', (): string[] => [`markdown=${path('one.md')}`, `markdown=${path('two.md')}`]],
  ])('gets it once where it %s', async (_, reports) => {
    await check(...reports());
    expect((await read()).split(MARKDOWN)).toHaveLength(2);
    expect(await read()).toMatch(/^of a step before\n/);
  });

  test('gets nothing of other formats', async () => {
    await check(`json=${path('out.json')}`);
    expect(await read()).toBe('of a step before\n');
  });

  test.each([
    ['the heading of the report at least', 200, /^x{10,}\n## provpin: failed\n\nThe report is in the log/],
    ['nothing, where that has no place either', 10, /^x{10,}\n$/],
  ])('is not made longer than GitHub shows, and gets %s', async (_, left, expected) => {
    await writeFile(summary, `${'x'.repeat(1024 * 1024 - left)}\n`);
    const { stderr, exitCode } = await check(`markdown=${path('out.md')}`);
    expect(stderr).toBe(
      'warning: the summary of the job has only the heading of the report: GitHub shows no summary that is longer than 1 MiB\n',
    );
    expect(exitCode).toBe(1);
    expect(await read()).toMatch(expected);
    expect((await read()).length).toBeLessThanOrEqual(1024 * 1024);
  });

  test('that cannot be written is a problem, and no verdict', async () => {
    summary = path('no/such/folder.md');
    const { stderr, exitCode } = await check(`markdown=${path('out.md')}`);
    expect(stderr).toMatch(
      /^error: the summary of the job \(`GITHUB_STEP_SUMMARY`\) cannot be written: .*ENOENT/,
    );
    expect(exitCode).toBe(1);
  });
});
