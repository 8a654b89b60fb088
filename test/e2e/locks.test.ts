import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from '../support/distributions.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const widget = makeWheel({ name: 'widget' });

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
});
afterEach(async () => setting.close());

const json = async (...args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await setting.check([...args, '--format', 'json']);
  return { exitCode, stderr, report: parseReport(stdout) };
};

const PACKAGE = '[[packages]]\nname = "widget"\nversion = "1.0.0"\n';
const writeLock = async (packages: string, name = 'pylock.toml') =>
  setting.workspace.write(name, `lock-version = "1.0"\ncreated-by = "pip"\n${packages}`);

describe('large locks', () => {
  test('300 packages are all checked, with a bounded number of requests at once', async () => {
    const files = Array.from({ length: 300 }, (_, i) => makeWheel({ name: `package-${i}` }));
    setting.publish(files.slice(0, 30));
    setting.publish(files.slice(30), null);
    await setting.lock(files);
    const { exitCode, report } = await json('--tofu');
    expect(exitCode).toBe(0);
    expect(report.summary).toMatchObject({ packages: 300, recorded: 30, unsigned: 270 });
    const lines = (await setting.workspace.read('.provenance.txt')).split('\n');
    expect([lines.length, lines.toSorted()]).toEqual([31, ['', ...lines.slice(0, 30)]]);
    expect(setting.index.requests.length).toBe(330);
  });

  test('one poisoned wheel among 60 fails the package, and is named', async () => {
    const files = Array.from({ length: 60 }, (_, i) =>
      makeWheel({ name: 'widget', tag: `cp3${i}-cp3${i}-any` }),
    );
    const poisoned = makeWheel({ name: 'widget', tag: 'cp337-cp337-any', content: 'import os' });
    setting.publish(files);
    await setting.workspace.write('.provenance.txt', entryLine('widget', recorded));
    await setting.lock(files);
    expect(await json('--no-cache')).toMatchObject({ exitCode: 0, report: { summary: { verified: 1 } } });
    setting.index.replace(poisoned.filename, poisoned.bytes);
    await setting.lock(files.map((file) => (file.filename === poisoned.filename ? poisoned : file)));
    const { exitCode, report } = await json('--no-cache');
    expect([exitCode, report.findings.map(({ rule, file }) => [rule, file])]).toEqual([
      1,
      [['attestation-invalid', poisoned.filename]],
    ]);
  });
});

describe('packages of every kind', () => {
  test('an sdist alone', async () => {
    const sdist = makeSdist({ name: 'widget' });
    setting.publish([sdist]);
    await setting.lock([sdist]);
    expect(await json('--tofu')).toMatchObject({ exitCode: 0, report: { summary: { recorded: 1 } } });
    setting.index.attest(sdist.filename, undefined);
    expect(await json('--no-cache')).toMatchObject({
      exitCode: 1,
      report: { findings: [{ rule: 'attestation-lost' }] },
    });
  });

  test('what no index serves is listed with its reason, and asked for nowhere', async () => {
    const commit = '0123456789012345678901234567890123456789';
    await writeLock(`
[[packages]]
name = "of-git"
vcs = { type = "git", url = "https://bob:secret@example.org/a.git", commit-id = "${commit}" }
[[packages]]
name = "of-directory"
directory = { path = "../lib", editable = true }
[[packages]]
name = "of-archive"
version = "1.0"
archive = { url = "https://example.org/a.zip", hashes = { sha256 = "${'0'.repeat(64)}" } }
[[packages]]
name = "of-path"
version = "1.0"
wheels = [{ name = "of_path-1.0-py3-none-any.whl", path = "of_path-1.0-py3-none-any.whl", hashes = { sha256 = "${'0'.repeat(64)}" } }]
`);
    const { exitCode, stdout } = await setting.check(['--tofu']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('4 packages: 4 not covered');
    expect(stdout.match(/warning\[not-covered\]: .*/g)).toHaveLength(4);
    expect(stdout).toContain(`git+https://example.org/a.git@${commit}`);
    expect(stdout).not.toContain('secret');
    expect(setting.index.requests).toEqual([]);
  });

  const sha512 = createHash('sha512').update(widget.bytes).digest('hex');
  const withHashes = (hashes: string) =>
    `${PACKAGE}wheels = [{ name = "${widget.filename}", url = "${setting.index.origin}/files/${widget.filename}", hashes = { ${hashes} } }]\n`;

  test('a file without a sha256 is downloaded, and must be the one that is pinned', async () => {
    setting.publish([widget]);
    await writeLock(withHashes(`sha512 = "${sha512}"`));
    expect(await json('--tofu')).toMatchObject({ exitCode: 0, report: { summary: { recorded: 1 } } });
    setting.index.replace(widget.filename, Buffer.from('another'));
    expect(await json('--no-cache')).toMatchObject({
      exitCode: 1,
      report: { findings: [{ rule: 'attestation-invalid' }] },
    });
  });

  test('a file with a hash that binds nothing is not checked', async () => {
    setting.publish([widget]);
    await writeLock(withHashes(`md5 = "${'0'.repeat(32)}"`));
    const { exitCode, report } = await json('--tofu');
    expect([exitCode, rulesOf(report)]).toEqual([3, [['provenance-unavailable', 'error']]]);
  });

  test('two locks are checked together', async () => {
    const gadget = makeWheel({ name: 'gadget' });
    setting.publish([widget, gadget]);
    await setting.lock([widget]);
    await setting.lock([gadget, widget], 'pylock.dev.toml');
    const { exitCode, report } = await json('--tofu', '-L', 'pylock.dev.toml');
    expect(exitCode).toBe(0);
    expect(report.packages.map(({ name }) => name)).toEqual(['gadget', 'widget', 'widget']);
    expect(await setting.workspace.read('.provenance.txt')).toBe(
      entryLine('gadget', recorded) + entryLine('widget', recorded),
    );
  });
});

describe('a lock that cannot be read', () => {
  const file = `name = "${widget.filename}", url = "https://example.org/${widget.filename}", hashes = { sha256 = "${widget.sha256}" }`;
  const HEAD = 'lock-version = "1.0"\ncreated-by = "pip"\n';
  const other = (from: string, to: string) => `${HEAD}${PACKAGE.replace(from, to)}wheels = [{ ${file} }]\n`;
  const MALFORMED = [
    [`${HEAD}name = \n`, ':3: not TOML: invalid value'],
    ['created-by = "pip"\n', ': `lock-version` is missing'],
    [HEAD.replace('1.0', '2.0'), ':1: `lock-version` is 2.0; only versions 1.x can be read'],
    [`${HEAD}[[packages]]\nversion = "1"\n`, ':3: `packages[0].name` is missing'],
    [
      `${HEAD}${PACKAGE}wheels = [{ name = "${widget.filename}", url = "https://example.org/w" }]\n`,
      ':6: `packages[0].wheels[0].hashes` is missing',
    ],
    [
      other('widget', 'gadget'),
      `:6: \`packages[0].wheels[0]\` names \`${widget.filename}\`, not a wheel of \`gadget\``,
    ],
    [other('1.0.0', '2.0'), `:6: \`packages[0].wheels[0]\` names \`${widget.filename}\`, not of version 2.0`],
    [
      `${other('', '')}directory = { path = "." }\n`,
      ':3: `packages[0]` has directory and wheels or sdist: only one is allowed',
    ],
  ] as const;

  test.for(MALFORMED)('%#: file, line and key, exit code 2', async ([lock, message]) => {
    await setting.workspace.write('pylock.toml', lock);
    const { exitCode, stdout, stderr } = await setting.check(['--tofu']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toBe(`error: \`pylock.toml\`${message}`);
    expect(setting.index.requests).toEqual([]);
  });

  test.for([
    [['-L', 'missing.toml'], /`missing\.toml` cannot be read: there is no such file/],
    [['-L', 'pylock.missing.toml'], /`pylock\.missing\.toml` cannot be read: there is no such file/],
    [['-L', 'root.json'], /`root\.json` is not a lock, by its name and by its content/],
    [['requests'], /`requests` is for `pip lock`/],
    [['-r', 'requirements.txt'], /`-r` is for `pip lock`|cannot be read/],
    [['--strct'], /`--strct` is for `pip lock`/],
  ] as const)('%j', async ([args, words]) => {
    await setting.lock([widget]);
    const { exitCode, stdout, stderr } = await setting.check(args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(words);
  });
});

describe('--offline', () => {
  const offline = ['--offline', '--trusted-root', 'root.json'];

  test('passes by the cache alone, without a request', async () => {
    setting.publish([widget]);
    await setting.lock([widget]);
    expect(await json('--tofu')).toMatchObject({ exitCode: 0 });
    setting.index.clearRequests();
    expect(await json(...offline)).toMatchObject({ exitCode: 0, report: { summary: { verified: 1 } } });
    expect(setting.index.requests).toEqual([]);
  });

  test('what the cache does not have could not be checked', async () => {
    const gadget = makeWheel({ name: 'gadget' });
    setting.publish([widget]);
    setting.publish([gadget], null);
    await setting.lock([widget, gadget]);
    await json('--tofu');
    setting.index.clearRequests();
    const { exitCode, report } = await json(...offline, '--tofu');
    expect([exitCode, rulesOf(report)]).toEqual([3, [['provenance-unavailable', 'error']]]);
    expect(report.packages).toMatchObject([{ status: 'unavailable' }, { status: 'verified' }]);
    expect(setting.index.requests).toEqual([]);
  });

  test("without a trusted root of ours, Sigstore's embedded one serves, and TUF is not asked", async () => {
    setting.publish([widget]);
    await setting.lock([widget]);
    await json('--tofu');
    const { exitCode, stdout, stderr } = await setting.check([
      '--offline',
      '--trusted-root',
      'tuf',
      '--format',
      'json',
    ]);
    // The test's own signatures are none of the production instance's.
    expect([exitCode, rulesOf(parseReport(stdout))]).toEqual([3, [['provenance-unavailable', 'error']]]);
    expect(stderr).toBe('');
  });

  test.for([
    [['--offline', 'requests'], '`--offline` cannot run `pip lock`'],
    [['--offline', '-L', 'pylock.toml', '--no-cache'], '`--no-cache`'],
  ] as const)('%j is refused', async ([args, words]) => {
    const { exitCode, stderr } = await runProvpin(setting.workspace, args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});
