/** How the TUF repository is reached: a file of its own, for it changes what `fetch` does in this process. */
import { join } from 'node:path';
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createSetting, type Setting } from '../e2e/setting.ts';
import { serveProxy, type LoopbackServer } from '../package-index/loopback.ts';
import { makeWheel } from '../support/distributions.ts';
import { runInProcess } from '../support/run-in-process.ts';

const before = getGlobalDispatcher();
let setting: Setting;
let proxy: LoopbackServer;
beforeEach(async () => {
  [setting, proxy] = await Promise.all([createSetting(), serveProxy(403)]);
});
afterEach(async () => {
  setGlobalDispatcher(before);
  await Promise.all([setting.close(), proxy.close()]);
});

/** With the default trusted root, which a run refreshes; what signed here is not of it. */
async function check(...argv: readonly string[]) {
  const widget = makeWheel({ name: 'widget' });
  setting.publish([widget]);
  await setting.lock([widget]);
  const path = (name: string): string => join(setting.workspace.project, name);
  return await runInProcess(
    ['-L', path('pylock.toml'), '--tofu', '--provenance-file', path('file.txt'), '--no-cache', ...argv],
    {
      env: { ...setting.workspace.env, PIP_INDEX_URL: setting.index.simpleUrl, HTTPS_PROXY: proxy.url.href },
    },
  );
}
const hostsAsked = (): Set<string | undefined> => new Set(proxy.requests.map(({ url }) => url));

test('by the proxy that the index is reached by', { timeout: 30_000 }, async () => {
  const { exitCode, stderr } = await check();
  expect(hostsAsked()).toEqual(new Set(['tuf-repo-cdn.sigstore.dev:443']));
  expect(stderr).toContain('the TUF repository `tuf-repo-cdn.sigstore.dev` could not be reached');
  expect(exitCode).not.toBe(0);
});

test('not at all with --offline, or a trusted root that is named', async () => {
  await check('--offline');
  await check('--trusted-root', 'embedded');
  expect(hostsAsked()).toEqual(new Set());
});
