/** `provpin proxy` in this process; with the real binary, and real clients, it is tried in test/e2e. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { pathOf } from '../e2e/proxy-client.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from '../e2e/setting.ts';
import { makeWheel } from '../support/distributions.ts';
import { github } from '../support/signers.ts';
import { runInProcess } from '../support/run-in-process.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const widget = makeWheel({ name: 'widget' });
const gadget = makeWheel({ name: 'gadget' });
const large = makeWheel({ name: 'large', content: `#${randomBytes(700_000).toString('hex')}` });

let setting: Setting;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, gadget, large]);
  await setting.workspace.write(
    '.provenance.txt',
    ['gadget', 'large', 'widget'].map((name) => entryLine(name, recorded)).join(''),
  );
});
afterEach(async () => setting.close());

/** Asks for paths, one after the other, and says what it got: status, length, and whether it came to its end. */
const CLIENT = `
const base = process.env.PIP_INDEX_URL;
for (const [path, headers = {}, method = 'GET'] of JSON.parse(process.argv[1])) {
  const response = await fetch(new URL(path, base), { headers, method, redirect: 'manual' });
  const length = await response.arrayBuffer().then((body) => body.byteLength, () => 'cut');
  console.log(response.status, length);
}`;

type Ask = readonly [path: string, headers?: Readonly<Record<string, string>>, method?: string];

/** Runs the proxy with that client, and returns its answers beside the report. */
async function ask(asks: readonly Ask[], args: readonly string[] = []) {
  const path = (name: string): string => join(setting.workspace.project, name);
  const ours = [
    '--trusted-root',
    path('root.json'),
    '--provenance-file',
    path('.provenance.txt'),
    '--format',
    'json',
  ];
  const program = ['--', process.execPath, '--input-type=module', '-e', CLIENT, JSON.stringify(asks)];
  const argv = ['proxy', ...ours, ...args, '-i', setting.index.simpleUrl, ...program];
  const { exitCode, stdout, stderr } = await runInProcess(argv, { env: setting.workspace.env });
  const answers = [...stderr.matchAll(/^(\d{3}) (\d+|cut)$/gm)].map(([, status, length]) => [
    Number(status),
    length,
  ]);
  return { exitCode, answers, report: parseReport(stdout), stderr };
}

const size = (file: { readonly bytes: Uint8Array }) => String(file.bytes.length);

test('pages, files, parts and metadata', async () => {
  const { exitCode, answers, report } = await ask([
    ['/simple/Widget/'],
    ['/simple/unknown/'],
    ['/simple/widget/', { accept: 'image/png' }],
    [pathOf(widget)],
    [pathOf(widget), {}, 'HEAD'],
    [`${pathOf(widget)}.metadata`],
    [pathOf(large)],
    [pathOf(large), { range: 'bytes=10-19' }],
    [pathOf(large)],
    [pathOf(large), { range: 'bytes=99999999-' }],
    ['/nowhere'],
    [pathOf(widget), {}, 'POST'],
  ]);
  expect(answers.map(([status]) => status)).toEqual([
    301, 404, 406, 200, 200, 200, 200, 206, 200, 416, 404, 405,
  ]);
  expect(answers.slice(3, 9).map(([, length]) => length)).toEqual([
    size(widget),
    '0',
    String(widget.metadata.length),
    size(large),
    '10',
    size(large),
  ]);
  expect([exitCode, report.summary]).toMatchObject([0, { packages: 2, verified: 2 }]);
});

test('what is refused, what cannot be checked, and what does not come', async () => {
  setting.index.attest(gadget.filename, undefined);
  setting.index.replace(large.filename, Buffer.alloc(large.bytes.length, 'y'), { keepHash: true });
  setting.index.fail(`/files/${widget.filename}`, { kind: 'status', status: 404 });
  const { exitCode, answers, report, stderr } = await ask([
    [pathOf(gadget)],
    [pathOf(gadget)],
    [pathOf(large), { range: 'bytes=0-9' }],
    [pathOf(large)],
    [pathOf(widget)],
    [pathOf(widget), { range: 'bytes=0-9' }],
    [`${pathOf(widget)}.metadata`],
  ]);
  expect(answers.map(([status]) => status)).toEqual([403, 403, 403, 403, 502, 502, 502]);
  expect([exitCode, rulesOf(report)]).toEqual([
    1,
    [
      ['attestation-lost', 'error'],
      ['attestation-invalid', 'error'],
    ],
  ]);
  expect(stderr.match(/^warning: refused /gm)).toHaveLength(2);
});

test('another file under a hash is cut off before its end', async () => {
  setting.index.replace(large.filename, Buffer.alloc(large.bytes.length, 'y'), { keepHash: true });
  const { exitCode, answers } = await ask([[pathOf(large)]]);
  expect([exitCode, answers]).toEqual([1, [[200, 'cut']]]);
});

test('a page that cannot be had, and is never had, leaves the session incomplete', async () => {
  setting.index.fail('/simple/widget/', { kind: 'status', status: 403 });
  setting.index.fail('/simple/gadget/', { kind: 'status', status: 403 }, 1);
  const { exitCode, answers, report } = await ask([
    ['/simple/widget/'],
    [pathOf(widget)],
    ['/simple/gadget/'],
    ['/simple/gadget/'],
  ]);
  expect(answers.map(([status]) => status)).toEqual([502, 502, 502, 200]);
  expect([exitCode, report.outcome]).toEqual([3, 'incomplete']);
});

test('trust on first use', async () => {
  await setting.workspace.write('.provenance.txt', '');
  const { exitCode, report } = await ask([[pathOf(widget)], [pathOf(gadget)]], ['--tofu']);
  expect([exitCode, report.summary]).toMatchObject([0, { recorded: 2 }]);
  expect(await setting.workspace.read('.provenance.txt')).toBe(
    entryLine('gadget', recorded) + entryLine('widget', recorded),
  );
});
