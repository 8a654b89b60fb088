import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { createSetting, entryLine, type Setting } from './setting.ts';

const containing = (text: string): unknown => expect.stringContaining(text);

const wheel = makeWheel({ name: 'widget' });
let setting: Setting;
let repository: TestRepository;
beforeAll(async () => {
  setting = await createSetting();
  setting.publish([wheel]);
  await setting.lock([wheel]);
  repository = await createRepository(setting.workspace);
  await setting.check(['--tofu']);
  await repository.commit('Record who signs');
  await repository.git('checkout', '-q', '-b', 'work');
});
afterAll(async () => setting.close());

describe('--base', () => {
  test('passes what the base allows, too', async () => {
    for (const base of ['main', 'auto', 'HEAD'])
      expect(await setting.check(['--base', base])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('says what the change alone allows, until somebody has looked', async () => {
    await setting.workspace.write('.provenance.txt', entryLine('widget', 'https://github.com/acme/widget'));
    const refused = await setting.check(['--base', 'auto']);
    expect(refused.exitCode).toBe(1);
    expect(refused.stdout).toMatch(
      /entries of `widget` differ from those of the merge base with main \([0-9a-f]{12}\): `repository-id=/,
    );
    const allowed = await setting.check(['--base', 'auto', '--allow', 'Widget', '--allow', 'other']);
    expect(allowed).toMatchObject({
      exitCode: 0,
      stderr: 'warning: `--allow other` allows nothing: its entries did not change\n',
    });
    expect(allowed.stdout).toMatch(
      /^note: the entries of `widget` differ from those of the merge base with main \([0-9a-f]{12}\), which `--allow` lets pass$/m,
    );
    await repository.git('checkout', '-q', '.');
  });

  test('does not take the word of the change for what the file was called', async () => {
    await repository.git('mv', '.provenance.txt', 'renamed.txt');
    await repository.commit();
    const result = await setting.check(['--base', 'main', '--provenance-file', 'renamed.txt']);
    expect(result).toMatchObject({
      exitCode: 1,
      stdout: containing('nothing is recorded of it at'),
      stderr: containing('counts for nothing'),
    });
    await repository.git('reset', '-q', '--hard', 'main');
  });

  test.for([
    [['--base', 'main', '--tofu'], 'a run that records changes it'],
    [['--base', 'main', '--accept', 'widget'], 'a run that records changes it'],
    [['--allow', 'widget'], 'is for differences from `--base REV`'],
    [['--base', 'nowhere'], 'is no commit of this repository'],
    [['--base='], 'needs a value'],
  ] as const)('%j is refused', async ([args, words]) => {
    expect(await setting.check(args)).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: containing(words),
    });
  });

  test('is not asked of an index first', async () => {
    setting.index.clearRequests();
    await setting.check(['--base', 'nowhere']);
    expect(setting.index.requests).toEqual([]);
  });
});
