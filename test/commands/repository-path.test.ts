import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathFromRepository } from '../../src/commands/repository-path.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
  await mkdir(join(workspace.project, 'repository/.git'), { recursive: true });
  await mkdir(join(workspace.project, 'repository/services/billing'), { recursive: true });
  await writeFile(await workspace.write('worktree/.git', 'gitdir: elsewhere\n'), 'gitdir: elsewhere\n');
});
afterAll(async () => workspace.remove());

const at = (...parts: readonly string[]): string => join(workspace.project, ...parts);

test.each([
  ['repository', 'pylock.toml', 'pylock.toml'],
  ['repository', './a/../pylock.toml', 'pylock.toml'],
  ['repository/services/billing', 'pylock.toml', 'services/billing/pylock.toml'],
  ['repository/services/billing', '../uv.lock', 'services/uv.lock'],
  ['worktree', 'uv.lock', 'uv.lock'],
])('in %s, %s is %s', (directory, path, expected) => {
  expect(pathFromRepository(at(directory))(path)).toBe(expected);
});

test('an absolute path inside of the repository is relative to its root', () => {
  expect(pathFromRepository(at('repository/services'))(at('repository/uv.lock'))).toBe('uv.lock');
});

test('a file outside of the repository keeps its place, even next to it', () => {
  expect(pathFromRepository(at('repository'))('../repository-2/uv.lock')).toBe(at('repository-2/uv.lock'));
});

test('outside of any repository, paths are from the directory itself', () => {
  expect(pathFromRepository('/')('tmp/uv.lock')).toBe('tmp/uv.lock');
});
