/** What is not stopped, shown to pass: whoever reads the table of limits must be able to believe it. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { checkAsJson, forget, rulesIn } from './attack.ts';
import { acme, ids, mallory, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

const wheel = makeWheel({ name: 'widget' });
const malicious = makeWheel({ name: 'widget', version: '2.0', content: 'import os' });

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());
beforeEach(async () => {
  setting.publish([wheel], acme);
  await setting.lock([malicious]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
});

const record = async (...lines: readonly string[]) =>
  setting.workspace.write('.provenance.txt', lines.join(''));

interface Limit {
  readonly id: string;
  readonly happens: () => unknown;
  readonly args?: readonly string[];
  readonly rules?: readonly string[];
  /** What STRICT finds, where it does. */
  readonly strictly?: readonly string[];
}

const LIMITS: readonly Limit[] = [
  { id: 'hijacked-workflow', happens: () => setting.publish([malicious], acme) },
  {
    id: 'another-workflow-not-pinned',
    happens: () =>
      setting.publish([malicious], github({ ...ids, workflow: 'evil.yml', ref: 'refs/heads/evil' })),
  },
  {
    id: 'recreated-under-an-entry-without-ids',
    happens: async () => {
      await record(entryLine('widget', 'https://github.com/acme/widget'));
      setting.publish([malicious], github({ repositoryId: '666', ownerId: '667' }));
    },
  },
  {
    id: 'recreated-beside-a-line-without-ids',
    happens: async () => {
      await record(entryLine('widget', 'https://github.com/acme/widget'), entryLine('widget', RECORDED));
      setting.publish([malicious], github({ repositoryId: '666', ownerId: '667' }));
    },
    rules: ['warning: entry-unused'],
    strictly: ['warning: entry-unused'],
  },
  {
    id: 'malicious-from-the-first-use',
    args: ['--tofu'],
    happens: async () => {
      await forget(setting);
      setting.publish([malicious], mallory);
    },
  },
  {
    id: 'old-version-locked-again',
    happens: async () => {
      setting.publish([wheel, malicious], acme);
      await setting.lock([wheel]);
    },
  },
  {
    id: 'package-that-nobody-ever-signed',
    happens: async () => {
      await record();
      setting.publish([malicious], null);
    },
    strictly: ['attestation-missing'],
  },
  {
    id: 'pull-request-that-edits-an-entry',
    happens: async () => {
      await record(entryLine('widget', 'https://github.com/mallory/widget repository-id=666 owner-id=667'));
      setting.publish([malicious], mallory);
    },
  },
  {
    id: 'pull-request-that-allows-unsigned',
    happens: async () => {
      await record(entryLine('widget', 'unsigned'));
      setting.publish([malicious], null);
    },
  },
  {
    id: 'pull-request-that-deletes-the-file',
    happens: async () => {
      await forget(setting);
      setting.publish([malicious], null);
    },
    strictly: ['attestation-missing'],
  },
  {
    id: 'unrecorded-package-from-a-repository',
    happens: async () => {
      await record();
      await setting.workspace.write(
        'pylock.toml',
        'lock-version = "1.0"\ncreated-by = "pip"\n[[packages]]\nname = "widget"\n[packages.vcs]\ntype = "git"\nurl = "https://example.org/x.git"\ncommit-id = "0123456789012345678901234567890123456789"\n',
      );
    },
    rules: ['warning: not-covered'],
    strictly: ['not-covered'],
  },
];

test.for(LIMITS)('$id', async ({ id, happens, args = [], rules = [], strictly = [] }) => {
  await happens();
  const gate = await checkAsJson(setting, args);
  expect([gate.exitCode, rulesIn(gate)]).toEqual([0, rules]);
  expect(gate.stdout + gate.stderr).not.toMatch(/\b(?:safe|secure|trustworthy)\b/i);
  const strict = await checkAsJson(setting, args, { STRICT: '1' });
  const fails = strictly.some((rule) => !rule.startsWith('warning: '));
  expect([strict.exitCode, rulesIn(strict)]).toEqual([fails ? 1 : 0, strictly]);
  expectRow(id, { rules, exitCode: 0 });
});
