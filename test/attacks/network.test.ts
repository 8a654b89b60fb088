/** Between the index and us: whoever can break a connection, or answer in the index's place, strips no signature. */
import { chmod, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import type { IndexFault } from '../support/index-faults.ts';
import { startIndex, type TestIndex } from '../support/package-index.ts';
import { pylock } from '../support/pylock.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { checkAsJson, contentOf, rulesIn, tryAttacks, type Attack } from './attack.ts';
import { acme, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

const wheel = makeWheel({ name: 'widget' });
const unavailable = { exitCode: 3, rules: ['provenance-unavailable'] } as const;

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
  setting.publish([wheel], acme);
});
afterAll(async () => setting.close());
beforeEach(async () => {
  await setting.lock([wheel]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
});

describe('what is served in the place of provenance', () => {
  const lifts: (() => void)[] = [];
  beforeEach(() => {
    for (const lift of lifts.splice(0)) lift();
  });
  const fault = (id: string, what: IndexFault, path = '/integrity/'): Attack => ({
    id,
    attack: ({ index }) => void lifts.push(index.fail(path, what)),
    ...unavailable,
  });
  tryAttacks(
    [
      {
        id: 'mirror-that-drops-provenance',
        attack: ({ index }) => {
          index.setModes({ provenance: false });
          lifts.push(() => index.setModes({ provenance: true }));
        },
        exitCode: 1,
        rules: ['attestation-lost'],
        says: '--attestations-from',
      },
      fault('answer-refused', { kind: 'status', status: 403 }),
      fault('answer-withheld', { kind: 'status', status: 404 }),
      fault('page-withheld', { kind: 'status', status: 404 }, '/simple/widget/'),
      fault('answer-is-a-login-page', { kind: 'html' }),
      fault('answer-is-too-large', { kind: 'oversized', bytes: 100_000_000 }),
      fault('answer-unpacks-to-too-much', { kind: 'gzip-bomb', bytes: 200_000_000 }),
      fault('answer-is-cut', { kind: 'cut' }),
      fault('redirect-in-a-circle', { kind: 'redirect', to: '/integrity/widget/1.0.0/x/provenance' }),
      fault('redirect-to-a-file', { kind: 'redirect', to: 'file:///etc/passwd' }),
      fault('redirect-to-plain-http', { kind: 'redirect', to: 'http://index.example/' }),
      fault(
        'page-with-other-bytes',
        {
          kind: 'body',
          contentType: 'application/vnd.pypi.simple.v1+json',
          body: JSON.stringify({
            meta: { 'api-version': '1.4' },
            name: 'widget',
            files: [
              { filename: wheel.filename, url: 'x', hashes: { sha256: '0'.repeat(64) }, provenance: null },
            ],
          }),
        },
        '/simple/widget/',
      ),
      fault(
        'page-of-another-project',
        {
          kind: 'body',
          contentType: 'application/vnd.pypi.simple.v1+json',
          body: JSON.stringify({
            meta: { 'api-version': '1.4' },
            name: 'gadget',
            files: [
              { filename: wheel.filename, url: 'x', hashes: { sha256: wheel.sha256 }, provenance: null },
            ],
          }),
        },
        '/simple/widget/',
      ),
    ],
    () => setting,
  );
});

/** A TOFU run against any index, with the entry recorded. */
async function checkAt(
  simpleUrl: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  return runProvpin(
    setting.workspace,
    [
      '-L',
      'pylock.toml',
      '--trusted-root',
      'root.json',
      '--format',
      'json',
      '--no-cache',
      '--tofu',
      ...args,
      '-i',
      simpleUrl,
    ],
    { env },
  );
}

describe('a man in the middle', () => {
  let secure: TestIndex;
  beforeAll(async () => {
    secure = await startIndex({ tls: true });
    secure.publish(wheel, { provenance: setting.attestationOf(wheel, { signer: acme }) });
    await setting.workspace.write('ca.pem', secure.ca ?? '');
  });
  afterAll(async () => secure.close());
  beforeEach(async () => {
    await setting.workspace.write('pylock.toml', pylock([wheel], secure));
  });

  test.for([
    ['certificate-of-an-unknown-authority', [], {}, ''],
    ['certificate-checks-switched-off-by-the-environment', [], { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, ''],
  ] as const)('%s', async ([id, args, env]) => {
    const before = await contentOf(setting);
    const result = await checkAt(secure.simpleUrl, args, env);
    expect([result.exitCode, rulesIn({ ...result, stderr: '' })]).toEqual([3, unavailable.rules]);
    expect(secure.requests).toEqual([]);
    expect(await contentOf(setting)).toEqual(before);
    expectRow(id, unavailable);
  });

  test('downgrade-from-https-to-http', async () => {
    const plain = setting.index.origin;
    const lift = secure.fail('/integrity/', {
      kind: 'redirect',
      to: `${plain}/integrity/widget/1.0.0/x/provenance`,
    });
    setting.index.clearRequests();
    const result = await checkAt(secure.simpleUrl, ['--cert', 'ca.pem']);
    lift();
    expect([result.exitCode, rulesIn(result)]).toEqual([3, unavailable.rules]);
    expect(result.stdout).toContain('from https to plain http');
    expect(setting.index.requests).toEqual([]);
    expect(await checkAt(secure.simpleUrl, ['--cert', 'ca.pem'])).toMatchObject({ exitCode: 0 });
    expectRow('downgrade-from-https-to-http', unavailable);
  });

  test('index-without-tls', async () => {
    const result = await checkAt('http://index.example/simple/');
    expect([result.exitCode, rulesIn(result)]).toEqual([3, unavailable.rules]);
    expect(result.stdout).toContain('plain http is not used');
    expectRow('index-without-tls', unavailable);
  });
});

test('credentials-to-another-origin', async () => {
  const auth = { username: 'user', password: 'hunter2-and-more' };
  const index = await startIndex({ auth });
  try {
    index.publish(wheel, { provenance: setting.attestationOf(wheel, { signer: acme }) });
    index.fail('/integrity/', {
      kind: 'redirect',
      to: `${setting.index.origin.replace('//', '//thief:pass@')}/integrity/widget/1.0.0/${wheel.filename}/provenance`,
    });
    setting.index.clearRequests();
    const url = index.simpleUrl.replace('//', `//${auth.username}:${auth.password}@`);
    const result = await checkAt(url, ['-v']);
    expect(result.exitCode).toBe(0);
    expect(setting.index.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    const failed = await checkAt(url.replace('hunter2', 'hunter3'), ['-v']);
    expect([failed.exitCode, rulesIn(failed)]).toEqual([3, unavailable.rules]);
    const shown = [result, failed].map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const text of [shown, ...(await filesOf(setting))]) expect(text).not.toMatch(/hunter[23]|Basic /);
    expectRow('credentials-to-another-origin', { rules: [], exitCode: 0 });
  } finally {
    await index.close();
  }
});

test('keyring-for-an-index-of-the-lock', async () => {
  const { workspace } = setting;
  const stranger = await startIndex({ auth: { username: 'user', password: 'hunter2-and-more' } });
  try {
    stranger.publish(wheel, { provenance: setting.attestationOf(wheel, { signer: acme }) });
    const script =
      '#!/bin/sh\necho "$@" >> keyring-arguments\nprintf \'{"username": "user", "password": "hunter2-and-more"}\'\n';
    await chmod(await workspace.write('bin/keyring', script), 0o755);
    await workspace.write('keyring-arguments', '');
    const env = { PATH: [join(workspace.project, 'bin'), workspace.env['PATH']].join(delimiter) };
    const lockWith = async (index: string) =>
      workspace.write('pylock.toml', pylock([wheel], { origin: stranger.origin, index }));
    await lockWith(stranger.simpleUrl);
    const refused = await checkAsJson(setting, [], env);
    expect([refused.exitCode, rulesIn(refused)]).toEqual([3, unavailable.rules]);
    expect(await workspace.read('keyring-arguments')).toBe('');
    // The same index, once the user has configured it.
    const asked = await checkAsJson(setting, ['--extra-index-url', stranger.simpleUrl], env);
    expect([asked.exitCode, rulesIn(asked)]).toEqual([0, []]);
    expect(await workspace.read('keyring-arguments')).toContain(`get ${stranger.simpleUrl}`);
    expectRow('keyring-for-an-index-of-the-lock', unavailable);
  } finally {
    await stranger.close();
  }
});

/** The text of every file that the runs left behind. */
async function filesOf({ workspace }: Setting): Promise<readonly string[]> {
  const entries = await readdir(workspace.directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map(async (entry) => readFile(join(entry.parentPath, entry.name), 'latin1')));
}
