/** What gets into the provenance file, and what a pull request can do to it. */
import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createSetting, entryLine, parseReport, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel } from '../support/distributions.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { contentOf, forget, rulesIn, tryAttacks, type Attack } from './attack.ts';
import { acme, mallory, RECORDED } from './batch.ts';
import { expectRow } from './rows.ts';

const wheel = makeWheel({ name: 'widget' });
const sdist = makeSdist({ name: 'widget' });
const both = [wheel, sdist];
const entry = entryLine('widget', RECORDED);

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
});
afterAll(async () => setting.close());
beforeEach(async () => {
  setting.publish(both, acme);
  await setting.lock(both);
  await forget(setting);
  await setting.workspace.write('.provenance.txt', entry);
});

const write = (text: string | Uint8Array) => async () => setting.workspace.write('.provenance.txt', text);
const linkTo = async (target: string, name: string) => symlink(target, join(setting.workspace.project, name));
const unreadable = { exitCode: 2, rules: [] } as const;

const ATTACKS: readonly Attack[] = [
  {
    id: 'accepted-in-passing',
    attack: async () => {
      const gadget = makeWheel({ name: 'gadget' });
      setting.publish(both, mallory);
      setting.publish([gadget], acme);
      await setting.lock([...both, gadget]);
      await setting.workspace.write('.provenance.txt', entryLine('gadget', RECORDED) + entry);
    },
    args: ['--accept', 'gadget'],
    exitCode: 1,
    rules: ['publisher-changed'],
  },
  {
    id: 'accepted-without-a-signer',
    attack: () => {
      const attestation = setting.attestationOf(wheel, { signer: acme, fault: 'signature-by-another-key' });
      setting.index.attest(wheel.filename, attestation);
    },
    args: ['--accept', 'widget'],
    exitCode: 1,
    rules: ['attestation-invalid'],
    says: '`widget` was not accepted',
  },
  {
    id: 'unsigned-accepted-in-bulk',
    attack: () => setting.publish(both, null),
    args: ['--tofu', '--accept-unsigned'],
    exitCode: 1,
    rules: ['attestation-lost'],
  },
  {
    id: 'entry-deleted',
    attack: write('# nothing\n'),
    exitCode: 1,
    rules: ['publisher-unknown'],
    isFirstUse: true,
  },
  {
    id: 'provenance-file-deleted',
    attack: async () => forget(setting),
    exitCode: 1,
    rules: ['publisher-unknown'],
    isFirstUse: true,
  },
  {
    id: 'entry-behind-a-comment',
    attack: async () => {
      setting.publish(both, mallory);
      await write(`${entry.trimEnd()} # or https://github.com/mallory/widget\n`)();
    },
    exitCode: 1,
    rules: ['publisher-changed'],
  },
  {
    id: 'entry-behind-blanks',
    attack: async () => {
      setting.publish(both, mallory);
      await write(`${' '.repeat(5000)}widget https://github.com/mallory/widget\n${entry}`)();
    },
    ...unreadable,
    says: 'more than 100 blanks in a row',
  },
  {
    id: 'entry-that-reads-otherwise',
    attack: write(`widget https://github.com/acme/widget # \u202Etegdiw/yrollam/moc.buhtig\n`),
    ...unreadable,
    says: 'is an unprintable character',
  },
  {
    id: 'entry-with-confusable-letters',
    attack: write(entryLine('widget', 'https://github.com/аcme/widget')),
    ...unreadable,
    says: 'is not an identity',
  },
  {
    id: 'entry-with-an-unknown-attribute',
    attack: write(entryLine('widget', 'https://github.com/acme/widget repositoryid=11')),
    ...unreadable,
    says: 'repositoryid',
  },
  {
    id: 'entry-with-an-attribute-twice',
    attack: write(entryLine('widget', `${RECORDED} owner-id=667`)),
    ...unreadable,
    says: 'is given twice',
  },
  {
    id: 'entry-with-an-escape-sequence',
    attack: write(`${entry.trimEnd()} # \u001B[2K\u001B[1Afine\n`),
    ...unreadable,
    says: 'is an unprintable character',
  },
  {
    id: 'entries-that-conflict',
    attack: write(`<<<<<<< ours\n${entry}=======\n${entryLine('widget', 'unsigned')}>>>>>>> theirs\n`),
    ...unreadable,
    says: 'is not a package name',
  },
  {
    id: 'report-through-a-link',
    attack: async () => {
      await setting.workspace.write('elsewhere.txt', 'precious\n');
      await linkTo('elsewhere.txt', 'report.html');
    },
    args: ['--report', 'html=report.html'],
    ...unreadable,
    says: '`report.html` is a symbolic link',
  },
  {
    id: 'report-over-the-provenance-file',
    attack: async () => linkTo('.provenance.txt', 'seen.jsonl'),
    args: ['--report', 'json=seen.jsonl'],
    ...unreadable,
    says: 'is the file that `--provenance-file` names',
  },
  {
    id: 'provenance-file-that-is-none',
    attack: async () => {
      await forget(setting);
      await symlink('/dev/zero', join(setting.workspace.project, '.provenance.txt'));
    },
    ...unreadable,
    says: 'not a regular file',
  },
];

tryAttacks(ATTACKS, () => setting);

test.for([
  'hunter2\n',
  'TOKEN=hunter2\n',
  'password hunter2\n',
  'widget https://hunter2@example.org\n',
  'widget https://github.com/acme/widget environment=#hunter2\n',
])('provenance-file-that-is-a-secret: %j', async (secret) => {
  await writeFile(join(setting.workspace.directory, 'secret'), secret);
  await forget(setting);
  await linkTo('../secret', '.provenance.txt');
  await rm(join(setting.workspace.project, 'linked'), { force: true });
  await linkTo('..', 'linked');
  for (const [args, env] of [
    [[], {}],
    [['--tofu'], {}],
    [[], { FILENAME: 'linked/secret' }],
  ] as const) {
    const { exitCode, stdout, stderr } = await setting.check(args, { env });
    expect(stderr).toMatch(
      /^error: a symbolic link leads from `[\w./]+` to what is no provenance file\nhint: /,
    );
    expect(stdout + stderr).not.toContain('hunter2');
    expect(exitCode).toBe(2);
  }
  // What else a run may be told to read of the checkout says as little.
  await forget(setting);
  for (const [name, option] of [
    ['Pipfile.lock', '-L'],
    ['poetry.lock', '-L'],
    ['secret.txt', '-L'],
    ['secret.jsonl', '--receipts'],
    ['trusted.json', '--trusted-root'],
    ['key.pem', '--key'],
  ] as const) {
    await linkTo('../secret', name);
    const { exitCode, stdout, stderr } = await setting.check([option, name]);
    await rm(join(setting.workspace.project, name));
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('hunter2');
  }
  expectRow('provenance-file-that-is-a-secret', { rules: [], exitCode: 2 });
});

test('tofu-overwrites', async () => {
  setting.publish(both, mallory);
  const added = makeWheel({ name: 'gadget' });
  setting.publish([added], acme);
  await setting.lock([...both, added]);
  const result = await setting.check(['--format', 'json', '--no-cache', '--tofu']);
  expect([result.exitCode, rulesIn(result)]).toEqual([1, ['publisher-changed']]);
  expect(await setting.workspace.read('.provenance.txt')).toBe(entryLine('gadget', RECORDED) + entry);
  expectRow('tofu-overwrites', { rules: ['publisher-changed'], exitCode: 1 });
});

test('first-use-of-a-forgery', async () => {
  await forget(setting);
  const names = ['invalid', 'lost', 'person'];
  const wheels = names.map((name) => makeWheel({ name }));
  const [invalid, lost] = wheels;
  if (invalid === undefined || lost === undefined) throw new Error('no wheels');
  setting.publish(wheels, acme);
  setting.index.attest(invalid.filename, setting.attestationOf(invalid, { signer: acme, fault: 'no-entry' }));
  const lift = setting.index.fail(`/integrity/lost/`, { kind: 'status', status: 403 });
  await setting.lock([...wheels, ...both]);
  const before = await contentOf(setting);
  const result = await setting.check(['--format', 'json', '--no-cache', '--tofu']);
  lift();
  expect([result.exitCode, rulesIn(result)]).toEqual([1, ['attestation-invalid', 'provenance-unavailable']]);
  expect(result.stdout).toContain('nothing was recorded');
  expect(parseReport(result.stdout).summary).toMatchObject({ recorded: 0, verified: 0 });
  expect(await contentOf(setting)).toEqual(before);
  expectRow('first-use-of-a-forgery', {
    rules: ['attestation-invalid', 'provenance-unavailable'],
    exitCode: 1,
  });
});

test('runs-at-the-same-time', async () => {
  await forget(setting);
  const wheels = Array.from({ length: 6 }, (_, at) => makeWheel({ name: `widget-${at}` }));
  setting.publish(wheels, acme);
  await Promise.all(wheels.map(async (file, at) => setting.lock([file], `pylock.l${at}.toml`)));
  const runs = wheels.map(async (_, at) => {
    const args = ['-L', `pylock.l${at}.toml`, '--trusted-root', 'root.json', '--tofu', '--index-url'];
    return runProvpin(setting.workspace, [...args, setting.index.simpleUrl]);
  });
  const results = await Promise.all(runs);
  const lines = wheels.map(({ name }) => entryLine(name, RECORDED));
  const text = await setting.workspace.read('.provenance.txt');
  const kept = lines.filter((line) => text.includes(line));
  expect(text).toBe(kept.join(''));
  // A run that comes too late says so, and its line is not there: no line is ever there by halves, or twice.
  for (const [at, { exitCode, stderr }] of results.entries()) {
    if (exitCode === 0) continue;
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('was changed while this run was under way'),
    ]);
    expect(kept).not.toContain(lines[at]);
  }
});

test('killed-while-writing', async () => {
  await forget(setting);
  const before = '# ours\n';
  const after = before + entry;
  const seen = new Set<string>();
  for (let delay = 0; delay < 8; delay += 1) {
    await setting.workspace.write('.provenance.txt', before);
    const run = setting.start(['--tofu']);
    const timer = setTimeout(() => run.kill('SIGKILL'), 150 + delay * 60);
    await run.finished;
    clearTimeout(timer);
    seen.add(await setting.workspace.read('.provenance.txt'));
  }
  for (const text of seen) expect([before, after]).toContain(text);
});
