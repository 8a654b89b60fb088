/** A lock of so many files that more than one thread verifies them. */
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { createSetting, parseReport, type Setting } from './setting.ts';

const COUNT = 200;
const BAD = 'package-123';

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
  const wheels = Array.from({ length: COUNT }, (_, at) => makeWheel({ name: `package-${at}` }));
  setting.publish(wheels);
  const bad = wheels.find(({ name }) => name === BAD);
  if (bad === undefined) throw new Error('no such wheel');
  setting.index.attest(bad.filename, setting.attestationOf(bad, { fault: 'signature-by-another-key' }));
  await setting.lock(wheels);
});
afterAll(async () => setting.close());

test.each([
  ['by one request at a time', '1'],
  ['by many requests at once', '64'],
])('the bad one is found among the good ones, %s', async (_, concurrency) => {
  const file = ['--provenance-file', `${concurrency}.txt`];
  const args = ['--tofu', '--no-cache', '--format', 'json', '--concurrency', concurrency, ...file];
  const { exitCode, stdout } = await setting.check(args);
  expect(exitCode).toBe(1);
  const { summary, findings, packages } = parseReport(stdout);
  expect(summary).toMatchObject({ packages: COUNT, recorded: COUNT - 1, failed: 1 });
  expect(findings.map(({ rule, package: name }) => [rule, name])).toEqual([['attestation-invalid', BAD]]);
  expect(packages.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([BAD]);
});

test('what is cached is verified by more than one thread, and a few files are not', async ({ skip }) => {
  if (availableParallelism() === 1) skip();
  const cached = ['--tofu', '--provenance-file', 'cached.txt'];
  await setting.check(cached);
  const env = { NODE_DEBUG: 'worker' };
  const many = await setting.check([...cached, '--concurrency', '1'], { env });
  expect([many.exitCode, many.stderr]).toEqual([1, expect.stringContaining('create new worker')]);
  await setting.lock([makeWheel({ name: 'package-1' })]);
  const few = await setting.check(cached, { env });
  expect(few.stderr).not.toContain('create new worker');
});
