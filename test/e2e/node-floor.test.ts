import { readFile } from 'node:fs/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { BINARY, runProvpin } from '../support/run-provpin.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';
import manifest from '../../package.json' with { type: 'json' };

let workspace: Workspace;
beforeAll(async () => {
  workspace = await createWorkspace();
});
afterAll(async () => workspace.remove());

const floor = manifest.engines.node.replace('>=', '');

/** Runs the binary as if under that version: what it asks is `process.versions`. */
async function runUnder(version: string) {
  const preload = await workspace.write(
    'preload.cjs',
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify(version)} } });`,
  );
  return workspace.run(process.execPath, ['--require', preload, BINARY, '--version']);
}

test.for(['22.22.1', '22.21.9', '20.20.2', '18.0.0', '9.99.99'])(
  'Node.js %s is told what to do, in one line, with exit code 2',
  async (version) => {
    const { exitCode, stdout, stderr } = await runUnder(version);
    expect([exitCode, stdout]).toEqual([2, '']);
    const [error = '', hint = '', ...more] = stderr.split('\n');
    expect(error).toBe(`error: provpin needs Node.js \`${floor}\` or newer, and this is \`${version}\``);
    expect(hint).toMatch(/^hint: install a current Node\.js/);
    expect(more).toEqual(['']);
  },
);

test.for([floor, '22.23.0', '23.0.0', '24.21.0', '100.0.0'])('Node.js %s runs it', async (version) => {
  expect(await runUnder(version)).toMatchObject({ exitCode: 0, stderr: '' });
});

/** Old ones that happen to be on this machine. */
const OLD = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node'];

test('a Node.js that really is old can read the binary', async ({ skip }) => {
  const found = [];
  for (const path of OLD) {
    const { exitCode, stdout } = await workspace
      .run(path, ['--version'])
      .catch(() => ({ exitCode: 1, stdout: '' }));
    if (exitCode === 0 && isOlder(stdout.trim().slice(1))) found.push(path);
  }
  const [old] = found;
  if (old === undefined) return skip();
  const { exitCode, stderr } = await workspace.run(old, [BINARY, '--help']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^error: provpin needs Node\.js `[\d.]+` or newer, and this is `[\d.]+`\nhint: .*\n$/,
  );
});

test('nothing stands in the binary that only a later Node.js than the first with ES modules can parse', async () => {
  const source = await readFile(BINARY, 'utf8');
  expect(source).not.toMatch(/^import\b|\bawait\b|\?\?|\?\.|\|\|=|\basync\b|\bclass\b|#[a-z]+\s*[=(]/m);
});

test('one that was not built says so, and does not look like findings', async () => {
  const copy = await workspace.write('unbuilt/bin/provpin.mjs', await readFile(BINARY, 'utf8'));
  const { exitCode, stderr } = await workspace.run(process.execPath, [copy, '--version']);
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^error: provpin cannot be started: .*\nhint: in a clone, `npm ci` builds it\n$/);
});

test('the one that is here runs it', async () => {
  expect(await runProvpin(workspace, ['--version'])).toMatchObject({ exitCode: 0, stderr: '' });
});

function isOlder(version: string): boolean {
  const [a = [], b = []] = [version, floor].map((text) => text.split('.').map(Number));
  const at = a.findIndex((part, i) => part !== b[i]);
  return at !== -1 && (a[at] ?? 0) < (b[at] ?? 0);
}
