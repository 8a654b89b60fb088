/** What `provpin diff` compares, in this process; what a user sees is in test/e2e. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { entryLine } from '../e2e/setting.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';
import { runInProcess, type Ran } from '../support/run-in-process.ts';

const containing = (text: string): unknown => expect.stringContaining(text);

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
  const acme = entryLine('widget', 'https://github.com/acme/widget repository-id=11 owner-id=22');
  await workspace.write('old.txt', acme);
  await workspace.write('same.txt', acme);
  await workspace.write('added.txt', acme + entryLine('young', 'https://github.com/acme/young'));
  await workspace.write('changed.txt', entryLine('widget', 'https://github.com/mallory/widget'));
});
afterAll(async () => workspace.remove());

async function diff(...args: readonly string[]): Promise<Ran> {
  const named = args.map((one) => (one.endsWith('.txt') ? join(workspace.project, one) : one));
  return await runInProcess(['diff', ...named], { env: workspace.env });
}

test.for<readonly [readonly string[], 0 | 1 | 2, string]>([
  [['old.txt', 'added.txt'], 0, 'young'],
  [['old.txt', 'changed.txt'], 1, 'mallory'],
  [['old.txt', 'changed.txt', '--format', 'markdown'], 1, 'mallory'],
  [['old.txt', 'changed.txt', '--allow', 'widget'], 0, 'mallory'],
  [['old.txt', 'missing.txt'], 2, 'there is no file `'],
  [['missing.txt', 'old.txt'], 2, 'there is no file `'],
  [['old.txt', 'same.txt', 'added.txt'], 2, 'takes a revision, or two files'],
  [['--cached'], 2, '`provpin diff` does not take `--cached`'],
])('%j', async ([args, exitCode, words]) => {
  const result = await diff(...args);
  expect([result.exitCode, result.stdout + result.stderr]).toEqual([exitCode, containing(words)]);
});

test('two files that say the same differ in nothing, and an allowance for nothing is told of', async () => {
  const result = await diff('old.txt', 'same.txt', '--allow', 'widget', '--format', 'json');
  expect(JSON.parse(result.stdout)).toMatchObject({ outcome: 'ok', packages: [] });
  expect([result.exitCode, result.stderr]).toEqual([0, containing('widget')]);
});
