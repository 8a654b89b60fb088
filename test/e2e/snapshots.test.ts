import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { RULE_IDS } from '../../src/model.ts';
import { REPORT_FORMATS } from '../../src/report/index.ts';
import { makeSdist, makeWheel } from '../support/distributions.ts';
import { createRepository } from '../support/repository.ts';
import { github, person } from '../support/signers.ts';
import { scrub } from '../support/workspace.ts';
import { createSetting, entryLine, parseReport, type Setting } from './setting.ts';

const acme = github({ repositoryId: '11', ownerId: '22', environment: 'pypi' });
const ids = 'repository-id=11 owner-id=22';
const recorded = `https://github.com/acme/widget ${ids}`;

/** A package a rule. */
const names = [
  'changed',
  'claimed',
  'drifted',
  'expired',
  'foretold',
  'good',
  'invalid',
  'late',
  'lost',
  'missing',
  'new',
  'partial',
  'recreated',
  'renamed',
  'transferred',
  'unsupported',
  'unavailable',
  'vouched',
  'wandering',
  'weakened',
];
const files = names.flatMap((name) =>
  name === 'partial' || name === 'late' ? [makeWheel({ name }), makeSdist({ name })] : [makeWheel({ name })],
);
const UNSIGNED: ReadonlySet<string> = new Set(['expired', 'lost', 'missing']);
/** Whom the lock names, and nobody else. */
const FORETOLD =
  'attestation-identities = [{ kind = "GitHub", repository = "mallory/widget", workflow = "release.yml" }]';
const VCS =
  '[[packages]]\nname = "sources"\n[packages.vcs]\ntype = "git"\nurl = "https://example.org/sources.git"\ncommit-id = "0123456789012345678901234567890123456789"\n';

let setting: Setting;
/** Of an earlier run, in which one package was signed in another way: its release before. */
let receipts = '';
beforeAll(async () => {
  setting = await createSetting();
  setting.publish(files, acme);
  const attest = (name: string, options: Parameters<Setting['attestationOf']>[1]) => {
    for (const file of files.filter((candidate) => candidate.name === name))
      setting.index.attest(file.filename, setting.attestationOf(file, options));
  };
  await setting.lock(files);
  await setting.workspace.write('.provenance.txt', entryLine('wandering', recorded));
  await setting.check(['--no-cache', '--receipts', 'receipts.jsonl']);
  receipts = (await setting.workspace.read('receipts.jsonl'))
    .split('\n')
    .filter((line) => line.includes('"wandering"'))
    .join('\n')
    .replaceAll('1.0.0', '0.9.0')
    .replace(/(?<="sha256":")[0-9a-f]{64}/, '0'.repeat(64));
  attest('changed', { signer: github({ repository: 'mallory/widget', repositoryId: '33', ownerId: '44' }) });
  attest('wandering', { signer: github({ repositoryId: '11', ownerId: '22', workflow: 'nightly.yml' }) });
  attest('claimed', {
    signer: { ...acme, publisher: { kind: 'GitHub', repository: 'mallory/widget', workflow: 'release.yml' } },
  });
  attest('drifted', { signer: github({ repositoryId: '11', ownerId: '22', workflow: 'nightly.yml' }) });
  attest('invalid', { signer: acme, fault: 'signature-by-another-key' });
  attest('recreated', { signer: github({ repositoryId: '33', ownerId: '22' }) });
  attest('renamed', { signer: github({ repository: 'acme/gizmo', repositoryId: '11', ownerId: '22' }) });
  attest('transferred', {
    signer: github({ repository: 'mallory/widget', repositoryId: '11', ownerId: '44' }),
  });
  attest('unsupported', { signer: person() });
  for (const file of files) {
    const { name, filename } = file;
    if (UNSIGNED.has(name) || filename === 'partial-1.0.0.tar.gz') setting.index.attest(filename, undefined);
    if (filename === 'late-1.0.0.tar.gz')
      setting.index.attest(
        filename,
        setting.attestationOf(file, { signer: acme, at: new Date('2026-06-09') }),
      );
  }
  setting.index.fail('/simple/unavailable/', { kind: 'status', status: 403 });
  const lock = await setting.workspace.read('pylock.toml');
  await setting.workspace.write('pylock.toml', lock.replace('name = "foretold"', `$&\n${FORETOLD}`) + VCS);
  const lines = names
    .filter((name) => name !== 'missing' && name !== 'new' && name !== 'expired')
    .map((name) => entryLine(name, name === 'drifted' ? `${recorded} workflow=release.yml` : recorded));
  const odd = entryLine('gone', recorded) + entryLine('expired', 'unsigned until=2020-01-01');
  const text = `# who signed what\n${lines.join('')}${odd}`;
  await commitBase(
    text.replace(/^vouched .*\n/m, '').replace(/^weakened .*/m, (line) => `${line} workflow=release.yml`),
  );
  await setting.workspace.write('.provenance.txt', text);
});
afterAll(async () => setting.close());

/** What the change that is checked began with: always the same commit. */
async function commitBase(text: string): Promise<void> {
  const { git } = await createRepository(setting.workspace);
  await setting.workspace.write('.provenance.txt', text);
  await git('add', '.provenance.txt');
  await git('commit', '-q', '-m', 'Before the change');
}

const shown = ({ exitCode, stdout, stderr }: Awaited<ReturnType<Setting['check']>>) =>
  scrub(`exit code ${exitCode}\n--- stdout\n${stdout}--- stderr\n${stderr}`, setting.workspace).replaceAll(
    /\d+ of log [^\s<]+/g,
    '(index) of log (key)',
  );

/** A run before which nothing has happened but the earlier one. */
async function check(args: readonly string[]): ReturnType<Setting['check']> {
  await setting.workspace.write('receipts.jsonl', receipts);
  return await setting.check(['--strict', '--base', 'HEAD', '--receipts', 'receipts.jsonl', ...args]);
}

describe('a run in which every rule finds something', () => {
  test.for([
    ['verbose', ['-v']],
    ...REPORT_FORMATS.map(({ id }) => [id, ['--format', id]] as const),
  ] as const)('%s', async ([name, args]) => {
    await expect(shown(await check(args))).toMatchFileSnapshot(`__snapshots__/every-rule.${name}.txt`);
  });

  test('has every rule that is about a lock', async () => {
    const { findings } = parseReport((await check(['--format', 'json'])).stdout);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(
      new Set(RULE_IDS.filter((id) => !id.startsWith('installed-'))),
    );
  });

  test('is the same a second time: two runs compare', async () => {
    const [first, second] = [
      await setting.check(['--format', 'json']),
      await setting.check(['--format', 'json']),
    ];
    expect(second).toEqual(first);
  });

  test('--report writes what --format prints, beside it', async () => {
    const json = await setting.check(['--format', 'json']);
    const args = ['--report', 'json=out.json', '--report', 'text=out.txt'];
    const text = await setting.check(args);
    expect(text).toMatchObject({ exitCode: json.exitCode, stderr: '' });
    expect(await setting.workspace.read('out.json')).toBe(json.stdout);
    expect(await setting.workspace.read('out.txt')).toBe(text.stdout);
    const { summary, packages, findings } = parseReport(json.stdout);
    const { packages: total, ...counts } = summary;
    expect([total, Object.values(counts).reduce((sum, count) => sum + count, 0)]).toEqual([
      packages.length,
      packages.length,
    ]);
    expect(findings.length).toBeGreaterThan(10);
  });

  test('never says that anything is safe or secure', async () => {
    for (const args of [['-v'], ['--format', 'json'], ['--help']]) {
      const { stdout, stderr } = await setting.check(args);
      expect(stdout + stderr).not.toMatch(/\b(?:safe|secure)\b/i);
    }
  });
});

describe('colour', () => {
  const ESCAPE = '\u001B[';

  test.for([
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ NO_COLOR: '', FORCE_COLOR: '1' }, true],
    [{ NO_COLOR: '', FORCE_COLOR: '0' }, false],
    [{ NO_COLOR: '', FORCE_COLOR: '' }, false],
  ] as const)('%j', async ([env, expected]) => {
    const { stdout } = await setting.check([], { env });
    expect(stdout.includes(ESCAPE)).toBe(expected);
  });

  test('is never in JSON, nor in a report that goes to a file', async () => {
    const env = { NO_COLOR: '', FORCE_COLOR: '1' };
    const { stdout } = await setting.check(['--format', 'json', '--report', 'text=plain.txt'], { env });
    expect(stdout + (await setting.workspace.read('plain.txt'))).not.toContain(ESCAPE);
  });
});
