/** Text from outside: it forges no line, commands no terminal and no CI runner, and names no path that is written. */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createSetting, parseReport, type Setting } from '../e2e/setting.ts';
import { ATTACKS as HOSTILE } from '../report/hostile.ts';
import { makeWheel, type Distribution } from '../support/distributions.ts';
import { fakePython } from '../support/fake-python.ts';
import { claimExtension, FULCIO_OID } from '../support/fulcio.ts';
import { pylock } from '../support/pylock.ts';
import { runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { provenance } from '../support/signing.ts';
import type { RunResult } from '../support/workspace.ts';
import { acme, ids } from './batch.ts';
import { expectRow } from './rows.ts';

/** Where somebody outside can put text of their own, and what comes of it when it is hostile. */
const PLACES: Readonly<
  Record<
    string,
    { readonly rules: readonly string[]; readonly put: (file: Distribution, text: string) => unknown }
  >
> = {
  'hostile-publisher-claim': {
    rules: ['publisher-claim-mismatch', 'publisher-unknown'],
    put: (file, text) => {
      const { attestation_bundles: bundles } = setting.attestationOf(file, { signer: acme });
      const publisher = { kind: 'GitHub', repository: text, workflow: text, environment: text, [text]: text };
      setting.index.attest(file.filename, provenance(bundles.map((bundle) => ({ ...bundle, publisher }))));
    },
  },
  'hostile-subject-name': {
    rules: ['attestation-invalid'],
    put: (file, text) =>
      setting.index.attest(
        file.filename,
        setting.attestationOf({ ...file, filename: text }, { signer: acme }),
      ),
  },
  'hostile-predicate-type': {
    rules: ['attestation-unsupported'],
    put: (file, text) =>
      setting.index.attest(file.filename, setting.attestationOf(file, { signer: acme, predicateType: text })),
  },
  'hostile-repository-claim': {
    rules: ['attestation-invalid'],
    put: (file, text) =>
      setting.index.attest(
        file.filename,
        setting.attestationOf(file, {
          signer: acme,
          extensions: (list) => [
            ...list.filter(({ oid }) => oid !== `${FULCIO_OID}.12`),
            claimExtension(12, `https://github.com/acme/widget${text}`),
          ],
        }),
      ),
  },
  'hostile-document': {
    rules: ['attestation-invalid'],
    put: (file, text) => setting.index.attest(file.filename, text),
  },
  'hostile-member-name': {
    rules: ['attestation-invalid'],
    put: (file, text) => {
      const member = JSON.stringify(text);
      setting.index.attest(file.filename, `{${member}:1,${member}:2}`);
    },
  },
  'hostile-simple-page': {
    rules: ['provenance-unavailable'],
    put: ({ name, filename, sha256 }, text) => {
      const hashes = { sha256 };
      const provenanceUrl = `http://127.0.0.1:9/${text}`;
      const files = [
        { filename: text, url: text, hashes: { sha256: text } },
        { filename, url: text, hashes, provenance: provenanceUrl, 'upload-time': text },
      ];
      const body = JSON.stringify({ meta: { 'api-version': '1.4', note: text }, name, files });
      const contentType = 'application/vnd.pypi.simple.v1+json';
      setting.index.fail(`/simple/${name}/`, { kind: 'body', body, contentType });
    },
  },
};
/** Claims that may be any text: what they are refused for, or how they are written down, is up to each. */
const LATITUDE = 'hostile-workflow-claims';

const texts = HOSTILE.map((text, at) => ({ text, at }));
const nameOf = (place: string, at: number) => `${place}-${at}`;
const UNFIT = /[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u;
/** What a line of a text report begins with: package, finding, detail, file, evidence, note, totals, closing. */
const LINE = new RegExp(
  [
    /[✓+\-✗?·] [a-z0-9-]+ /,
    / {4}(?:(?:error|warning)\[[a-z-]+\]|history): /,
    / {6}(?:recorded|observed|file|at|hint): /,
    / {4}[✓+\-✗?·] hostile_[a-z_]+_\d+-1\.0\.0-py3-none-any\.whl /,
    / {6}(?:signed|predicate:|commit:|ref:|run:|build signer:|log entry:) /,
    /note: |\d+ packages?: |The check |$/,
  ]
    .map(({ source }) => `^(?:${source})`)
    .join('|'),
  'u',
);

let setting: Setting;
const runs = new Map<string, RunResult>();
beforeAll(async () => {
  setting = await createSetting();
  const files = texts.flatMap(({ text, at }) => {
    const placed = Object.entries(PLACES).map(([place, { put }]) => {
      const file = makeWheel({ name: nameOf(place, at) });
      setting.publish([file], acme);
      put(file, text);
      return file;
    });
    const free = makeWheel({ name: nameOf(LATITUDE, at) });
    setting.publish(
      [free],
      github({ ...ids, environment: text, ref: `refs/tags/${text}`, trigger: text, runner: text }),
    );
    return [...placed, free];
  });
  await setting.lock(files);
  await setting.lock(
    files.filter(({ name }) => name.startsWith(LATITUDE)),
    `pylock.${LATITUDE}.toml`,
  );
  const json = ['--format', 'json'];
  const everything = ['--tofu', '--pin', 'ids,workflow,environment,ref,trigger,runner', '--receipts', 'seen'];
  const variants = { text: [], verbose: ['-v'], json, tofu: [...everything, '-v'] };
  await Promise.all(
    Object.entries(variants).map(async ([name, args]) => {
      await setting.workspace.write(`${name}.txt`, '');
      runs.set(name, await setting.check(['--provenance-file', `${name}.txt`, ...args]));
    }),
  );
}, 60_000);
afterAll(async () => setting.close());

describe('what is printed', () => {
  test.for(['text', 'verbose', 'json', 'tofu'])('%s', (name) => {
    const { exitCode, stdout, stderr } = runs.get(name) ?? { exitCode: 0, stdout: '', stderr: '' };
    expect([exitCode, stderr]).toEqual([1, '']);
    for (const line of stdout.split('\n')) {
      expect(line).not.toMatch(UNFIT);
      expect(line).not.toMatch(/^\s*::|##[a-z]*\[/i);
      expect(name === 'json' || LINE.test(line) ? '' : line).toBe('');
    }
  });

  test.for(Object.entries(PLACES))('%s', ([place, { rules }]) => {
    const { findings } = parseReport(runs.get('json')?.stdout ?? '');
    for (const { at } of texts) {
      const name = nameOf(place, at);
      const found = findings.filter((finding) => finding.package === name).map(({ rule }) => rule);
      expect([name, found]).toEqual([name, rules]);
    }
    expectRow(place, { rules, exitCode: rules.includes('provenance-unavailable') ? 3 : 1 });
  });
});

test('hostile-workflow-claims', async () => {
  // They are refused, or written so that the file reads back as one line for one package.
  const report = parseReport(runs.get('json')?.stdout ?? '');
  const ours = report.packages.filter(({ name }) => name.startsWith(LATITUDE));
  expect(ours).toHaveLength(texts.length);
  expect(new Set(ours.map(({ status }) => status))).toEqual(new Set(['failed']));
  expectRow(LATITUDE, { rules: ['attestation-invalid', 'publisher-unknown'], exitCode: 1 });

  // By themselves: beside packages that could not be checked nothing is recorded.
  const lock = [
    '-L',
    `pylock.${LATITUDE}.toml`,
    '--trusted-root',
    'root.json',
    '-i',
    setting.index.simpleUrl,
  ];
  const files = ['--provenance-file', 'claims.txt', '--receipts', 'claims.jsonl'];
  const run = async (...args: readonly string[]) =>
    await runProvpin(setting.workspace, [...lock, ...files, ...args]);
  const tofu = await run('--tofu', '--pin', 'ids,workflow,environment,ref,trigger,runner', '-v');
  const gate = await run('-v');
  for (const { exitCode, stdout, stderr } of [tofu, gate]) {
    expect([exitCode, stderr]).toEqual([1, '']);
    for (const line of stdout.split('\n')) expect(line).toMatch(LINE);
    expect(stdout).not.toMatch(UNFIT);
  }
  const written = (await setting.workspace.read('claims.txt')).split('\n').slice(0, -1);
  const kept = (await setting.workspace.read('claims.jsonl')).split('\n').slice(0, -1);
  const [, verified = ''] = /^\d+ packages: (\d+) verified, /m.exec(gate.stdout) ?? [];
  expect(written.length).toBeGreaterThan(5);
  expect([written.length, kept.length]).toEqual([Number(verified), Number(verified)]);
  for (const line of written) {
    expect(line).toMatch(
      /^hostile-workflow-claims-\d+ +https:\/\/github\.com\/acme\/widget repository-id=11 owner-id=22(?: [a-z]+=[!-~]+){5}$/,
    );
    expect(line).not.toMatch(/#/);
  }
  for (const line of kept) expect(line).toMatch(/^\{"package":"hostile-workflow-claims-\d+",[ -~]+\}$/);
});

test('name-of-a-path', async () => {
  const expected = /^(?:project\/[^/]+|home\/\.cache\/provpin\/provenance\/[0-9a-f]{2}\/[0-9a-f]{64}\.json)$/;
  const wheel = makeWheel({ name: 'widget' });
  const before = await setting.workspace.read('pylock.toml');
  for (const filename of ['../../widget-1.0.0-py3-none-any.whl', '/tmp/widget-1.0.0-py3-none-any.whl']) {
    await setting.lock([{ ...wheel, filename }]);
    const { exitCode, stderr } = await setting.check(['--tofu']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('not a wheel of')]);
  }
  await setting.workspace.write('pylock.toml', before);
  const { directory } = setting.workspace;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
  for (const file of files) expect(file).toMatch(expected);
  expectRow('name-of-a-path', { rules: [], exitCode: 2 });
});

test('hostile-output-of-pip', async () => {
  const progress = `${HOSTILE.join('\n')}\n`;
  const wheel = makeWheel({ name: 'widget' });
  setting.publish([wheel], acme);
  const lock = pylock([wheel], setting.index);
  const python = await fakePython(join(setting.workspace.directory, 'tmp', 'python'), { progress, lock });
  await setting.workspace.write('pip.txt', '');
  const result = await runProvpin(
    setting.workspace,
    [
      'widget',
      '--trusted-root',
      'root.json',
      '--index-url',
      setting.index.simpleUrl,
      '--provenance-file',
      'pip.txt',
    ],
    { env: { PATH: `${python.bin}:${setting.workspace.env['PATH'] ?? ''}` } },
  );
  expect(result.exitCode).toBe(1);
  for (const line of (result.stdout + result.stderr).split('\n')) {
    expect(line).not.toMatch(UNFIT);
    expect(line).not.toMatch(/^\s*::|##[a-z]*\[/i);
  }
  for (const line of result.stdout.split('\n')) expect(line).toMatch(LINE);
  expectRow('hostile-output-of-pip', { rules: ['publisher-unknown'], exitCode: 1 });
});
