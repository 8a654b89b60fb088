import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { makeWheel } from '../support/distributions.ts';
import { startIndex, type IndexFault, type TestIndex } from '../support/package-index.ts';
import { pylock } from '../support/pylock.ts';
import { runProvpin, startProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const widget = makeWheel({ name: 'widget' });
const fresh = makeWheel({ name: 'fresh' });
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const line = entryLine('widget', recorded);

/** pip's own options; without them a hang takes a minute to be given up. */
const IMPATIENT = ['--timeout', '1', '--retries', '0'];

const text = async (setting: Setting) => setting.workspace.read('.provenance.txt');

describe('an index that does not answer as it should', () => {
  let setting: Setting;
  beforeAll(async () => {
    setting = await createSetting();
    setting.publish([widget, fresh]);
    await setting.lock([widget, fresh]);
  });
  beforeEach(async () => {
    await setting.workspace.write('.provenance.txt', line);
  });
  afterAll(async () => setting.close());

  const PLACES = {
    'the page': '/simple/widget/',
    'the provenance': '/integrity/widget/',
  };
  const FAULTS: readonly (readonly [what: string, fault: IndexFault, words: string])[] = [
    ['401', { kind: 'status', status: 401 }, 'HTTP 401'],
    ['403', { kind: 'status', status: 403 }, 'HTTP 403'],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '86400' } }, 'HTTP 429'],
    ['500', { kind: 'status', status: 500 }, 'HTTP 500'],
    ['a hang', { kind: 'hang' }, 'did not answer in time'],
    ['a reset', { kind: 'reset' }, 'closed|reset'],
    ['a body that is cut', { kind: 'cut' }, 'cut short|closed'],
    ['a body of 100 MB', { kind: 'oversized', bytes: 100_000_000 }, 'larger than'],
    ['a body that unpacks to 100 MB', { kind: 'gzip-bomb', bytes: 100_000_000 }, 'larger than'],
    ['HTML', { kind: 'html' }, 'text/html|does not list'],
    ['endless redirects', { kind: 'redirect', to: '/integrity/widget/again' }, 'redirects .* too often'],
    ['a redirect to nowhere', { kind: 'redirect', to: 'http://[' }, 'to nowhere'],
    ['a redirect to a file', { kind: 'redirect', to: 'file:///etc/passwd' }, 'is not asked'],
  ];
  const cases = FAULTS.flatMap(([what, fault, words]) =>
    Object.entries(PLACES).map(([place, path]) => ({ what, place, path, fault, words })),
  );

  test.for(cases)('$what for $place: nothing is called unsigned, nothing is recorded', async (row) => {
    const lifts = [setting.index.fail(row.path, row.fault)];
    if (row.what === 'endless redirects') lifts.push(setting.index.fail('/again', row.fault));
    const { exitCode, stdout } = await setting.check([
      '--tofu',
      '--no-cache',
      '--format',
      'json',
      ...IMPATIENT,
    ]);
    for (const lift of lifts) lift();
    const report = parseReport(stdout);
    expect([exitCode, report.outcome, rulesOf(report)]).toEqual([
      3,
      'incomplete',
      [['provenance-unavailable', 'error']],
    ]);
    expect(report.packages.map(({ name, status }) => [name, status])).toEqual([
      ['fresh', 'unavailable'],
      ['widget', 'unavailable'],
    ]);
    expect(report.findings[0]?.message).toMatch(new RegExp(row.words));
    expect(await text(setting)).toBe(line);
  });

  test('a provenance that is no JSON is invalid, not unsigned', async () => {
    const lift = setting.index.fail('/integrity/widget/', { kind: 'invalid-json' });
    const { exitCode, stdout } = await setting.check(['--no-cache', '--format', 'json', '--tofu']);
    lift();
    expect([exitCode, rulesOf(parseReport(stdout))]).toEqual([1, [['attestation-invalid', 'error']]]);
  });

  test('a provenance that is promised and not there is not unsigned', async () => {
    const lift = setting.index.fail('/integrity/widget/', { kind: 'status', status: 404 });
    const { exitCode, stdout } = await setting.check(['--no-cache', '--format', 'json', '--tofu']);
    lift();
    expect([exitCode, rulesOf(parseReport(stdout))]).toEqual([3, [['provenance-unavailable', 'error']]]);
  });

  test('all is well when the fault is over', async () => {
    expect(await setting.check(['--tofu', '--no-cache'])).toMatchObject({ exitCode: 0 });
    expect(await text(setting)).toBe(entryLine('fresh', recorded) + line);
  });

  test('what fails once is asked again, after the time that the index wants', async () => {
    setting.index.fail('/integrity/widget/', { kind: 'status', status: 503 }, 1);
    setting.index.fail('/simple/fresh/', { kind: 'status', status: 429, headers: { 'retry-after': '1' } }, 1);
    setting.index.fail('/integrity/fresh/', { kind: 'reset' }, 1);
    setting.index.clearRequests();
    const { exitCode } = await setting.check(['--tofu', '--no-cache']);
    expect(exitCode).toBe(0);
    const asked = (path: string) =>
      setting.index.requests.filter((request) => request.path.includes(path)).length;
    expect([asked('/integrity/widget/'), asked('/simple/fresh/'), asked('/integrity/fresh/')]).toEqual([
      2, 2, 2,
    ]);
  });

  test('a host that cannot be reached is named, and tried no more than it must', async () => {
    const { exitCode, stdout } = await runProvpin(setting.workspace, [
      '-L',
      'pylock.toml',
      '--no-cache',
      '--index-url',
      'http://127.0.0.1:1/simple',
      '--retries',
      '0',
    ]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('cannot reach `127.0.0.1:1`: the connection was refused');
  });

  test('http is for loopback and trusted hosts only', async () => {
    const { exitCode, stdout } = await runProvpin(setting.workspace, [
      '-L',
      'pylock.toml',
      '--no-cache',
      '--index-url',
      'http://index.example.org/simple',
      '--retries',
      '0',
    ]);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/`index\.example\.org` is not asked: .*http/);
    expect(stdout).toContain('--trusted-host');
  });
});

describe('a mirror that serves no attestations', () => {
  let mirror: Setting;
  let origin: TestIndex;
  beforeEach(async () => {
    mirror = await createSetting({ modes: { provenance: false, integrity: false } });
    origin = await startIndex();
    mirror.publish([widget]);
    origin.publish(widget, { provenance: mirror.attestationOf(widget) });
    await mirror.lock([widget]);
    await mirror.workspace.write('.provenance.txt', line);
  });
  afterEach(async () => {
    await mirror.close();
    await origin.close();
  });

  test('fails what is recorded, and says what it may be and what helps', async () => {
    const { exitCode, stdout } = await mirror.check();
    expect(exitCode).toBe(1);
    expect(stdout).toContain('error[attestation-lost]');
    expect(stdout).toMatch(/^note: .*mirror.*`--attestations-from URL`/m);
  });

  test.for(['/simple/', '/simple', '', '/integrity/{project}/{version}/{filename}/provenance'])(
    '--attestations-from ORIGIN%s takes them from elsewhere, bound by the hash',
    async (path) => {
      const args = ['--no-cache', '--attestations-from', `${origin.origin}${path}`];
      expect(await mirror.check(args)).toMatchObject({ exitCode: 0, stderr: '' });
      expect(mirror.index.requests).toEqual([]);
      const other = makeWheel({ name: 'widget', content: 'import os' });
      await mirror.lock([other]);
      const poisoned = await mirror.check([...args, '--format', 'json']);
      expect(poisoned.exitCode).not.toBe(0);
      expect(parseReport(poisoned.stdout).packages).toMatchObject([
        { status: /\{/.test(path) ? 'failed' : 'unavailable' },
      ]);
    },
  );

  test('a mirror with HTML pages that have `data-provenance` needs no such thing', async () => {
    mirror.index.setModes({ provenance: true, integrity: true, json: false, links: 'relative' });
    expect(await mirror.check(['--no-cache'])).toMatchObject({ exitCode: 0 });
  });
});

describe('credentials', () => {
  const username = 'alice';
  const password = 'hunter2/@:x';
  const userinfo = `${username}:${encodeURIComponent(password)}@`;
  let setting: Setting;
  let elsewhere: TestIndex;
  beforeEach(async () => {
    setting = await createSetting({ auth: { username, password } });
    elsewhere = await startIndex();
    setting.publish([widget]);
    await setting.lock([widget]);
  });
  afterEach(async () => {
    await setting.close();
    await elsewhere.close();
  });

  const indexUrl = () => setting.index.simpleUrl.replace('://', `://${userinfo}`);
  const run = async (args: readonly string[] = [], env = {}) =>
    runProvpin(
      setting.workspace,
      ['-L', 'pylock.toml', '--trusted-root', 'root.json', '--tofu', '-v', '--retries', '0', ...args],
      { env },
    );

  /** Every file that a run has left, and what it printed. */
  async function traces({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) {
    const entries = await readdir(setting.workspace.directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name !== 'pylock.toml');
    const contents = await Promise.all(
      files.map(async (file) => readFile(join(file.parentPath, file.name), 'utf8')),
    );
    return [stdout, stderr, ...contents, ...files.map((file) => join(file.parentPath, file.name))].join('\n');
  }

  const secrets = [
    password,
    encodeURIComponent(password),
    'hunter2',
    Buffer.from(`${username}:${password}`).toString('base64'),
  ];

  const cases: readonly (readonly [what: string, exitCode: number, go: () => ReturnType<typeof run>])[] = [
    ['an option', 0, async () => run(['-i', indexUrl()])],
    ['the environment', 0, async () => run([], { PIP_INDEX_URL: indexUrl() })],
    [
      'netrc',
      0,
      async () => {
        const netrc = `machine 127.0.0.1 login ${username} password ${password}\n`;
        await setting.workspace.write('../home/.netrc', netrc);
        const result = await run(['-i', setting.index.simpleUrl]);
        await setting.workspace.write('../home/.netrc', '');
        return result;
      },
    ],
    [
      'the lock',
      0,
      async () => {
        const lock = pylock([widget], { origin: setting.index.origin, index: indexUrl() });
        await setting.workspace.write('pylock.toml', lock);
        return run();
      },
    ],
    ['--attestations-from', 0, async () => run(['--attestations-from', indexUrl()])],
    [
      'a refusal',
      3,
      async () => {
        setting.index.fail('/simple/', { kind: 'status', status: 403, body: indexUrl() });
        return run(['-i', indexUrl()]);
      },
    ],
    [
      'a redirect with userinfo',
      3,
      async () => {
        const to = `${elsewhere.origin}/gone/`.replace('://', `://${userinfo}`);
        setting.index.fail('/simple/', { kind: 'redirect', to });
        return run(['-i', indexUrl()]);
      },
    ],
    ['a mistake', 2, async () => run(['-i', indexUrl().replace('http:', 'http//')])],
    ['a bad proxy', 3, async () => run(['-i', indexUrl(), '--proxy', `http://${userinfo}127.0.0.1:1`])],
  ];

  test.for(cases)('by %s: never printed, never written', async ([, expected, go]) => {
    const result = await go();
    expect([result.exitCode, result.stdout === '']).toEqual([expected, expected === 2]);
    const left = await traces(result);
    for (const secret of secrets) expect(left).not.toContain(secret);
    for (const { headers } of elsewhere.requests) expect(headers.authorization).toBeUndefined();
  });

  test('are not sent to where the index redirects or links', async () => {
    elsewhere.publish(widget, { provenance: setting.attestationOf(widget) });
    setting.index.fail('/simple/widget/', { kind: 'redirect', to: `${elsewhere.origin}/simple/widget/` });
    expect((await run(['-i', indexUrl()])).exitCode).toBe(0);
    expect(elsewhere.requests.length).toBeGreaterThan(0);
    for (const { headers } of elsewhere.requests) expect(headers.authorization).toBeUndefined();
  });

  test('a wrong password is a refusal', async () => {
    const result = await run(['-i', indexUrl().replace('alice', 'mallory')]);
    expect(result.exitCode).toBe(3);
    expect(result.stdout).toContain('HTTP 401 (Unauthorized)');
    expect(existsSync(join(setting.workspace.project, '.provenance.txt'))).toBe(false);
  });
});

describe('TLS', () => {
  let setting: Setting;
  beforeEach(async () => {
    setting = await createSetting({ tls: true });
    setting.publish([widget]);
    await setting.lock([widget]);
    await setting.workspace.write('.provenance.txt', line);
  });
  afterEach(async () => setting.close());

  test('a certificate of nobody is named, and nothing is believed', async () => {
    const { exitCode, stdout } = await setting.check();
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/cannot reach `127\.0\.0\.1:\d+`: TLS: .* not trusted here \(`--cert FILE`/);
  });

  test.for(['PIP_CERT', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])(
    '%s names the authority',
    async (name) => {
      const bundle = await setting.workspace.write('ca.pem', setting.index.ca ?? '');
      expect(await setting.check([], { env: { [name]: bundle } })).toMatchObject({ exitCode: 0 });
    },
  );

  test('a trusted host needs none, and the signatures still count', async () => {
    expect(await setting.check(['--trusted-host', '127.0.0.1'])).toMatchObject({ exitCode: 0 });
    setting.index.attest(widget.filename, setting.attestationOf(widget, { fault: 'no-sct' }));
    expect(await setting.check(['--trusted-host', '127.0.0.1', '--no-cache'])).toMatchObject({ exitCode: 1 });
  });

  test('https does not go on over http', async () => {
    const plain = await startIndex();
    plain.publish(widget, { provenance: setting.attestationOf(widget) });
    setting.index.fail('/simple/widget/', { kind: 'redirect', to: `${plain.origin}/simple/widget/` });
    const { exitCode, stdout } = await setting.check([
      '--cert',
      await setting.workspace.write('ca.pem', setting.index.ca ?? ''),
    ]);
    expect([exitCode, plain.requests]).toEqual([3, []]);
    expect(stdout).toMatch(/is not asked: .*https/);
    await plain.close();
  });
});

test(
  'a proxy that says nothing of the trusted root keeps no run that needs none',
  { timeout: 30_000 },
  async () => {
    const setting = await createSetting();
    setting.publish([widget], null);
    await setting.lock([widget]);
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const args = ['--tofu', '-L', 'pylock.toml', '-i', setting.index.simpleUrl, '--format', 'json'];
    const env = { HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const { exitCode, stdout } = await startProvpin(setting.workspace, args, { env }).finished;
    expect([exitCode, parseReport(stdout).summary]).toMatchObject([0, { unsigned: 1 }]);
    silent.close();
    await setting.close();
  },
);
