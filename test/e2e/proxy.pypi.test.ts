/** The proxy with the current uv as its client. */
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { installUv, type Uv } from '../support/uv.ts';
import { createWorkspace, type Environment, type Workspace } from '../support/workspace.ts';
import { startProxy, type RunningProxy } from './proxy-client.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const TIMEOUT = 300_000;
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const mallory = github({ repository: 'mallory/widget' });
const widget = makeWheel({ name: 'widget', requires: ['gadget'] });
const gadget = makeWheel({ name: 'gadget' });
const poisoned = makeWheel({ name: 'widget', requires: ['gadget'], content: 'import evil' });
const newer = makeWheel({ name: 'widget', version: '2.0.0' });

let setting: Setting;
let tools: Workspace;
let uv: Uv;
let env: Environment;
let proxy: RunningProxy | undefined;

beforeAll(async () => {
  tools = await createWorkspace();
  uv = await installUv(tools);
}, TIMEOUT);
afterAll(async () => tools.remove());

beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  await setting.workspace.write(
    '.provenance.txt',
    entryLine('gadget', recorded) + entryLine('widget', recorded),
  );
  env = { ...uv.env, VIRTUAL_ENV: join(setting.workspace.directory, 'venv') };
  await setting.workspace.run('python3', ['-m', 'venv', '--without-pip', env['VIRTUAL_ENV'] ?? '']);
});
afterEach(async () => {
  await proxy?.end('SIGKILL');
  proxy = undefined;
  await setting.close();
});

async function install() {
  proxy = await startProxy(setting, ['--no-cache']);
  const run = async (...args: readonly string[]) =>
    await setting.workspace.run(join(uv.bin, 'uv'), ['pip', ...args], { env });
  const { exitCode, stderr } = await run('install', '--default-index', proxy.simpleUrl, 'widget');
  const { stdout: list } = await run('list');
  const { exitCode: verdict, stdout } = await proxy.end();
  const rules = rulesOf(parseReport(stdout)).map(([rule]) => rule);
  return { isDone: exitCode === 0, isInstalled: list.includes('widget'), stderr, verdict, rules };
}

const file = new RegExp(`^/files/${widget.filename}$`);
const HELD = { isDone: true, isInstalled: true, verdict: 0, rules: [] };
const failed = (rule: string) => ({ isDone: false, isInstalled: false, verdict: 1, rules: [rule] });

test.for([
  ['by metadata beside the files', { coreMetadata: true }],
  ['by parts of the files', { coreMetadata: false }],
  ['of a page in HTML', { json: false, coreMetadata: false }],
] as const)('uv installs what holds, %s', { timeout: TIMEOUT }, async ([, modes]) => {
  setting.index.setModes(modes);
  expect(await install()).toMatchObject(HELD);
});

test(
  'uv installs what an index says to be compressed, and is not, which it would unpack itself',
  { timeout: TIMEOUT },
  async () => {
    setting.index.fail(/^\/files\/.*whl$/, { kind: 'encoded', encoding: 'gzip' });
    expect(await install()).toMatchObject(HELD);
  },
);

test('not what is not signed any more', { timeout: TIMEOUT }, async () => {
  setting.index.attest(widget.filename, undefined);
  expect(await install()).toMatchObject(failed('attestation-lost'));
});

test.for([[{ coreMetadata: true }], [{ coreMetadata: false }]])(
  'nor other bytes once everything has been asked for: %j',
  { timeout: TIMEOUT },
  async ([modes]) => {
    setting.index.setModes(modes ?? {});
    setting.index.whenAsked(file, () =>
      setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true }),
    );
    expect(await install()).toMatchObject(failed('attestation-invalid'));
  },
);

test('nor a newer version by somebody else', { timeout: TIMEOUT }, async () => {
  setting.publish([newer], mallory);
  expect(await install()).toMatchObject(failed('publisher-changed'));
});

test('uv as the program of the proxy', { timeout: TIMEOUT }, async () => {
  const ours = ['proxy', '--trusted-root', 'root.json', '--format', 'json', '-i', setting.index.simpleUrl];
  const program = ['--', 'uv', 'pip', 'install', 'widget'];
  const { exitCode, stdout, stderr } = await runProvpin(setting.workspace, [...ours, ...program], {
    env: { ...env, PATH: [uv.bin, setting.workspace.env['PATH']].join(delimiter) },
  });
  expect([exitCode, parseReport(stdout).summary['verified']]).toEqual([0, 2]);
  expect(stderr).toContain(' + widget==1.0.0');
});

test(
  'uv with a lock takes files by its URLs: that is no session that held',
  { timeout: TIMEOUT },
  async () => {
    const project = 'name = "app"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["widget"]\n';
    await setting.workspace.write('pyproject.toml', `[project]\n${project}`);
    const lock = ['lock', '--default-index', setting.index.simpleUrl];
    expect(await setting.workspace.run(join(uv.bin, 'uv'), lock, { env })).toMatchObject({ exitCode: 0 });
    const ours = ['proxy', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl];
    const { exitCode, stderr } = await runProvpin(
      setting.workspace,
      [...ours, '--', 'uv', 'sync', '--frozen'],
      { env: { ...env, PATH: [uv.bin, setting.workspace.env['PATH']].join(delimiter) } },
    );
    expect(stderr).toContain(' + widget==1.0.0');
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('`uv` asked the proxy for nothing')]);
  },
);
