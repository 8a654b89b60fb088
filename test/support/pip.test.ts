import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from './distributions.ts';
import { startIndex, type TestIndex } from './package-index.ts';
import { pylock } from './pylock.ts';
import { environmentThatLocks } from './python.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

describe.skipIf(!canLock)('where there is a pip that can lock', () => {
  let workspace: Workspace;
  let index: TestIndex;
  beforeEach(async () => {
    workspace = await createWorkspace();
    index = await startIndex();
  });
  afterEach(async () => {
    await index.close();
    await workspace.remove();
  });

  test('pylock() is what it writes', async () => {
    const wheel = makeWheel({ name: 'widget', requires: ['gadget'] });
    const sdist = makeSdist({ name: 'gadget', version: '2.0' });
    index.publish(wheel);
    index.publish(sdist);
    const env = (await environmentThatLocks(workspace)) ?? {};
    const lock = ['-m', 'pip', 'lock', '-q', '-o', '-', '--no-cache-dir', '--index-url', index.simpleUrl];
    const { stdout } = await workspace.run('python3', [...lock, 'widget'], { env });
    expect(stdout).toBe(pylock([sdist, wheel], { origin: index.origin }));
  });
});
