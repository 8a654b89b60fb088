import { expect, test } from 'vitest';

import { fetchPip, PIP_VERSION, pipVersion, pythonThatLocks } from './python.ts';
import { createWorkspace } from './workspace.ts';

test('fetchPip leaves a pip that can lock for tests without internet', async () => {
  const workspace = await createWorkspace();
  await fetchPip(workspace);
  const python = await pythonThatLocks(workspace);
  expect(python).toBeDefined();
  expect([PIP_VERSION, await pipVersion(workspace, 'python3')]).toContain(
    await pipVersion(workspace, python),
  );
  const { stdout } = await workspace.run(python ?? '', ['-m', 'pip', 'lock', '--help']);
  expect(stdout).toContain('pylock.toml');
  await workspace.remove();
});
