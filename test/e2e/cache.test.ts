import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeWheel, type Distribution } from '../support/distributions.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { gitlab, github } from '../support/signers.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const widget = makeWheel({ name: 'widget' });
const gadget = makeWheel({ name: 'gadget' });
const plain = makeWheel({ name: 'plain' });
const recorded = `https://github.com/acme/widget ${idsOf(github())}`;

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget]);
  setting.publish([plain], null);
  await setting.lock([widget, gadget, plain]);
});
afterEach(async () => setting.close());

const json = async (...args: readonly string[]) => {
  const { exitCode, stdout, stderr } = await setting.check([...args, '--format', 'json']);
  return { exitCode, stderr, report: parseReport(stdout) };
};

const home = () => join(setting.workspace.directory, 'home');
const cache = () => join(home(), '.cache', 'provpin');
const cached = ({ sha256 }: Distribution) =>
  join(cache(), 'provenance', sha256.slice(0, 2), `${sha256}.json`);

async function warmUp() {
  expect(await json('--tofu')).toMatchObject({ exitCode: 0 });
  setting.index.clearRequests();
}

describe('a warm cache', () => {
  beforeEach(warmUp);

  test('saves every request for signed files; absence is asked for again', async () => {
    const { exitCode, report } = await json();
    expect([exitCode, report.summary]).toMatchObject([0, { verified: 2, unsigned: 1 }]);
    expect(setting.index.requests.map(({ path }) => path)).toEqual(['/simple/plain/']);
    setting.index.attest(plain.filename, setting.attestationOf(plain));
    expect((await json()).report.findings).toMatchObject([{ rule: 'publisher-unknown', package: 'plain' }]);
  });

  test('holds what verified, by the sha256 of the file, and nothing else', async () => {
    expect(
      (await readdir(join(cache(), 'provenance'), { recursive: true })).filter((name) =>
        name.endsWith('.json'),
      ),
    ).toHaveLength(2);
    expect(JSON.parse(await readFile(cached(widget), 'utf8'))).toMatchObject({ version: 1 });
  });

  test('is no alarm and no pass when the index hides provenance afterwards', async () => {
    setting.index.attest(widget.filename, undefined);
    setting.index.attest(gadget.filename, undefined);
    expect(await json()).toMatchObject({ exitCode: 0, report: { summary: { verified: 2 } } });
    expect(await json('--no-cache')).toMatchObject({ exitCode: 1, report: { summary: { failed: 2 } } });
  });

  test('saves nothing from the gate: it is judged again', async () => {
    await setting.workspace.write('.provenance.txt', entryLine('widget', 'https://github.com/acme/other'));
    const { exitCode, report } = await json();
    expect([exitCode, rulesOf(report)]).toEqual([
      1,
      [
        ['publisher-unknown', 'error'],
        ['publisher-changed', 'error'],
      ],
    ]);
  });

  const POISONS: readonly (readonly [what: string, text: () => string | Promise<string>])[] = [
    ['nothing', () => ''],
    ['no JSON', () => '{"version": 1, "attestation_bundles": ['],
    ['half of it', async () => (await readFile(cached(widget), 'utf8')).slice(0, 2_000)],
    [
      'a byte changed',
      async () => (await readFile(cached(widget), 'utf8')).replace('"signature":"M', '"signature":"N'),
    ],
    ['no bundles', () => '{"version": 1, "attestation_bundles": []}'],
    ['the provenance of another file', async () => readFile(cached(gadget), 'utf8')],
    [
      'a forged one',
      () => JSON.stringify(setting.attestationOf(widget, { fault: 'certificate-of-another-instance' })),
    ],
    ['too many bytes', () => ' '.repeat(9 * 1024 * 1024)],
  ];

  test.for(POISONS)('with %s in it changes no verdict', async ([, text]) => {
    await writeFile(cached(widget), await text());
    expect(await json()).toMatchObject({ exitCode: 0, stderr: '', report: { summary: { verified: 2 } } });
    setting.index.attest(widget.filename, undefined);
    await writeFile(cached(widget), await text());
    const { exitCode, report } = await json();
    expect([exitCode, rulesOf(report)]).toEqual([1, [['attestation-lost', 'error']]]);
  });

  test('with a good signature by somebody else in it, the index is asked, and its word recorded', async () => {
    const foreign = JSON.stringify(setting.attestationOf(widget, { signer: gitlab() }));
    await writeFile(cached(widget), foreign);
    expect(await json()).toMatchObject({ exitCode: 0, report: { summary: { verified: 2 } } });
    await writeFile(cached(widget), foreign);
    await setting.workspace.write('.provenance.txt', '');
    expect(await json('--tofu')).toMatchObject({ exitCode: 0, report: { summary: { recorded: 2 } } });
    expect(await setting.workspace.read('.provenance.txt')).toBe(
      entryLine('gadget', recorded) + entryLine('widget', recorded),
    );
  });
});

describe('a cache that cannot be used', () => {
  test('a file in its place: a warning, and the same verdict', async () => {
    await mkdir(dirname(cache()), { recursive: true });
    await writeFile(cache(), '');
    const { exitCode, stderr, report } = await json('--tofu');
    expect([exitCode, report.summary]).toMatchObject([0, { recorded: 2 }]);
    expect(stderr).toMatch(/^warning: the cache `[^`]+` cannot be [^\n]+\n$/);
  });

  test('folders in the place of files: no verdict changes', async () => {
    await mkdir(cached(widget), { recursive: true });
    expect(await json('--tofu')).toMatchObject({ exitCode: 0, report: { summary: { recorded: 2 } } });
    expect(await json()).toMatchObject({ exitCode: 0, report: { summary: { verified: 2 } } });
  });

  test('`--cache-dir` names another, `--no-cache` none', async () => {
    expect(await json('--tofu', '--no-cache')).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await readdir(home())).toEqual([]);
    expect(await json('--cache-dir', 'ours')).toMatchObject({ exitCode: 0 });
    expect(await readdir(join(setting.workspace.project, 'ours'))).toEqual(['provenance']);
    expect(await readdir(home())).toEqual([]);
  });

  test('no home directory: a warning, and the same verdict', async () => {
    const env = { HOME: '/nonexistent', XDG_CACHE_HOME: '' };
    const { exitCode, stderr } = await setting.check(['--tofu'], { env });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('`--cache-dir DIR`');
    expect(await setting.workspace.read('.provenance.txt')).toContain('widget');
  });
});

test('twenty TOFU runs at once leave a whole file and a whole cache', async () => {
  const files = Array.from({ length: 20 }, (_, i) => makeWheel({ name: `package-${i}` }));
  setting.publish(files);
  await setting.workspace.write('.provenance.txt', '# ours\n');
  await Promise.all(files.map(async (file, i) => setting.lock([file], `pylock.${i}.toml`)));
  await rm(join(setting.workspace.project, 'pylock.toml'));
  const results = await Promise.all(
    files.map(async (_, i) =>
      runProvpin(setting.workspace, [
        '-L',
        `pylock.${i}.toml`,
        '--tofu',
        '--trusted-root',
        'root.json',
        '-i',
        setting.index.simpleUrl,
      ]),
    ),
  );
  const text = await setting.workspace.read('.provenance.txt');
  const written = files.filter(({ name }) => text.includes(`${name} `));
  expect(text).toBe(
    `# ours\n${written
      .map(({ name }) => entryLine(name, recorded))
      .toSorted()
      .join('')}`,
  );
  // Who was overtaken says so, and has lost nothing of the others.
  expect(results.filter(({ exitCode }) => exitCode === 0)).toHaveLength(written.length);
  for (const { exitCode, stderr } of results.filter((result) => result.exitCode !== 0)) {
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('was changed while this run was under way'),
    ]);
  }
  expect(written.length).toBeGreaterThan(0);
  expect(await readdir(setting.workspace.project)).not.toContainEqual(expect.stringMatching(/\.tmp$/));
});
