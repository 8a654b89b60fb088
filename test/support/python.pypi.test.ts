import { expect, test } from 'vitest';

import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';
import { cachedPip, cachePip, pipVersion, environmentThatLocks } from './python.ts';
import { createWorkspace } from './workspace.ts';

test('cachePip leaves a pip that can lock for tests without internet', async () => {
  const workspace = await createWorkspace();
  await cachePip(workspace);
  const env = (await environmentThatLocks(workspace)) ?? {};
  expect(await pipVersion(workspace, env)).toBe(PINNED_PIP.version);
  const { stdout } = await workspace.run('python3', ['-m', 'pip', 'lock', '--help'], { env });
  expect(stdout).toContain('pylock.toml');
  expect(await cachedPip()).toMatchObject(PINNED_PIP);
  await workspace.remove();
});
