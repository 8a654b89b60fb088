import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { installUv, type Uv } from '../support/uv.ts';
import { createSetting, type Setting } from './setting.ts';

const TIMEOUT = 300_000;
const widget = makeWheel({ name: 'widget', requires: ['gadget'] });
const gadget = makeWheel({ name: 'gadget' });
const poisoned = makeWheel({ name: 'widget', content: 'import evil' });

let setting: Setting;
let uv: Uv['run'];

beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  await setting.lock([widget, gadget]);
  const { exitCode, stderr } = await setting.check(['--tofu', '-o', 'pylock.checked.toml']);
  if (exitCode !== 0) throw new Error(stderr);
  ({ run: uv } = await installUv(setting.workspace));
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
