/** The cache, and what earlier runs kept: whoever can write there changes no verdict. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createSetting, entryLine, parseReport, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { provenance } from '../support/signing.ts';
import { rulesIn } from './attack.ts';
import { acme, ids, mallory, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

const wheel = makeWheel({ name: 'widget' });
const gadget = makeWheel({ name: 'gadget' });

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());
beforeEach(async () => {
  setting.publish([wheel], acme);
  await setting.lock([wheel]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
});

const check = async (args: readonly string[] = []) => setting.check(['--format', 'json', ...args]);
/** Arguments of the gate, and of a TOFU run. */
const MODES = [[], ['--tofu']] as const;
const recorded = async () => setting.workspace.read('.provenance.txt');

async function poison(content: string | Uint8Array) {
  const { sha256 } = wheel;
  const path = join(
    setting.workspace.env['XDG_CACHE_HOME'] ?? '',
    'provpin',
    'provenance',
    sha256.slice(0, 2),
  );
  await mkdir(path, { recursive: true });
  await writeFile(join(path, `${sha256}.json`), content);
}

const signedByMallory = () => JSON.stringify(setting.attestationOf(wheel, { signer: mallory }));

/** What somebody may have put in the place of the cached provenance, with what the index serves as it was. */
const POISONS: Readonly<Record<string, () => string>> = {
  'cache-with-rubbish': () => '\u0000\u001B[2K{',
  'cache-that-is-cut': () => JSON.stringify(setting.attestationOf(wheel, { signer: acme })).slice(0, 5000),
  'cache-with-the-provenance-of-another-file': () =>
    JSON.stringify(setting.attestationOf(gadget, { signer: acme })),
  'cache-with-a-forgery': () =>
    JSON.stringify(setting.attestationOf(wheel, { signer: acme, fault: 'signature-by-another-key' })),
  'cache-with-a-valid-signature-of-the-attacker': signedByMallory,
  'cache-with-another-claim': () => {
    const { attestation_bundles: bundles } = setting.attestationOf(wheel, { signer: acme });
    return JSON.stringify(provenance(bundles.map((one) => ({ ...one, publisher: mallory.publisher }))));
  },
  'cache-with-nothing-in-it': () => '{"version":1,"attestation_bundles":[]}',
};

test.for(Object.entries(POISONS))('%s', async ([id, poisonOf]) => {
  await poison(poisonOf());
  const gate = await check();
  expect([gate.exitCode, rulesIn(gate), parseReport(gate.stdout).summary['verified']]).toEqual([0, [], 1]);

  await poison(poisonOf());
  await setting.workspace.write('.provenance.txt', '');
  const tofu = await check(['--tofu']);
  expect([tofu.exitCode, await recorded()]).toEqual([0, entryLine('widget', RECORDED)]);

  // Nor does it keep a foreign signer from being found.
  await poison(poisonOf());
  setting.publish([wheel], mallory);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
  expect(await check()).toMatchObject({ exitCode: 1 });
  expectRow(id, { rules: [], exitCode: 0 });
});

test('cache-poisoned-before-an-offline-run', async () => {
  await poison(signedByMallory());
  await setting.workspace.write('.provenance.txt', '');
  const tofu = await check(['--offline', '--tofu']);
  expect([tofu.exitCode, rulesIn(tofu), await recorded()]).toEqual([3, ['provenance-unavailable'], '']);
  expectRow('cache-poisoned-before-an-offline-run', { rules: ['provenance-unavailable'], exitCode: 3 });
});

test('cache-hides-a-signer-that-was-replaced', async () => {
  // The cache has the recorded publisher's signature of these very bytes, so that they are theirs whatever is served now.
  await check(['--cache-dir', 'warm']);
  setting.publish([wheel], mallory);
  const gate = await check(['--cache-dir', 'warm']);
  expect([gate.exitCode, rulesIn(gate)]).toEqual([0, []]);
  expectRow('cache-hides-a-signer-that-was-replaced', { rules: [], exitCode: 0 });
});

test('index-hides-what-is-cached', async () => {
  await check(['--cache-dir', 'warm']);
  setting.publish([wheel], null);
  const gate = await check(['--cache-dir', 'warm']);
  expect([gate.exitCode, rulesIn(gate)]).toEqual([0, []]);
  expectRow('index-hides-what-is-cached', { rules: [], exitCode: 0 });
});

test('cached-absence', async () => {
  setting.publish([wheel], null);
  expect(await check(['--cache-dir', 'absence'])).toMatchObject({ exitCode: 1 });
  const kept = await readdir(join(setting.workspace.project, 'absence'), { recursive: true }).catch(() => []);
  expect(kept.filter((name) => name.includes(wheel.sha256))).toEqual([]);
  setting.publish([wheel], mallory);
  const gate = await check(['--cache-dir', 'absence']);
  expect([gate.exitCode, rulesIn(gate)]).toEqual([1, ['publisher-changed']]);
  expectRow('cached-absence', { rules: ['publisher-changed'], exitCode: 1 });
});

test('self-hosted-runner-drifts', async () => {
  const receipts = ['--no-cache', '--receipts', 'receipts.jsonl'];
  expect(await check(receipts)).toMatchObject({ exitCode: 0 });
  const before = await setting.workspace.read('receipts.jsonl');
  const later = makeWheel({ name: 'widget', version: '2.0' });
  setting.publish([later], github({ ...ids, runner: 'self-hosted' }));
  await setting.lock([later]);
  for (const mode of MODES) {
    await setting.workspace.write('receipts.jsonl', before);
    const result = await check([...receipts, ...mode]);
    expect([result.exitCode, rulesIn(result)]).toEqual([0, ['warning: signature-drift']]);
    expect(result.stdout).toContain('runner=self-hosted');
    expect(await recorded()).toBe(entryLine('widget', RECORDED));
  }
  expectRow('self-hosted-runner-drifts', { rules: ['warning: signature-drift'], exitCode: 0 });
});

test.each([
  ['index-replaces-an-attestation', wheel, 'has another attestation than before'],
  [
    'index-replaces-a-file',
    makeWheel({ name: 'widget', content: 'evil = 1\n' }),
    'has other bytes than before',
  ],
])('%s', async (row, replaced, warning) => {
  // By the recorded publisher: somebody who may run a workflow of the repository, or an index that served the other one first.
  const receipts = ['--no-cache', '--receipts', `${row}.jsonl`];
  expect(await check(receipts)).toMatchObject({ exitCode: 0 });
  const before = await setting.workspace.read(`${row}.jsonl`);
  setting.publish([replaced], acme);
  await setting.lock([replaced]);
  for (const mode of MODES) {
    await setting.workspace.write(`${row}.jsonl`, before);
    const result = await check([...receipts, ...mode]);
    expect([result.exitCode, rulesIn(result)]).toEqual([0, ['warning: signature-drift']]);
    expect(result.stdout).toContain(warning);
    expect(await recorded()).toBe(entryLine('widget', RECORDED));
  }
  expectRow(row, { rules: ['warning: signature-drift'], exitCode: 0 });
  const after = await setting.workspace.read(`${row}.jsonl`);
  expect(after.split('\n')).toHaveLength(before.split('\n').length + 1);
  expect(after).toContain(before); // the evidence of what was there first stays
  expect(rulesIn(await check(receipts))).toEqual([]);
});

test('receipts-that-are-forged', async () => {
  const line = JSON.stringify({
    package: 'widget',
    version: '1.0.0',
    file: wheel.filename,
    predicateType: 'https://docs.pypi.org/attestations/publish/v1',
    sha256: wheel.sha256,
    identity: 'https://github.com/mallory/widget',
    signedAt: '2026-06-01T12:00:00.000Z',
  });
  await setting.workspace.write('receipts.jsonl', `${line}\n`);
  setting.publish([wheel], mallory);
  for (const mode of MODES) {
    const result = await check(['--no-cache', '--receipts', 'receipts.jsonl', ...mode]);
    expect([result.exitCode, rulesIn(result)]).toEqual([1, ['publisher-changed']]);
    expect(await recorded()).toBe(entryLine('widget', RECORDED));
  }
  expectRow('receipts-that-are-forged', { rules: ['publisher-changed'], exitCode: 1 });
});
