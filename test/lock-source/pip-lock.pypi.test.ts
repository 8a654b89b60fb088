import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findPython } from '../../src/lock-source/find-python.ts';
import { PINNED_PIP } from '../../src/lock-source/pinned-pip.ts';
import { runPipLock } from '../../src/lock-source/pip-lock.ts';
import type { PipOptions } from '../../src/lock-source/run-pip.ts';
import type { Lock } from '../../src/model.ts';
import {
  createWorkspace,
  networkEnvironment,
  type Environment,
  type Workspace,
} from '../support/workspace.ts';

let workspace: Workspace;
let env: Environment;
beforeEach(async () => {
  workspace = await createWorkspace();
  env = { ...workspace.env, ...networkEnvironment() };
});
afterEach(async () => {
  await workspace.remove();
});

/** Has the machine's own pip download the pinned one. */
async function downloadPip(): Promise<Uint8Array> {
  const to = join(workspace.directory, 'download');
  const download = ['-m', 'pip', 'download', '-q', '--no-deps', '--dest', to, `pip==${PINNED_PIP.version}`];
  const { exitCode, stderr } = await workspace.run('python3', download, { env });
  expect(stderr, `exit code ${exitCode}`).not.toContain('ERROR');
  return readFile(join(to, PINNED_PIP.filename));
}

async function lock(args: readonly string[], more: Partial<PipOptions> = {}) {
  const said: Uint8Array[] = [];
  const result: Lock = await runPipLock(args, {
    env,
    cwd: workspace.project,
    cacheDir: join(workspace.directory, 'cache'),
    stderr: (chunk) => said.push(chunk),
    fetchPip: downloadPip,
    ...more,
  });
  return { ...result, said: Buffer.concat(said).toString() };
}

const names = ({ packages }: Lock) => packages.map(({ name }) => name);
const REQUESTS = ['certifi', 'charset-normalizer', 'idna', 'requests', 'urllib3'];

/** A virtual environment whose pip is too old, so that the pinned wheel runs. */
async function environmentWithoutPip(): Promise<Environment> {
  const VIRTUAL_ENV = join(workspace.directory, 'venv');
  const { exitCode } = await workspace.run('python3', ['-m', 'venv', '--without-pip', VIRTUAL_ENV]);
  expect(exitCode).toBe(0);
  return { ...env, VIRTUAL_ENV };
}

test('requests, by the pinned wheel, which is fetched once', async () => {
  const bare = await environmentWithoutPip();
  const python = await findPython({ env: bare, cwd: workspace.project, platform: process.platform });
  expect(python.pip).toBeUndefined();
  const first = await lock(['requests'], { env: bare });
  expect(names(first)).toEqual(REQUESTS);
  for (const { version, files } of first.packages) {
    expect(version).toMatch(/^\d/);
    expect(
      files.every(({ hashes, url }) => hashes['sha256']?.length === 64 && url?.startsWith('https://')),
    ).toBe(true);
  }
  expect(first.said).toContain('Collecting requests');
  const again = await lock(['requests'], {
    env: bare,
    fetchPip: async () => Promise.reject(new Error('it is in the cache')),
  });
  expect(again.packages).toEqual(first.packages);
});

test('by the pip of the virtual environment, when it can lock', async () => {
  const bare = await environmentWithoutPip();
  const wheel = join(workspace.directory, PINNED_PIP.filename);
  await writeFile(wheel, await downloadPip());
  const python = join(workspace.directory, 'venv', 'bin', 'python');
  const install = [join(wheel, 'pip'), 'install', '-q', '--no-index', wheel];
  expect(await workspace.run(python, install)).toMatchObject({ exitCode: 0 });
  const found = await findPython({ env: bare, cwd: workspace.project, platform: process.platform });
  expect(found.pip).toBe(PINNED_PIP.version);
  const locked = await lock(['requests'], {
    env: bare,
    fetchPip: async () => Promise.reject(new Error('no other pip is needed')),
  });
  expect(names(locked)).toEqual(REQUESTS);
});

test('a requirements file, telling everything, with colours, for another Python', async () => {
  await workspace.write('in.txt', 'idna\n');
  const bare = await environmentWithoutPip();
  const args = ['-vv', '-r', 'in.txt', 'six', '--python', join(workspace.directory, 'venv')];
  const locked = await lock(args, { env: { ...bare, VIRTUAL_ENV: '', FORCE_COLOR: '1' } });
  expect(names(locked)).toEqual(['idna', 'six']);
  expect(locked.said).toContain('Removed build tracker');
});

test('a local project is not covered, its dependencies are', async () => {
  await workspace.write(
    'pyproject.toml',
    '[project]\nname = "app"\nversion = "1"\ndependencies = ["idna"]\n',
  );
  const { packages } = await lock(['-e', '.'], { env: await environmentWithoutPip() });
  expect(packages).toMatchObject([
    { name: 'app', files: [], notCovered: 'a local directory (editable)' },
    { name: 'idna', files: [{ kind: 'wheel' }] },
  ]);
});

test('what there is not', async () => {
  const failing = lock(['no-such-project-of-provpin'], { env: await environmentWithoutPip() });
  await expect(failing).rejects.toMatchObject({ code: 'pip-failed', exitCode: 3 });
});
