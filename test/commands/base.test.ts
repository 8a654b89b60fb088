/** What a git revision counts for, in this process; what a user sees is in test/e2e. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createSetting, entryLine, idsOf, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { github } from '../support/signers.ts';
import { checkInProcess } from './check-in-process.ts';
import { runInProcess, type Ran } from '../support/run-in-process.ts';

const containing = (text: string): unknown => expect.stringContaining(text);

const widget = makeWheel({ name: 'widget' });
const recorded = entryLine('widget', `https://github.com/acme/widget ${idsOf(github())}`);
const other = entryLine('widget', 'https://github.com/mallory/widget');

// A repository is looked for where the command is started.
describe('provpin in a repository', () => {
  const before = process.cwd();
  let setting: Setting;
  let repository: TestRepository;
  let base: string;
  beforeAll(async () => {
    setting = await createSetting();
    setting.publish([widget]);
    await setting.lock([widget]);
    repository = await createRepository(setting.workspace);
    await setting.workspace.write('.provenance.txt', other);
    base = await repository.commit();
    process.chdir(setting.workspace.project);
  });
  afterAll(async () => {
    process.chdir(before);
    await setting.close();
  });
  beforeEach(async () => {
    await setting.workspace.write('.provenance.txt', recorded);
  });

  const diff = async (...args: readonly string[]): Promise<Ran> =>
    await runInProcess(['diff', ...args], { env: setting.workspace.env });

  test('a diff is from the revision to the file here', async () => {
    const { exitCode, stdout } = await diff(base);
    expect([exitCode, stdout]).toEqual([1, containing('mallory')]);
    expect(stdout).toContain(base.slice(0, 12));
    expect((await diff('HEAD')).stdout).toContain(`HEAD (${base.slice(0, 12)})`);
    expect((await diff(base, '--allow', 'widget')).exitCode).toBe(0);
    await setting.workspace.write('.provenance.txt', other);
    expect((await diff(base)).exitCode).toBe(0);
  });

  test('a revision that is not there is not an empty one', async () => {
    expect(await diff('nowhere')).toMatchObject({ exitCode: 2, stdout: '', stderr: containing('nowhere') });
  });

  test('a file that the revision has under another name is said to have been that', async () => {
    const renamed = join(setting.workspace.project, 'renamed.txt');
    await repository.git('mv', '-f', '.provenance.txt', 'renamed.txt');
    await setting.workspace.write('renamed.txt', other);
    await repository.commit();
    const { stdout } = await diff(base, '--provenance-file', renamed, '--format', 'json');
    expect(stdout).toContain('the file was `.provenance.txt`');
    const result = await checkInProcess(setting, ['--base', base, '--provenance-file', renamed]);
    expect(result.stderr).toContain('counts for nothing');
    await setting.workspace.write('renamed.txt', recorded);
    const changed = await checkInProcess(setting, ['--strict', '--base', base, '--provenance-file', renamed]);
    expect([changed.exitCode, changed.stdout]).toEqual([1, containing('nothing is recorded of it at')]);
    await repository.git('reset', '-q', '--hard', base);
  });

  test.for<readonly [readonly string[], 0 | 1 | 2, string]>([
    [['--strict'], 0, 'widget'],
    [['--strict', '--base', 'HEAD'], 1, 'mallory'],
    [['--strict', '--base', 'HEAD', '--allow', 'widget'], 0, 'widget'],
    [['--strict', '--base', 'HEAD', '--allow', 'gizmo'], 1, '`--allow gizmo` allows nothing'],
    [['--strict', '--allow', 'widget'], 2, 'which is not given'],
    [['--strict', '--base', 'nowhere'], 2, 'nowhere'],
  ])('%j', async ([args, exitCode, words]) => {
    const { stdout, stderr, ...result } = await checkInProcess(setting, args);
    expect([result.exitCode, stdout + stderr]).toEqual([exitCode, containing(words)]);
  });
});
