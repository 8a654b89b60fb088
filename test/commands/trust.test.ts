import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createTrust } from '../../src/commands/trust.ts';
import { createTestSigstore } from '../support/signing.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';

let workspace: Workspace;
beforeEach(async () => {
  workspace = await createWorkspace();
});
afterEach(async () => workspace.remove());

const ignore = (): void => undefined;
const connect = async () => Promise.resolve(async () => Promise.resolve());

test('the verifier is loaded once, however often it is asked for', async () => {
  const path = await workspace.write('root.json', JSON.stringify(createTestSigstore().trustedRoot));
  const trust = createTrust(path, { offline: true, connect }, ignore);
  trust.prepare();
  const verifier = await trust.verifier();
  await writeFile(path, 'changed');
  expect(await trust.verifier()).toBe(verifier);
});

test('that there is none is said when it is needed, and not before', async () => {
  const trust = createTrust(join(workspace.project, 'absent.json'), { offline: true, connect }, ignore);
  trust.prepare();
  await expect(trust.verifier()).rejects.toMatchObject({ name: 'ProvpinError' });
});

test('warnings come with the verifier, once', async () => {
  const warnings: string[] = [];
  const cacheDir = join(workspace.directory, 'cache');
  const trust = createTrust('tuf', { offline: true, cacheDir, connect }, (warning) => warnings.push(warning));
  trust.prepare();
  expect(warnings).toEqual([]);
  await Promise.all([trust.verifier(), trust.verifier()]);
  const said = [...warnings];
  await trust.verifier();
  expect(warnings).toEqual(said);
});
