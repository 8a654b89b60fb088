import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { networkEnvironment, type RunResult } from '../support/workspace.ts';
import { createSetting, type Setting } from './setting.ts';

const TIMEOUT = 300_000;
const widget = makeWheel({ name: 'widget', requires: ['gadget'] });
const gadget = makeWheel({ name: 'gadget' });
const poisoned = makeWheel({ name: 'widget', content: 'import evil' });

let setting: Setting;
let uv: (args: readonly string[]) => Promise<RunResult>;

function must({ exitCode, stdout, stderr }: RunResult): void {
  if (exitCode !== 0) throw new Error(stdout + stderr);
}

/** A virtual environment with the current uv, and the lock that `--output` writes. */
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  await setting.lock([widget, gadget]);
  must(await setting.check(['--tofu', '-o', 'pylock.checked.toml']));
  const venv = join(setting.workspace.directory, 'venv');
  const env = { ...networkEnvironment(), VIRTUAL_ENV: venv };
  must(await setting.workspace.run('python3', ['-m', 'venv', venv]));
  const pip = join(venv, 'bin', 'python');
  must(await setting.workspace.run(pip, ['-m', 'pip', 'install', '-q', 'uv'], { env }));
  uv = async (args) => await setting.workspace.run(join(venv, 'bin', 'uv'), args, { env });
}, TIMEOUT);
afterEach(async () => setting.close());

const INSTALL = ['pip', 'install', '-r', 'pylock.checked.toml'];

test('uv installs what `--output` wrote', { timeout: TIMEOUT }, async () => {
  const { exitCode, stderr } = await uv(INSTALL);
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining(' + widget==1.0.0')]);
});

test('and nothing that was not checked', { timeout: TIMEOUT }, async () => {
  setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true });
  const { exitCode, stderr } = await uv(INSTALL);
  expect([exitCode === 0, stderr]).toEqual([false, expect.stringContaining('Hash mismatch')]);
  const { stdout } = await uv(['pip', 'list']);
  expect(stdout).not.toContain('widget');
});
