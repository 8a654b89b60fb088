/** What `provpin explain` finds and says, in this process; what a user sees is in test/e2e. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { createSetting, entryLine, type Setting } from '../e2e/setting.ts';
import { makeSdist, makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { runInProcess, type Ran } from '../support/run-in-process.ts';

const containing = (text: string): unknown => expect.stringContaining(text);

const acme = github({ repositoryId: '11', ownerId: '22', environment: 'pypi' });
const FLOW = 'https://github.com/shared/flows/.github/workflows/publish.yml@refs/heads/main';
const through = github(
  { repositoryId: '11', ownerId: '22' },
  { buildSignerUri: FLOW, subjectAlternativeName: { type: 'uri', value: FLOW } },
);
const mallory = github({ repository: 'mallory/widget', repositoryId: '66', ownerId: '67' });
const first = makeWheel({ name: 'widget', version: '1.0' });
const second = makeWheel({ name: 'widget', version: '2.0' });
const sdist = makeSdist({ name: 'widget', version: '2.0' });
const next = makeWheel({ name: 'widget', version: '3.0rc1' });
const plain = makeWheel({ name: 'plain' });
const bad = makeWheel({ name: 'bad' });
const half = ['1.0', '2.0'].map((version) => makeWheel({ name: 'half', version }));
const halfSdist = makeSdist({ name: 'half', version: '1.0' });
const moved = ['1.0', '2.0'].map((version) => makeWheel({ name: 'moved', version }));
const broken = ['1.0', '2.0'].map((version) => makeWheel({ name: 'broken', version }));
const begun = ['1.0', '2.0'].map((version) => makeWheel({ name: 'begun', version }));

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
  setting.publish([first, second, sdist, next], acme);
  setting.index.attest(sdist.filename, setting.attestationOf(sdist, { signer: through }));
  setting.publish([plain, halfSdist, ...begun.slice(0, 1)], null);
  setting.publish([bad, ...broken, ...half, ...moved.slice(1), ...begun.slice(1)], acme);
  setting.publish(moved.slice(0, 1), mallory);
  for (const file of [bad, ...broken.slice(0, 1)])
    setting.index.attest(file.filename, setting.attestationOf(file, { fault: 'signature-by-another-key' }));
  await setting.lock([first, plain, bad]);
  await setting.workspace.write(
    '.provenance.txt',
    entryLine('widget', 'https://github.com/acme/widget repository-id=11') +
      entryLine('moved', 'https://github.com/mallory/widget'),
  );
});
afterAll(async () => setting.close());

const path = (name: string): string => join(setting.workspace.project, name);

async function explain(...args: readonly string[]): Promise<Ran> {
  const ours = ['-L', path('pylock.toml'), '--provenance-file', path('.provenance.txt')];
  return await runInProcess(
    ['explain', ...ours, '--trusted-root', path('root.json'), ...args, '-i', setting.index.simpleUrl],
    { env: setting.workspace.env },
  );
}

test.for<readonly [readonly string[], 0 | 1 | 2 | 3, string]>([
  [['widget'], 0, 'widget 1.0, as `'],
  [['WIDGET==3.0c1'], 0, 'widget 3.0rc1, as the index has it'],
  [['widget==2'], 0, 'widget 2.0, as the index has it'],
  [['widget-2.0.tar.gz'], 0, 'widget 2.0, as the index has it'],
  [['moved'], 0, 'moved 2.0, as the index has it'],
  [['plain'], 0, 'nobody: the index has no provenance of it'],
  [['bad'], 1, 'nobody who could be verified: do not install it'],
  [['plain', 'bad'], 1, 'bad 1.0.0, as `'],
  [[], 2, 'needs to know what'],
  [['nothing'], 2, 'neither a lock here nor an index has `nothing`'],
  [['widget==9'], 2, 'neither a lock here nor an index has `widget==9`'],
  [['widget-9.0.tar.gz'], 2, 'there is no file `widget-9.0.tar.gz`'],
  [['../../etc/passwd'], 2, 'is neither a package nor the name of a wheel or sdist'],
  [['widget==nonsense!'], 2, 'is neither a package nor the name of a wheel or sdist'],
  [['widget', '--strict'], 2, 'does not take'],
])('%j', async ([args, exitCode, words]) => {
  const result = await explain(...args);
  expect([result.exitCode, result.stdout + result.stderr]).toEqual([exitCode, containing(words)]);
});

test.for<readonly [string, string]>([
  ['widget==1.0', 'the index lists no earlier release'],
  ['widget==3.0rc1', 'the same signer for 2 earlier releases'],
  ['half==2.0', '1.0 signed in part'],
  ['moved==2.0', '1.0 signed by another: https://github.com/mallory/widget'],
  ['broken==2.0', '1.0 with provenance that does not verify'],
  ['begun==2.0', 'this is the first signed release of those looked at: 1 earlier one unsigned'],
])('the history of %s', async ([target, words]) => {
  const { exitCode, stdout } = await explain(target);
  expect([exitCode, stdout]).toEqual([0, containing(words)]);
  expect((await explain(target, '--history', '0')).stdout).not.toContain(words);
});

test('a reusable workflow, the place and the standing are said', async () => {
  const { stdout } = await explain('widget==2.0');
  expect(stdout).toContain('shared/flows');
  expect(stdout).toContain('allowed');
  expect(stdout).toContain('pypi');
});

test('a file that is here is explained by its hash, whatever it is called', async () => {
  await setting.workspace.write(`dist/${second.filename}`, second.bytes);
  expect(await explain(path(`dist/${second.filename}`))).toMatchObject({
    exitCode: 0,
    stdout: containing(`sha256:${second.sha256}`),
  });
  await setting.workspace.write(`other/${second.filename}`, 'something else');
  const result = await explain(path(`other/${second.filename}`));
  expect([result.exitCode, result.stdout]).toEqual([3, containing('lists another file of that name')]);
  expect(result.stdout).not.toContain('allowed');
  await setting.workspace.write(`folder/${second.filename}/file`, '');
  expect(await explain(path(`folder/${second.filename}`))).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: containing('cannot be read'),
  });
});

test('an index that does not answer is not one that has nothing', async () => {
  const restore = setting.index.fail('/simple/widget/', { kind: 'status', status: 403 });
  const result = await explain('widget==2.0');
  restore();
  expect(result).toMatchObject({ exitCode: 3, stdout: '', stderr: containing('is not known') });
});

test('JSON has the files, their signatures, what the entries say and the history', async () => {
  const { exitCode, stdout } = await explain('widget==2.0', 'plain', 'bad', 'moved', '--format', 'json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    packages: [
      {
        name: 'widget',
        files: [{ outcome: 'signed', signatures: [{ recorded: 'allowed', entryLine: 1 }] }, {}],
        history: { releases: [{ version: '1.0', standing: 'same' }] },
      },
      { name: 'plain', files: [{ outcome: 'unsigned', signatures: [] }] },
      { name: 'bad', files: [{ outcome: 'invalid' }] },
      { name: 'moved', history: { releases: [{ version: '1.0', standing: 'other' }] } },
    ],
  });
});
