/** Pull requests: a change of the provenance file beside a change of the lock, checked with `--base`. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { github } from '../support/signers.ts';
import { contentOf, rulesIn } from './attack.ts';
import { expectRow } from './rows.ts';

const acme = github({ repositoryId: '11', ownerId: '22' });
const mallory = github({ repository: 'mallory/widget', repositoryId: '666', ownerId: '667' });
const RECORDED = 'https://github.com/acme/widget repository-id=11 owner-id=22';
const THEIRS = 'https://github.com/mallory/widget repository-id=666 owner-id=667';

const good = makeWheel({ name: 'widget', version: '1.0.0' });
const next = makeWheel({ name: 'widget', version: '2.0.0' });
const other = makeWheel({ name: 'other', version: '1.0.0' });

const plain = makeWheel({ name: 'plain', version: '1.0.0' });
const young = makeWheel({ name: 'young', version: '1.0.0' });

let setting: Setting;
let repository: TestRepository;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([good, young], acme);
  setting.publish([plain], null);
  setting.publish([next, other], mallory);
  await setting.lock([good]);
  await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED));
  repository = await createRepository(setting.workspace);
  await repository.commit('Before the change');
});
afterEach(async () => setting.close());

interface Change {
  readonly id: string;
  readonly lock?: Parameters<Setting['lock']>[0];
  /** Lines of the provenance file, each with its name. */
  readonly lines?: readonly (readonly [string, string])[];
  readonly prepare?: () => unknown;
  readonly base?: string;
  readonly cached?: true;
  readonly exitCode: 1 | 2 | 3;
  readonly rules: readonly string[];
}

const CHANGES: readonly Change[] = [
  {
    id: 'change-vouches-for-its-signer',
    lock: [next],
    lines: [['widget', THEIRS]],
    exitCode: 1,
    rules: ['self-vouched'],
  },
  {
    id: 'change-adds-an-alternative',
    lock: [next],
    lines: [
      ['widget', RECORDED],
      ['widget', THEIRS],
    ],
    exitCode: 1,
    rules: ['self-vouched'],
  },
  {
    id: 'change-acknowledges-unsigned',
    lock: [next],
    lines: [
      ['widget', RECORDED],
      ['widget==2.0.0', 'unsigned'],
    ],
    prepare: () => setting.index.attest(next.filename, undefined),
    exitCode: 1,
    rules: ['self-vouched'],
  },
  {
    id: 'change-drops-the-line',
    lock: [next],
    lines: [],
    prepare: () => setting.index.attest(next.filename, undefined),
    exitCode: 1,
    rules: ['self-vouched'],
  },
  {
    id: 'change-brings-a-dependency',
    lock: [good, other],
    lines: [
      ['other', THEIRS],
      ['widget', RECORDED],
    ],
    exitCode: 1,
    rules: ['self-vouched'],
  },
  {
    id: 'change-drops-ids-first',
    lines: [['widget', 'https://github.com/acme/widget']],
    exitCode: 1,
    rules: ['entry-weakened'],
  },
  {
    id: 'change-adds-an-alternative-first',
    lines: [
      ['widget', RECORDED],
      ['widget', THEIRS],
    ],
    exitCode: 1,
    rules: ['entry-weakened'],
  },
  {
    id: 'change-records-a-dependency-first',
    lines: [
      ['other', THEIRS],
      ['widget', RECORDED],
    ],
    exitCode: 1,
    rules: ['entry-weakened', 'warning: entry-unused'],
  },
  {
    id: 'change-prepares-for-a-signer',
    lock: [good, plain],
    lines: [
      ['plain', 'unsigned'],
      ['plain', THEIRS],
      ['widget', RECORDED],
    ],
    exitCode: 1,
    rules: ['entry-weakened'],
  },
  {
    id: 'change-hides-behind-first-use',
    lock: [good, young],
    lines: [
      ['widget', RECORDED],
      ['young', RECORDED],
      ['young', THEIRS],
    ],
    exitCode: 1,
    rules: ['self-vouched', 'entry-weakened'],
  },
  {
    id: 'change-renames-a-file-to-it',
    lock: [next],
    prepare: async () => {
      await repository.git('rm', '-q', '.provenance.txt');
      await setting.workspace.write('docs/example.txt', entryLine('widget', THEIRS));
      await repository.commit('An example');
      await repository.git('tag', 'before');
      await repository.git('mv', 'docs/example.txt', '.provenance.txt');
      await repository.commit('Begin to check who signs');
    },
    base: 'before',
    exitCode: 1,
    rules: ['self-vouched'],
  },
  {
    id: 'change-merges-both-ways',
    prepare: async () => {
      const loose = entryLine('widget', 'https://github.com/acme/widget');
      const filler = Array.from({ length: 9 }, (_, at) => entryLine(`other${at}`, 'unsigned')).join('');
      await setting.workspace.write('.provenance.txt', loose + filler);
      await repository.commit('Loose');
      await repository.git('checkout', '-q', '-b', 'work');
      await repository.commit('Something harmless');
      await repository.git('checkout', '-q', 'main');
      await setting.workspace.write('.provenance.txt', entryLine('widget', RECORDED) + filler);
      const tightened = await repository.commit('Tightened');
      await repository.git('merge', '-q', '--no-ff', '-m', 'The harmless one', 'work');
      await repository.git('checkout', '-q', 'work');
      await repository.git('merge', '-q', '-s', 'ours', '-m', 'Up to date', tightened);
    },
    base: 'auto',
    exitCode: 1,
    rules: ['entry-weakened', 'warning: entry-unused'],
  },
  {
    id: 'change-poisons-the-cache',
    lines: [['widget', THEIRS]],
    cached: true,
    prepare: async () => {
      setting.index.attest(good.filename, setting.attestationOf(good, { signer: mallory }));
      await setting.workspace.write('theirs.txt', entryLine('widget', THEIRS));
      await setting.check(['--provenance-file', 'theirs.txt']);
      setting.index.attest(good.filename, setting.attestationOf(good, { signer: acme }));
    },
    exitCode: 1,
    rules: ['entry-weakened', 'publisher-changed'],
  },
  { id: 'base-is-no-revision', base: '--output=stolen', exitCode: 2, rules: [] },
  {
    id: 'base-does-not-parse',
    prepare: async () => {
      await setting.workspace.write('.provenance.txt', 'widget nobody\n');
      await repository.commit('Broken');
    },
    lines: [['widget', RECORDED]],
    exitCode: 2,
    rules: [],
  },
  {
    id: 'base-is-not-in-the-clone',
    prepare: async () => {
      const blob = await repository.git('rev-parse', 'HEAD:.provenance.txt');
      await rm(join(setting.workspace.project, '.git/objects', blob.slice(0, 2), blob.slice(2)));
    },
    exitCode: 3,
    rules: [],
  },
];

test.for(CHANGES)('$id', async ({ id, lock, lines, prepare, base = 'HEAD', cached, exitCode, rules }) => {
  await prepare?.();
  if (lock !== undefined) await setting.lock(lock);
  if (lines !== undefined)
    await setting.workspace.write(
      '.provenance.txt',
      lines.map(([name, rest]) => entryLine(name, rest)).join(''),
    );
  const before = await contentOf(setting);
  const args = ['--format', 'json', `--base=${base}`, ...(cached ? [] : ['--no-cache'])];
  const result = await setting.check(args);
  expect({ exitCode: result.exitCode, rules: rulesIn(result) }).toEqual({
    exitCode,
    rules: rules.toSorted(),
  });
  expect(await contentOf(setting)).toEqual(before);
  expectRow(id, { rules, exitCode });
  if (rules.length > 0 && exitCode === 1) await expectAllowed(rules, base);
});

/** Somebody has looked at what is the change's own doing: then it passes, and what is not stays. */
async function expectAllowed(rules: readonly string[], base: string): Promise<void> {
  const allowed = await setting.check([
    '--base',
    base,
    '--allow',
    'widget',
    ...['other', 'plain', 'young'].flatMap((name) => ['--allow', name]),
    '--no-cache',
  ]);
  expect(allowed.exitCode).toBe(rules.includes('publisher-changed') ? 1 : 0);
}
