/** An index of Pulp that asks for a password, with wheels that a key signed: as Red Hat's, from pip.conf to a passing run. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { makeWheel, type Distribution } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { createSigningKey } from '../support/keys.ts';
import { startIndex, type TestIndex } from '../support/package-index.ts';
import { pylock } from '../support/pylock.ts';
import { environmentThatLocks } from '../support/python.ts';
import { runProvpin } from '../support/run-provpin.ts';
import {
  konfluxStatement,
  KONFLUX_BUILDER,
  provenance,
  signWithKey,
  type Attestation,
  type KeySignOptions,
} from '../support/signing.ts';
import { createWorkspace, type RunResult, type Workspace } from '../support/workspace.ts';
import { createInstalled, hasPip, type InstalledEnvironment } from './environment.ts';
import { entryLine, parseReport, rulesOf } from './setting.ts';

const USERNAME = '1234567|trusted-libraries';
const PASSWORD = 'hunter2/and%more-of-it';
const AUTH = { username: USERNAME, password: PASSWORD };
/** In every spelling in which a password or what it makes could turn up. */
const SECRETS = [
  PASSWORD,
  encodeURIComponent(PASSWORD),
  JSON.stringify(PASSWORD).slice(1, -1),
  Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64'),
  Buffer.from(PASSWORD).toString('base64').replace(/=+$/, ''),
];

const COMPANY = createSigningKey('rsa-4096');
const OTHER = createSigningKey('rsa-4096');
const amqp = makeWheel({ name: 'amqp', version: '5.3.1', build: '0' });
const changed = makeWheel({ name: 'amqp', version: '5.3.1', build: '0', content: 'import os' });
const vine = makeWheel({ name: 'vine', version: '5.1.0', build: '0' });

let index: TestIndex;
let workspace: Workspace;
beforeAll(async () => {
  [index, workspace] = await Promise.all([startIndex({ layout: 'pulp', auth: AUTH }), createWorkspace()]);
});
afterAll(async () => {
  await Promise.all([index.close(), workspace.remove()]);
});
beforeEach(async () => {
  for (const wheel of [amqp, vine]) index.publish(wheel, { provenance: served(sign(wheel)) });
  await workspace.write('redhat.pem', `Release key 3\n\n${COMPANY.pem}`);
  await workspace.write('other.pem', OTHER.pem);
  await workspace.write('pylock.toml', pylock([amqp, vine], { origin: index.origin }));
  await workspace.write('.provenance.txt', '');
  await workspace.write('empty.conf', '');
  await workspace.write('pip.conf', `[global]\nindex-url = ${withUserinfo(encodeURIComponent(PASSWORD))}\n`);
});

/** The index as it stands in pip.conf. */
function withUserinfo(password?: string): string {
  const userinfo = encodeURIComponent(USERNAME) + (password === undefined ? '' : `:${password}`);
  return index.simpleUrl.replace('//', `//${userinfo}@`);
}

function sign({ filename, sha256 }: Distribution, options: Partial<KeySignOptions> = {}): Attestation {
  const statement = konfluxStatement({ filename, sha256 });
  return signWithKey({ filename, sha256, privateKey: COMPANY.privateKey, statement, ...options });
}

function served(...attestations: readonly Attestation[]) {
  return provenance([{ publisher: { kind: 'Pulp User', prn: 'prn:auth.user:111' }, attestations }]);
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<RunResult> {
  const options = ['--trusted-root', 'embedded', ...args];
  return await runProvpin(workspace, options, { env: { PIP_CONFIG_FILE: 'pip.conf', ...env } });
}

const LOCK = ['-L', 'pylock.toml'];
const KEY = ['--key', 'redhat.pem'];
const lines = [amqp, vine].map(({ name }) => entryLine(name, COMPANY.identity)).join('');

describe('from pip.conf to a passing run', () => {
  test('the first run records the key, the second holds', async () => {
    const first = await run([...LOCK, ...KEY, '--tofu']);
    expect([first.exitCode, first.stderr]).toEqual([0, '']);
    expect(await workspace.read('.provenance.txt')).toBe(lines);
    const second = await run([...LOCK, ...KEY, '--no-cache']);
    expect([second.exitCode, second.stderr]).toEqual([0, '']);
    expect(second.stdout).toMatch(/^✓ amqp  5\.3\.1  verified     1\/1 file  key:sha256:[0-9a-f]{64}$/m);
  });

  test('the page promises a URL that is not served; the one below the API root is', async () => {
    index.clearRequests();
    expect(await run([...LOCK, ...KEY, '--tofu', '--no-cache'])).toMatchObject({ exitCode: 0 });
    const path = `/pypi/trusted-libraries/main/integrity/amqp/5.3.1/${amqp.filename}/provenance/`;
    expect(index.requests.map((request) => request.path)).toEqual(
      expect.arrayContaining(['/trusted-libraries/python/amqp/', path, `/api${path}`]),
    );
  });

  test('a template names it at once', async () => {
    index.clearRequests();
    const template = `${index.origin}/api/pypi/trusted-libraries/main/integrity/{project}/{version}/{filename}/provenance/`;
    expect(
      await run([...LOCK, ...KEY, '--tofu', '--history', '0', '--no-cache', '--attestations-from', template]),
    ).toMatchObject({
      exitCode: 0,
      stderr: '',
    });
    expect(index.requests.map(({ path }) => path)).not.toContain('/trusted-libraries/python/amqp/');
  });

  test('builder, type and time of the build are reported, and the builder can be pinned', async () => {
    const pinned = await run([...LOCK, ...KEY, '--tofu', '--pin', 'ids,builder', '-v']);
    expect(pinned.exitCode).toBe(0);
    for (const said of [
      `(key) builder=${KONFLUX_BUILDER}`,
      'build type, by the signer: https://konflux-ci.dev/PythonWheelBuild@v1',
      'built, by the signer: 2026-02-19T16:59:23.000Z',
      'uploaded, by the index: prn:auth.user:111',
    ])
      expect(pinned.stdout).toContain(said);
    expect(await workspace.read('.provenance.txt')).toContain(
      `${COMPANY.identity} builder=${KONFLUX_BUILDER}\n`,
    );
    const json: unknown = JSON.parse((await run([...LOCK, ...KEY, '--format', 'json'])).stdout);
    expect(json).toMatchObject({
      packages: [
        {
          identities: [{ kind: 'key', uri: COMPANY.identity, attributes: { builder: KONFLUX_BUILDER } }],
          files: [
            {
              builds: [
                {
                  builder: KONFLUX_BUILDER,
                  buildType: 'https://konflux-ci.dev/PythonWheelBuild@v1',
                  finishedOn: '2026-02-19T16:59:23.000Z',
                },
              ],
            },
          ],
        },
        {},
      ],
    });
  });

  test.each([
    ['the index', () => `${index.origin}/trusted-libraries`],
    ['its origin', () => index.origin],
    ['each package', () => 'amqp'],
  ])('the key can be bound to %s', async (_, name) => {
    const keys = ['--key', `${name()}=redhat.pem`, '--key', 'vine=redhat.pem'];
    expect(await run([...LOCK, ...keys, '--tofu'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await run([...LOCK, ...keys, '--offline'])).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('with several indexes a key that is bound to nothing is a warning', async () => {
    const args = ['--extra-index-url', `${index.origin}/another`];
    const { stderr } = await run([...LOCK, ...KEY, '--tofu', ...args]);
    expect(stderr).toContain('warning: `--key redhat.pem` is for the packages of every index');
    expect((await run([...LOCK, '--key', 'amqp=redhat.pem', ...args])).stderr).toBe('');
  });
});

describe('what pip takes from elsewhere is not covered', () => {
  test.each<[string, () => readonly string[], string]>([
    ['no index', () => ['--no-index'], 'there is no index (`--no-index`)'],
    [
      'no index that has it',
      () => ['--find-links', `${index.origin}/files/`],
      'no index lists it; it is from `--find-links',
    ],
  ])('%s: a warning, and an error where a key is recorded', async (_, args, words) => {
    for (const { filename } of [amqp, vine]) index.remove(filename);
    for (const [recorded, level, exitCode] of [
      ['', 'warning', 0],
      [lines, 'error', 1],
    ] as const) {
      await workspace.write('.provenance.txt', recorded);
      const result = await run([...LOCK, ...KEY, ...args(), '--no-cache', '--format', 'json']);
      const report = parseReport(result.stdout);
      expect([result.exitCode, rulesOf(report)]).toEqual([exitCode, [['not-covered', level]]]);
      expect(report.findings[0]?.message).toContain(words);
    }
  });

  test('what no index has is not, without that', async () => {
    for (const { filename } of [amqp, vine]) index.remove(filename);
    expect(await run([...LOCK, ...KEY, '--no-cache'])).toMatchObject({ exitCode: 3 });
  });
});

describe('tampering is caught at each step', () => {
  beforeEach(async () => {
    await workspace.write('.provenance.txt', lines);
  });

  async function findings(args: readonly string[] = KEY) {
    const { exitCode, stdout } = await run([...LOCK, ...args, '--no-cache', '--format', 'json']);
    const report = parseReport(stdout);
    return {
      exitCode,
      rules: rulesOf(report),
      message: report.findings.map(({ message }) => message).join('\n'),
    };
  }

  test.each<[string, () => unknown, readonly string[], number, string, string]>([
    [
      'the wheel is not listed',
      () => index.remove(amqp.filename),
      KEY,
      3,
      'provenance-unavailable',
      'HTTP 404',
    ],
    [
      'the index has other bytes than the lock',
      () => index.replace(amqp.filename, changed.bytes),
      KEY,
      3,
      'provenance-unavailable',
      'lists another file of that name',
    ],
    [
      'lock and index have other bytes than the ones that were signed',
      async () => {
        index.replace(amqp.filename, changed.bytes);
        await workspace.write('pylock.toml', pylock([changed, vine], { origin: index.origin }));
      },
      KEY,
      1,
      'attestation-invalid',
      'the attestation is about sha256',
    ],
    [
      'the subject is another wheel',
      () => index.attest(amqp.filename, served(sign(vine))),
      KEY,
      1,
      'attestation-invalid',
      'the attestation is about `vine-5.1.0-0-py3-none-any.whl`',
    ],
    [
      'the key is another one',
      () => {},
      ['--key', 'other.pem'],
      1,
      'attestation-invalid',
      'is not by the key that is given for it',
    ],
    [
      'another key has signed',
      () => index.attest(amqp.filename, served(sign(amqp, { privateKey: OTHER.privateKey }))),
      KEY,
      1,
      'attestation-invalid',
      'is not by the key that is given for it',
    ],
    [
      'the payload is changed',
      () => {
        const { envelope, ...rest } = sign(changed);
        const statement = sign(amqp).envelope.statement;
        index.attest(amqp.filename, served({ ...rest, envelope: { ...envelope, statement } }));
      },
      KEY,
      1,
      'attestation-invalid',
      'is not by the key that is given for it',
    ],
    [
      'there is no key',
      () => {},
      [],
      1,
      'attestation-unsupported',
      'uploaded by the Pulp user `prn:auth.user:111`',
    ],
    [
      'there is no provenance',
      () => index.attest(amqp.filename, undefined),
      KEY,
      1,
      'attestation-lost',
      'amqp',
    ],
    [
      'the provenance is promised and nowhere served',
      () => index.fail(`/integrity/amqp/`, { kind: 'status', status: 404 }, 2),
      KEY,
      3,
      'provenance-unavailable',
      'promises provenance that it does not serve',
    ],
  ])('%s', async (_, tamper, args, exitCode, rule, words) => {
    await tamper();
    const found = await findings(args);
    expect([found.exitCode, found.rules]).toEqual([exitCode, [[rule, 'error']]]);
    expect(found.message).toContain(words);
    expect(await workspace.read('.provenance.txt')).toBe(lines);
  });
});

describe.skipIf(!(await hasPip()))('what is installed, in five steps', { timeout: 120_000 }, () => {
  let environment: InstalledEnvironment;
  beforeAll(async () => {
    environment = await createInstalled({ workspace, index }, 'installed');
  });
  beforeEach(async () => {
    await workspace.write('.provenance.txt', lines);
    const env = { PIP_CONFIG_FILE: 'pip.conf' };
    const install = ['-m', 'pip', '--python', environment.python, 'install', '-q', '--force-reinstall'];
    const { exitCode, stderr } = await workspace.run('python3', [...install, 'amqp', 'vine'], { env });
    if (exitCode !== 0) throw new Error(stderr);
  });

  const INSTALLED = ['installed', '--no-cache', '-v', ...KEY];

  test('wheel, hash, attestation, signature, files', async () => {
    const result = await run([...INSTALLED, '--python', environment.directory]);
    expect([result.exitCode, result.stderr]).toEqual([0, '']);
    expect(result.stdout).toContain('wheel found by its tags, at the index, taken from the index');
    expect(result.stdout).toContain(`✓ ${amqp.filename}  verified  sha256:${amqp.sha256}`);
    expect(result.stdout).toContain(`by ${COMPANY.identity} (key)`);
    expect(result.stdout.match(/installed: 3\/3 files are as its RECORD has them/g)).toHaveLength(2);
    expect(secretsIn(result.stdout)).toEqual([]);
  });

  test.each<[string, () => unknown, readonly string[], number, string]>([
    [
      'a changed file, with the RECORD rewritten to match',
      async () => {
        await environment.write('amqp.py', 'import os\n');
        const record = 'amqp-5.3.1.dist-info/RECORD';
        const digest = createHash('sha256').update('import os\n').digest('base64url');
        const text = await environment.read(record);
        await environment.write(record, text.replace(/^amqp\.py,.*$/m, `amqp.py,sha256=${digest},10`));
      },
      [],
      1,
      'installed-file-changed',
    ],
    [
      'a changed wheel on the index',
      () => index.replace(amqp.filename, changed.bytes, { keepHash: true }),
      [],
      3,
      'provenance-unavailable',
    ],
    [
      'the subject is another wheel',
      () => index.attest(amqp.filename, served(sign(vine))),
      [],
      1,
      'attestation-invalid',
    ],
    [
      'another key',
      () => {},
      ['--key', 'vine=redhat.pem', '--key', 'amqp=other.pem'],
      1,
      'attestation-invalid',
    ],
  ])('%s', async (_, tamper, keys, exitCode, rule) => {
    await tamper();
    const args = ['installed', '--no-cache', '--python', environment.directory, '--format', 'json'];
    const result = await run([...args, ...(keys.length === 0 ? KEY : keys)]);
    expect([result.exitCode, rulesOf(parseReport(result.stdout))]).toEqual([exitCode, [[rule, 'error']]]);
    expect(secretsIn(result.stdout + result.stderr)).toEqual([]);
  });
});

/** Every file below the workspace but those that we put the password into, with what is in it. */
async function leftBehind(except: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(workspace.directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const ours = new Set(except.map((name) => join(workspace.project, name)));
  const left = files.filter((path) => !ours.has(path));
  return new Map(await Promise.all(left.map(async (path) => [path, await readFile(path)] as const)));
}

function secretsIn(content: string | Buffer): readonly string[] {
  return SECRETS.filter((secret) => content.includes(secret));
}

/** A keyring that knows the password, and writes down how it was called and what else runs meanwhile. */
async function keyring(): Promise<string> {
  const entry = JSON.stringify(AUTH).replaceAll("'", String.raw`'\''`);
  const script = [
    '#!/bin/sh',
    'echo "$@" >> keyring-arguments',
    `for process in /proc/[0-9]*/cmdline; do tr '\\0' ' ' < "$process" >> processes 2>/dev/null; echo >> processes; done`,
    `printf '%s' '${entry}'`,
  ];
  await chmod(await workspace.write('bin/keyring', script.join('\n')), 0o755);
  return join(workspace.project, 'bin');
}

describe('no credential is left behind', () => {
  const PLANTED = ['pip.conf', 'netrc', 'bin/keyring'];
  const ways: readonly (readonly [string, () => Promise<Readonly<Record<string, string>>>])[] = [
    ['pip.conf', async () => await Promise.resolve({})],
    [
      'PIP_INDEX_URL',
      async () =>
        await Promise.resolve({
          PIP_CONFIG_FILE: 'empty.conf',
          PIP_INDEX_URL: withUserinfo(encodeURIComponent(PASSWORD)),
        }),
    ],
    [
      'netrc',
      async () => {
        await workspace.write('netrc', `machine 127.0.0.1 login ${USERNAME} password ${PASSWORD}\n`);
        return { PIP_CONFIG_FILE: 'empty.conf', PIP_INDEX_URL: index.simpleUrl, NETRC: 'netrc' };
      },
    ],
    [
      'a keyring',
      async () => ({
        PIP_CONFIG_FILE: 'empty.conf',
        PIP_INDEX_URL: withUserinfo(),
        PATH: [await keyring(), workspace.env['PATH']].join(delimiter),
      }),
    ],
  ];

  test.each(ways)('by %s: not in output, reports, caches, receipts, locks and logs', async (_, way) => {
    const env = await way();
    const reports = ['json', 'text'].flatMap((name) => ['--report', `${name}=report-${name}.txt`]);
    const runs = [
      await run([...LOCK, ...KEY, '--tofu', '-v', ...reports, '--receipts', 'receipts.jsonl'], env),
      await run([...LOCK, ...KEY, '-o', 'pylock.out.toml'], env),
      await run([...LOCK, '--key', 'other.pem', '--no-cache'], env),
    ];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 1]);
    index.fail('/integrity/', { kind: 'status', status: 500 }, 2);
    runs.push(await run([...LOCK, ...KEY, '--no-cache', '--retries', '0'], env));
    expect(runs.at(-1)?.exitCode).toBe(3);
    for (const { stdout, stderr } of runs) expect(secretsIn(stdout + stderr)).toEqual([]);
    for (const [path, content] of await leftBehind(PLANTED))
      expect([path, secretsIn(content)]).toEqual([path, []]);
  });

  test('the keyring is asked once, for the index, and with the name of the user', async () => {
    await workspace.write('keyring-arguments', '');
    const [, way] = ways[3] ?? [];
    expect(await run([...LOCK, ...KEY, '--tofu', '--no-cache'], await way?.())).toMatchObject({
      exitCode: 0,
    });
    expect(await workspace.read('keyring-arguments')).toBe(
      `--mode=creds --output=json get ${index.simpleUrl} ${USERNAME}\n`,
    );
    const processes = existsSync('/proc') ? await workspace.read('processes') : 'provpin.js';
    expect(processes).toContain('provpin.js');
    expect(secretsIn(processes)).toEqual([]);
  });

  test('without it, or forbidden, the index is not reached, and says so', async () => {
    const [, way] = ways[3] ?? [];
    for (const args of [['--keyring-provider', 'disabled'], ['--no-input']]) {
      const result = await run([...LOCK, ...KEY, '--no-cache', ...args], await way?.());
      expect([result.exitCode, result.stderr]).toEqual([3, '']);
      expect(result.stdout).toContain('HTTP 401 (Unauthorized)');
    }
  });

  test('a wrong password is not shown either', async () => {
    const wrong = { PIP_CONFIG_FILE: 'empty.conf', PIP_INDEX_URL: withUserinfo('s3cret%2Fwrong') };
    const { exitCode, stdout, stderr } = await run([...LOCK, ...KEY, '--no-cache'], wrong);
    expect([exitCode, stdout.includes('HTTP 401 (Unauthorized)')]).toEqual([3, true]);
    expect(stdout + stderr).not.toMatch(/s3cret/);
  });

  test('errors about the settings that hold it do not show it', async () => {
    const bad = encodeURIComponent(PASSWORD);
    const attempts = [
      [[...LOCK, '--index-url', `http://user:${bad}@[bad/simple`], {}],
      [[...LOCK, '--attestations-from', `https://user:${bad}@`], {}],
      [[...LOCK, '--key', `https://user:${bad}@index.example=redhat.pem`], {}],
      [[...LOCK, 'requests', '--index-url', `https://user:${bad}@index.example/`], {}],
      [[...LOCK, '--no-cache'], { PIP_INDEX_URL: `user:${bad}@index` }],
    ] as const;
    const codes: (number | null)[] = [];
    for (const [args, env] of attempts) {
      const { exitCode, stdout, stderr } = await run(args, env);
      expect(secretsIn(stdout + stderr)).toEqual([]);
      codes.push(exitCode);
    }
    expect(codes).toEqual([2, 2, 2, 2, 3]); // the last is a URL, of the scheme `user:`
  });

  test('pip gets it by its own configuration, and not as an argument', async () => {
    const lock = pylock([amqp, vine], { origin: index.origin });
    const python = await fakePython(workspace.directory, { lock });
    const env = { PATH: [python.bin, workspace.env['PATH']].join(delimiter) };
    expect(await run(['amqp', ...KEY, '--tofu'], env)).toMatchObject({ exitCode: 0 });
    const calls = await python.calls();
    expect(calls.length).toBeGreaterThan(1);
    for (const { args } of calls) expect(secretsIn(args.join(' '))).toEqual([]);
  });
});

const probe = await createWorkspace();
const canLock = (await environmentThatLocks(probe)) !== undefined;
await probe.remove();

describe.skipIf(!canLock)('with a real pip', () => {
  test('resolves, checks and writes a lock without a credential', { timeout: 120_000 }, async () => {
    const env = await environmentThatLocks(workspace);
    const result = await run(
      ['amqp', 'vine', '--only-binary', ':all:', ...KEY, '--tofu', '-v', '-o', 'pylock.new.toml'],
      env,
    );
    expect([result.exitCode, secretsIn(result.stdout + result.stderr)]).toEqual([0, []]);
    expect(await workspace.read('.provenance.txt')).toBe(lines);
    expect(secretsIn(await workspace.read('pylock.new.toml'))).toEqual([]);
  });
});
