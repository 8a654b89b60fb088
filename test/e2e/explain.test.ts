import { readFileSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { violations } from '../report/json-schema.ts';
import { makeSdist, makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { scrub, type RunResult } from '../support/workspace.ts';
import { createSetting, entryLine, type Setting } from './setting.ts';

const containing = (text: string): unknown => expect.stringContaining(text);

const acme = github({ repositoryId: '11', ownerId: '22', environment: 'pypi' });
const FLOW = 'https://github.com/shared/flows/.github/workflows/publish.yml@refs/heads/main';
const through = github(
  { repositoryId: '11', ownerId: '22' },
  { buildSignerUri: FLOW, subjectAlternativeName: { type: 'uri', value: FLOW } },
);
const first = makeWheel({ name: 'widget', version: '1.0' });
const second = makeWheel({ name: 'widget', version: '2.0' });
const sdist = makeSdist({ name: 'widget', version: '2.0' });
const next = makeWheel({ name: 'widget', version: '3.0rc1' });
const plain = makeWheel({ name: 'plain' });
const bad = makeWheel({ name: 'bad' });

let setting: Setting;
beforeAll(async () => {
  setting = await createSetting();
  setting.publish([first, second, sdist, next], acme);
  setting.index.attest(sdist.filename, setting.attestationOf(sdist, { signer: through }));
  setting.publish([plain], null);
  setting.publish([bad], acme);
  setting.index.attest(bad.filename, setting.attestationOf(bad, { fault: 'signature-by-another-key' }));
  await setting.lock([first, plain, bad]);
  await setting.workspace.write(
    '.provenance.txt',
    entryLine('widget', 'https://github.com/acme/widget repository-id=11'),
  );
});
afterAll(async () => setting.close());

const explain = async (...args: readonly string[]): Promise<RunResult> =>
  await runProvpin(setting.workspace, [
    'explain',
    '--trusted-root',
    'root.json',
    ...args,
    '--index-url',
    setting.index.simpleUrl,
  ]);

test('a release of the index, with a reusable workflow, in words', async () => {
  const { exitCode, stdout, stderr } = await explain('widget==2.0');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const shown = scrub(stdout, setting.workspace).replaceAll(
    /\d+ of the public log \S+/g,
    '(index) of the public log (key)',
  );
  await expect(shown).toMatchFileSnapshot('__snapshots__/explain.txt');
});

test.for<readonly [readonly string[], 0 | 1 | 2 | 3, string]>([
  [['widget'], 0, 'widget 1.0, as `pylock.toml` has it'],
  [['widget', '-L', 'pylock.toml'], 0, 'widget 1.0, as `pylock.toml` has it'],
  [['WIDGET==3.0c1'], 0, 'widget 3.0rc1, as the index has it'],
  [['widget-2.0.tar.gz'], 0, 'widget 2.0, as the index has it'],
  [['plain'], 0, 'nobody: the index has no provenance of it'],
  [['bad'], 1, 'nobody who could be verified: do not install it'],
  [['plain', 'bad'], 1, 'bad 1.0.0, as `pylock.toml` has it'],
  [[], 2, 'needs to know what'],
  [['nothing'], 2, 'neither a lock here nor an index has `nothing`'],
  [['widget==9'], 2, 'neither a lock here nor an index has `widget==9`'],
  [['widget-9.0.tar.gz'], 2, 'there is no file `widget-9.0.tar.gz`'],
  [['../../etc/passwd'], 2, 'is neither a package nor the name of a wheel or sdist'],
  [['widget', '--strict'], 2, 'does not take'],
])('%j', async ([args, exitCode, words]) => {
  const result = await explain(...args);
  expect([result.exitCode, result.stdout + result.stderr]).toEqual([exitCode, containing(words)]);
});

test('a file that is here is explained by its hash, whatever it is called', async () => {
  await setting.workspace.write(`dist/${second.filename}`, second.bytes);
  expect(await explain(`dist/${second.filename}`)).toMatchObject({
    exitCode: 0,
    stdout: containing(`sha256:${second.sha256}`),
  });
  await setting.workspace.write(`other/${second.filename}`, 'something else');
  const result = await explain(`other/${second.filename}`);
  expect(result.exitCode).toBe(3);
  expect(result.stdout).toContain('lists another file of that name');
  expect(result.stdout).not.toContain('allowed');
});

test.for<readonly [string, (path: string) => Promise<unknown>]>([
  ['directory', async (path) => await mkdir(path)],
  ['pipe', async (path) => await setting.workspace.run('mkfifo', [path])],
  ['device', async (path) => await symlink('/dev/zero', path)],
])('a %s is no file, and is not waited for', async ([name, make]) => {
  const folder = join(setting.workspace.project, name);
  await mkdir(folder);
  await make(join(folder, second.filename));
  expect(await explain(`${name}/${second.filename}`)).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: containing('cannot be read: it is no file'),
  });
});

test.for<readonly [readonly string[], string]>([
  [
    ['https://github.com/mallory/widget repository-id=66'],
    'somebody else is recorded: https://github.com/mallory/widget repository-id=66, in `who.txt`',
  ],
  [
    ['https://github.com/mallory/widget', 'https://github.com/eve/widget'],
    'somebody else is recorded: https://github.com/mallory/widget (and 1 more), in `who.txt`',
  ],
  [
    ['https://github.com/acme/old repository-id=11'],
    'recorded under another name: https://github.com/acme/old repository-id=11, by line 1 of `who.txt`',
  ],
  [
    ['https://github.com/acme/widget repository-id=12'],
    'another repository of this name is recorded: https://github.com/acme/widget repository-id=12, by line 1 of `who.txt`',
  ],
  [['unsigned'], 'no signer is recorded, in `who.txt`'],
])('who is recorded instead is said: %j', async ([identities, words]) => {
  await setting.workspace.write('who.txt', identities.map((one) => entryLine('widget', one)).join(''));
  const { stdout } = await explain('widget', '--provenance-file', 'who.txt', '--history', '0');
  expect(/^ {2}recorded +(.*)$/m.exec(stdout)?.[1]).toBe(words);
});

test('the history is of as many releases as are asked for, and of none', async () => {
  expect((await explain('widget==3.0rc1')).stdout).toContain('the same signer for 2 earlier releases');
  expect((await explain('widget==3.0rc1', '--history', '1')).stdout).toContain('1 older one not looked at');
  expect((await explain('widget==3.0rc1', '--history', '0')).stdout).not.toContain('earlier');
});

test('the newest release is no pre-release, where there is another', async () => {
  await setting.lock([plain], 'pylock.toml');
  expect((await explain('widget')).stdout).toContain('widget 2.0, as the index has it');
  await setting.lock([first, plain, bad]);
});

test('a version is asked for as the filename spells it', async () => {
  const { stdout } = await explain('widget==2');
  expect(stdout).toContain('widget 2.0, as the index has it');
});

test('of more files than anybody reads, it is said that some were not looked at', async () => {
  const files = Array.from({ length: 66 }, (_, at) =>
    makeWheel({ name: 'many', tag: `py3-none-linux_${at}` }),
  );
  setting.publish(files, null);
  expect((await explain('many', '--history', '0')).stdout).toContain(
    'many 1.0.0, as the index has it: 64 of its 66 files, and the others were not looked at\n',
  );
});

test('an index that does not answer is not one that has nothing', async () => {
  const restore = setting.index.fail('/simple/widget/', { kind: 'status', status: 403 });
  const result = await explain('widget==2.0');
  restore();
  expect(result).toMatchObject({ exitCode: 3, stdout: '', stderr: containing('is not known') });
});

test('JSON is what the schema says', async () => {
  const schema: unknown = JSON.parse(
    readFileSync(new URL('../../docs/schema/explanation-1.schema.json', import.meta.url), 'utf8'),
  );
  const { stdout } = await explain('widget==2.0', 'plain', 'bad', '--format', 'json');
  expect(violations(JSON.parse(stdout), schema)).toEqual([]);
  expect(JSON.parse(stdout)).toMatchObject({
    packages: [
      {
        name: 'widget',
        files: [{ outcome: 'signed', signatures: [{ recorded: 'allowed', entryLine: 1 }] }, {}],
        history: { releases: [{ version: '1.0', standing: 'same' }] },
      },
      { name: 'plain', files: [{ outcome: 'unsigned', signatures: [] }] },
      { name: 'bad', files: [{ outcome: 'invalid' }] },
    ],
  });
});
