/** The proxy with the current Poetry as its client, which has its index in `pyproject.toml`. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { installTools } from '../support/python-tools.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type Workspace } from '../support/workspace.ts';
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
let poetry: string;
let proxy: RunningProxy | undefined;

beforeAll(async () => {
  tools = await createWorkspace();
  poetry = join(await installTools(tools, 'poetry'), 'poetry');
}, TIMEOUT);
afterAll(async () => tools.remove());

beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  await setting.workspace.write(
    '.provenance.txt',
    entryLine('gadget', recorded) + entryLine('widget', recorded),
  );
});
afterEach(async () => {
  await proxy?.end('SIGKILL');
  proxy = undefined;
  await setting.close();
});

/** Locks and installs; `between` happens after the lock is there. */
async function install(between: () => void = () => {}) {
  proxy = await startProxy(setting, ['--no-cache']);
  await setting.workspace.write(
    'pyproject.toml',
    `[project]
name = "app"
version = "1"
requires-python = ">=3.10"
dependencies = ["widget"]
[tool.poetry]
package-mode = false
[[tool.poetry.source]]
name = "checked"
url = "${proxy.simpleUrl}"
priority = "primary"
`,
  );
  const env = {
    POETRY_VIRTUALENVS_IN_PROJECT: 'true',
    PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
  };
  const run = async (...args: readonly string[]) =>
    await setting.workspace.run(poetry, [...args, '--no-interaction'], { env });
  const locked = await run('lock');
  between();
  const installed = locked.exitCode === 0 ? await run('install') : locked;
  const { stdout: list } = await run('run', 'python', '-c', LIST);
  const { exitCode: verdict, stdout } = await proxy.end();
  const rules = rulesOf(parseReport(stdout)).map(([rule]) => rule);
  return {
    isDone: installed.exitCode === 0,
    names: list.trim(),
    said: installed.stdout + installed.stderr,
    verdict,
    rules,
  };
}

const LIST = `import importlib.metadata as m; print(*sorted(d.name for d in m.distributions() if d.name in ("widget", "gadget")))`;

test.for([
  ['by metadata beside the files', { coreMetadata: true }],
  ['by the files', { coreMetadata: false }],
  ['of a page in HTML', { json: false, coreMetadata: false }],
] as const)('Poetry locks and installs what holds, %s', { timeout: TIMEOUT }, async ([, modes]) => {
  setting.index.setModes(modes);
  expect(await install()).toMatchObject({ isDone: true, names: 'gadget widget', verdict: 0, rules: [] });
});

const failed = (rule: string) => ({ isDone: false, verdict: 1, rules: [rule] });

test('not what is not signed any more', { timeout: TIMEOUT }, async () => {
  setting.index.attest(widget.filename, undefined);
  const result = await install();
  expect(result).toMatchObject(failed('attestation-lost'));
  expect(result.names).not.toContain('widget');
  expect(result.said).toContain('403');
});

test('nor other bytes behind the lock', { timeout: TIMEOUT }, async () => {
  setting.index.setModes({ coreMetadata: true });
  const result = await install(() =>
    setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true }),
  );
  expect(result).toMatchObject(failed('attestation-invalid'));
  expect(result.names).not.toContain('widget');
});

test('nor a newer version by somebody else', { timeout: TIMEOUT }, async () => {
  setting.publish([newer], mallory);
  const result = await install();
  expect(result).toMatchObject(failed('publisher-changed'));
  expect(result.names).not.toContain('widget');
});
