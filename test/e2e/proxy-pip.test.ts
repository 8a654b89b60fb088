/** The proxy with real pip as its client: what is installed, and what is not, when the index changes its mind. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from '../support/distributions.ts';
import { environmentThatLocks } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createWorkspace, type Environment, type RunResult } from '../support/workspace.ts';
import { startProxy, type RunningProxy } from './proxy-client.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const TIMEOUT = 120_000;
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const mallory = github({ repository: 'mallory/widget' });

const gadget = makeWheel({ name: 'gadget' });
const widget = makeWheel({ name: 'widget', requires: ['gadget'] });
const poisoned = makeWheel({ name: 'widget', requires: ['gadget'], content: 'import evil' });
const newer = makeWheel({ name: 'widget', version: '2.0.0', content: 'import evil' });

const probe = await createWorkspace();
const hasPip = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

describe.skipIf(!hasPip)('real pip', { timeout: TIMEOUT }, () => {
  let setting: Setting;
  let env: Environment;
  let proxy: RunningProxy | undefined;
  beforeEach(async () => {
    setting = await createSetting();
    setting.publish([widget, gadget]);
    await setting.workspace.write(
      '.provenance.txt',
      entryLine('gadget', recorded) + entryLine('widget', recorded),
    );
    env = (await environmentThatLocks(setting.workspace)) ?? {};
  });
  afterEach(async () => {
    await proxy?.end('SIGKILL');
    proxy = undefined;
    await setting.close();
  });

  const pip = async (...args: readonly string[]): Promise<RunResult> => {
    proxy ??= await startProxy(setting, ['--no-cache']);
    const command = ['-m', 'pip', 'install', '--index-url', proxy.simpleUrl, '--retries', '0'];
    return await setting.workspace.run('python3', [...command, ...args], { env });
  };

  /** What is installed, and whether it is the poisoned one. */
  const installed = async () => {
    const lib = join(setting.workspace.directory, 'venv', 'lib');
    const [version = ''] = await readdir(lib);
    const directory = join(lib, version, 'site-packages');
    const names = (await readdir(directory)).filter((name) => name.endsWith('.dist-info')).toSorted();
    const source = await readFile(join(directory, 'widget.py'), 'utf8').catch(() => '');
    return { names, isEvil: source.includes('evil') };
  };
  const NOTHING = { names: [], isEvil: false };
  const BOTH = { names: ['gadget-1.0.0.dist-info', 'widget-1.0.0.dist-info'], isEvil: false };

  const rules = async () => {
    const { exitCode, stdout } = (await proxy?.end()) ?? { exitCode: null, stdout: '' };
    return [exitCode, rulesOf(parseReport(stdout)).map(([rule]) => rule)];
  };

  test.for([
    ['JSON, metadata', {}],
    ['HTML, no metadata', { json: false, coreMetadata: false }],
    ['HTML, metadata, relative links', { json: false, links: 'relative' }],
  ] as const)('installs what holds: %s', async ([, modes]) => {
    setting.index.setModes(modes);
    const { exitCode, stderr } = await pip('widget');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(await installed()).toEqual(BOTH);
    expect(await rules()).toEqual([0, []]);
  });

  test('gets a file in the end that broke off half-way', async () => {
    const large = makeWheel({ name: 'large', content: `#${randomBytes(2_000_000).toString('hex')}` });
    setting.publish([large]);
    await setting.workspace.write('.provenance.txt', entryLine('large', recorded));
    setting.index.fail(/^\/files\/large.*whl$/, { kind: 'cut' }, 1);
    const { exitCode } = await pip('large', '--no-cache-dir', '--retries', '3');
    expect([exitCode, (await installed()).names]).toEqual([0, ['large-1.0.0.dist-info']]);
    expect(proxy?.stderrSoFar()).toContain('could not be had: the index sent a part of it');
    expect(await rules()).toEqual([0, []]);
  });

  test('builds an sdist that holds', async () => {
    const source = makeSdist({ name: 'source' });
    setting.publish([source]);
    await setting.workspace.write('.provenance.txt', entryLine('source', recorded));
    const { exitCode } = await pip('source', '--no-cache-dir');
    expect([exitCode, (await installed()).names]).toEqual([0, ['source-1.0.0.dist-info']]);
    expect(await rules()).toEqual([0, []]);
  });

  test('installs what an index says to be compressed, and is not', async () => {
    setting.index.fail(/^\/files\/.*whl$/, { kind: 'encoded', encoding: 'gzip' });
    expect([(await pip('widget')).exitCode, await installed()]).toEqual([0, BOTH]);
    expect(await rules()).toEqual([0, []]);
  });

  test('does not get what an index compresses unasked, and the proxy says why', async () => {
    setting.index.fail(/^\/files\/.*whl$/, { kind: 'encoded', encoding: 'gzip', encode: gzipSync });
    expect([(await pip('widget')).exitCode === 0, await installed()]).toEqual([false, NOTHING]);
    expect(await rules()).toEqual([3, []]);
    expect(proxy?.stderrSoFar()).toContain('`Content-Encoding: gzip`, which was not asked for');
  });

  test('does not get what is not signed any more, and is told why', async () => {
    setting.index.attest(widget.filename, undefined);
    const { exitCode, stdout, stderr } = await pip('widget');
    expect([exitCode, await installed()]).toEqual([1, NOTHING]);
    expect(stdout + stderr).toContain('Forbidden (attestation-lost)');
    expect(await rules()).toEqual([1, ['attestation-lost']]);
  });

  const beforeTheFile = (action: () => void) => setting.index.whenAsked(`/files/${widget.filename}`, action);

  test('other bytes once the page and the provenance have been asked for', async () => {
    setting.index.setModes({ coreMetadata: false });
    beforeTheFile(() => setting.index.replace(widget.filename, poisoned.bytes, { keepHash: true }));
    const { exitCode } = await pip('widget');
    expect([exitCode === 0, await installed()]).toEqual([false, NOTHING]);
    expect(await rules()).toEqual([1, ['attestation-invalid']]);
  });

  test('a newer version by somebody else, once the page has been asked for', async () => {
    beforeTheFile(() => setting.publish([newer], mallory));
    const { exitCode } = await pip('widget');
    expect([exitCode, await installed()]).toEqual([0, BOTH]);
    expect(await rules()).toEqual([0, []]);
  });

  test('and one that is there before', async () => {
    setting.publish([newer], mallory);
    const { exitCode } = await pip('widget');
    expect([exitCode === 0, await installed()]).toEqual([false, NOTHING]);
    expect(await rules()).toEqual([1, ['publisher-changed']]);
  });

  test('metadata that has another hash than the page says', async () => {
    const body = `${widget.metadata}Requires-Dist: evil\n`;
    setting.index.fail(`${widget.filename}.metadata`, { kind: 'body', contentType: 'text/plain', body });
    const { exitCode } = await pip('widget');
    expect([exitCode === 0, await installed()]).toEqual([false, NOTHING]);
    expect(await rules()).toEqual([3, []]);
  });

  test('as the program of the proxy', async () => {
    const ours = ['proxy', '--trusted-root', 'root.json', '--format', 'json', '-i', setting.index.simpleUrl];
    const run = async (...args: readonly string[]) =>
      await runProvpin(setting.workspace, [...ours, '--', 'python3', '-m', 'pip', 'install', ...args], {
        env: {
          ...env,
          PIP_EXTRA_INDEX_URL: setting.index.simpleUrl,
          http_proxy: 'http://127.0.0.1:9',
          NO_PROXY: '127.0.0.1',
        },
      });
    setting.index.attest(widget.filename, undefined);
    expect([(await run('widget')).exitCode, await installed()]).toEqual([1, NOTHING]);
    setting.index.attest(widget.filename, setting.attestationOf(widget));
    const { exitCode, stdout, stderr } = await run('widget');
    expect([exitCode, await installed(), parseReport(stdout).summary['verified']]).toEqual([0, BOTH, 2]);
    expect(stderr).toContain('Successfully installed gadget-1.0.0 widget-1.0.0');
  });
});
