import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel, type Distribution } from '../support/distributions.ts';
import { startIndex } from '../support/package-index.ts';
import { createRepository } from '../support/repository.ts';
import { BINARY, runProvpin } from '../support/run-provpin.ts';
import { github } from '../support/signers.ts';
import { JSON_PAGE, parsePage, pathOf, startProxy, type RunningProxy } from './proxy-client.ts';
import { createSetting, entryLine, idsOf, parseReport, rulesOf, type Setting } from './setting.ts';

const recorded = `https://github.com/acme/widget ${idsOf(github())}`;
const mallory = github({ repository: 'mallory/widget' });

const widget = makeWheel({ name: 'widget', requires: ['gadget'], requiresPython: '>=3.8' });
const source = makeSdist({ name: 'widget' });
const gadget = makeWheel({ name: 'gadget' });
/** Longer than what is held back. */
const large = makeWheel({ name: 'large', content: `#${randomBytes(2_000_000).toString('hex')}` });

let setting: Setting;
let proxy: RunningProxy | undefined;
beforeEach(async () => {
  setting = await createSetting();
  setting.publish([widget, source, gadget, large]);
  await setting.workspace.write(
    '.provenance.txt',
    ['gadget', 'large', 'widget'].map((name) => entryLine(name, recorded)).join(''),
  );
});
afterEach(async () => {
  await proxy?.end('SIGKILL');
  proxy = undefined;
  await setting.close();
});

async function start(...args: readonly string[]): Promise<RunningProxy> {
  proxy = await startProxy(setting, args);
  return proxy;
}

/** Ends the proxy, and says what it reports. */
async function reportOf(running: RunningProxy) {
  const { exitCode, stdout } = await running.end();
  const report = parseReport(stdout);
  return { exitCode, rules: rulesOf(report).map(([rule]) => rule), ...report };
}

/** Runs it to its end. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return await runProvpin(setting.workspace, ['proxy', '--trusted-root', 'root.json', ...args], { env });
}

/** Runs it with a program, which is given as JavaScript. */
async function runWith(script: string, env: Readonly<Record<string, string>> = {}) {
  const ours = ['--format', 'json', '-i', setting.index.simpleUrl];
  return await run([...ours, '--', process.execPath, '-e', script], env);
}

/** A program that asks for a file, and fails when it does not get it. */
const asksFor = (file: Distribution) =>
  `fetch(new URL('${pathOf(file)}', process.env.PIP_INDEX_URL)).then(async (r) => { console.log(r.status, (await r.arrayBuffer()).byteLength); process.exit(r.ok ? 0 : 7); })`;

const parseEnvironment: (text: string) => Readonly<Record<string, string>> = JSON.parse;

describe('pages', () => {
  test('in JSON, with the files at the proxy, and what the index says of them', async () => {
    const { page } = await start();
    const { status, headers, body } = await page('widget');
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, JSON_PAGE, 'no-store']);
    expect(parsePage(body.toString())).toEqual({
      meta: { 'api-version': '1.1' },
      name: 'widget',
      versions: ['1'],
      files: [widget, source].map((file) => {
        const metadata = { sha256: createHash('sha256').update(file.metadata).digest('hex') };
        return {
          filename: file.filename,
          url: pathOf(file),
          hashes: { sha256: file.sha256 },
          size: file.bytes.length,
          'upload-time': '2026-06-01T12:05:00.000000Z',
          yanked: false,
          'core-metadata': metadata,
          'dist-info-metadata': metadata,
          provenance: `${setting.index.origin}/integrity/widget/1.0.0/${file.filename}/provenance`,
          ...(file === widget ? { 'requires-python': '>=3.8' } : {}),
        };
      }),
    });
  });

  test('in the form that is asked for, and where they are', async () => {
    const { page, ask } = await start();
    const html = await page('widget', 'text/html');
    expect(html.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(html.body.toString()).toContain(
      `<a href="${pathOf(widget)}#sha256=${widget.sha256}" data-requires-python="&gt;=3.8" data-core-metadata="sha256=`,
    );
    expect(await page('widget', 'image/png')).toMatchObject({ status: 406 });
    expect(await ask('/simple/widget')).toMatchObject({
      status: 301,
      headers: { location: '/simple/widget/' },
    });
    for (const path of ['/simple/unknown/', '/simple/', '/'])
      expect(await ask(path)).toMatchObject({ status: 404 });
  });

  test('of several indexes: the first that has a file', async () => {
    const other = await startIndex();
    other.publish(makeWheel({ name: 'widget', content: 'other' }));
    other.publish(makeWheel({ name: 'widget', version: '2.0.0' }));
    const running = await start('--extra-index-url', other.simpleUrl);
    const { body } = await running.page('widget');
    await other.close();
    const { files } = parsePage(body.toString());
    expect(files.map(({ filename }) => filename)).toEqual([
      widget.filename,
      source.filename,
      'widget-2.0.0-py3-none-any.whl',
    ]);
    expect(files[0]?.hashes).toEqual({ sha256: widget.sha256 });
  });

  test('one index that does not answer: no page, and the session is incomplete', async () => {
    const other = await startIndex();
    other.fail('/simple/', { kind: 'status', status: 403 });
    const running = await start('--extra-index-url', other.simpleUrl);
    const { status, body } = await running.page('widget');
    await other.close();
    expect([status, body.toString()]).toEqual([502, expect.stringContaining('403 (Forbidden)')]);
    expect(await reportOf(running)).toMatchObject({ exitCode: 3, outcome: 'incomplete' });
  });

  test('what failed is asked for again, and can then be had', async () => {
    setting.index.fail('/simple/widget/', { kind: 'status', status: 403 }, 1);
    const running = await start();
    expect(await running.page('widget')).toMatchObject({ status: 502 });
    expect(await running.page('widget')).toMatchObject({ status: 200 });
    expect(await reportOf(running)).toMatchObject({ exitCode: 0, outcome: 'ok' });
  });
});

describe('files that hold', () => {
  test('are let through, byte for byte, and reported', async () => {
    const running = await start();
    for (const file of [widget, source, gadget, large]) {
      const { status, body, isWhole, headers } = await running.file(file);
      expect([status, isWhole, body.equals(file.bytes)]).toEqual([200, true, true]);
      expect(headers['content-length']).toBe(String(file.bytes.length));
    }
    const report = await reportOf(running);
    expect(report).toMatchObject({ exitCode: 0, outcome: 'ok', summary: { packages: 3, verified: 3 } });
  });

  test('their metadata, if it is what the page says', async () => {
    const running = await start();
    const { status, body } = await running.ask(`${pathOf(widget)}.metadata`);
    expect([status, body.toString()]).toEqual([200, widget.metadata]);
    expect(await reportOf(running)).toMatchObject({ exitCode: 0, summary: { packages: 0 } });
  });

  test('HEAD says how long one is, and that parts can be had', async () => {
    const { file } = await start();
    const { status, body, headers } = await file(widget, { method: 'HEAD' });
    expect([status, body.length, headers['content-length'], headers['accept-ranges']]).toEqual([
      200,
      0,
      String(widget.bytes.length),
      'bytes',
    ]);
  });

  test('their parts, of one download; and nothing stays on the disk but what a check leaves', async () => {
    const running = await start();
    const length = large.bytes.length;
    const parts = [
      ['bytes=0-9', 0, 9],
      ['bytes=100-', 100, length - 1],
      ['bytes=-22', length - 22, length - 1],
      ['bytes=0-99999999', 0, length - 1],
    ] as const;
    await Promise.all(
      parts.map(async ([range, first, last]) => {
        const { status, headers, body } = await running.file(large, { headers: { range } });
        expect([status, headers['content-range']]).toEqual([206, `bytes ${first}-${last}/${length}`]);
        expect(body.equals(large.bytes.subarray(first, last + 1))).toBe(true);
      }),
    );
    for (const range of ['bytes=5-4', 'bytes=0-1,4-5', 'lines=0-1']) {
      const { status, body } = await running.file(large, { headers: { range } });
      expect([status, body.equals(large.bytes)]).toEqual([200, true]);
    }
    const beyond = await running.file(large, { headers: { range: 'bytes=999999999-' } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${length}`]);
    const downloads = setting.index.requests.filter(({ path }) => path === `/files/${large.filename}`);
    expect(downloads).toHaveLength(1);
    await running.end();
    const cache = await readdir(join(setting.workspace.directory, 'home', '.cache', 'provpin'));
    expect([cache, await readdir(join(setting.workspace.directory, 'tmp'))]).toEqual([['provenance'], []]);
  });

  test('a part of another file than this is the whole of this', async () => {
    const { file } = await start();
    const range = 'bytes=0-9';
    const { headers } = await file(widget, { headers: { range } });
    const etag = headers.etag ?? '';
    expect(await file(widget, { headers: { range, 'if-range': etag } })).toMatchObject({ status: 206 });
    expect(await file(widget, { headers: { range, 'if-range': '"other"' } })).toMatchObject({ status: 200 });
  });

  test('where the size is not known, a part is the whole', async () => {
    setting.index.setModes({ json: false });
    const { file } = await start();
    const { status, body } = await file(large, { headers: { range: 'bytes=0-9' } });
    expect([status, body.equals(large.bytes)]).toEqual([200, true]);
  });
});

describe('what is unsigned', () => {
  const plain = makeWheel({ name: 'plain' });
  beforeEach(() => setting.publish([plain], null));

  test('is let through, and counted', async () => {
    const running = await start();
    expect(await running.file(plain)).toMatchObject({ status: 200, isWhole: true });
    expect(await reportOf(running)).toMatchObject({ exitCode: 0, summary: { packages: 1, unsigned: 1 } });
  });

  test('is refused under STRICT', async () => {
    const running = await start('--strict');
    const { status, phrase, body } = await running.file(plain);
    expect([status, phrase]).toEqual([403, 'Forbidden (attestation-missing)']);
    expect(body.toString()).toMatch(
      /^attestation-missing: `plain` 1\.0\.0 is not signed[^\n]*\nhint: [^\n]+\n$/,
    );
    expect(running.stderrSoFar()).toContain(`warning: refused \`${plain.filename}\`: attestation-missing: `);
    expect(await reportOf(running)).toMatchObject({ exitCode: 1, rules: ['attestation-missing'] });
  });

  test('is refused beside a signed file of the same version, whichever comes first', async () => {
    await setting.workspace.write('.provenance.txt', '');
    const both = [makeWheel({ name: 'both' }), makeSdist({ name: 'both' })] as const;
    setting.publish([both[0]], null);
    setting.publish([both[1]]);
    const running = await start('--tofu');
    const [first, second] = [await running.file(both[0]), await running.file(both[1])];
    expect([first.status, second.status]).toEqual([200, 403]);
    expect(await reportOf(running)).toMatchObject({ exitCode: 1 });
    expect(await setting.workspace.read('.provenance.txt')).toBe('');
  });
});

describe('trust on first use', () => {
  test('records who signed what was let through, when it ends', async () => {
    await setting.workspace.write('.provenance.txt', '');
    const running = await start('--tofu');
    await running.file(widget);
    await running.file(source);
    const { exitCode, stdout } = await running.end();
    expect([exitCode, parseReport(stdout).summary]).toMatchObject([0, { recorded: 1 }]);
    expect(await setting.workspace.read('.provenance.txt')).toBe(entryLine('widget', recorded));
  });

  test('and whoever comes second is not the first', async () => {
    await setting.workspace.write('.provenance.txt', '');
    const second = makeWheel({ name: 'widget', version: '2.0.0' });
    setting.publish([second], mallory);
    const running = await start('--tofu');
    expect(await running.file(widget)).toMatchObject({ status: 200 });
    const { status, phrase } = await running.file(second);
    expect([status, phrase]).toEqual([403, 'Forbidden (publisher-changed)']);
    expect(await reportOf(running)).toMatchObject({ exitCode: 1 });
    expect(await setting.workspace.read('.provenance.txt')).toBe('');
  });

  test('nothing is recorded when not everything could be checked', async () => {
    await setting.workspace.write('.provenance.txt', '');
    setting.index.fail(`${gadget.filename}/provenance`, { kind: 'status', status: 403 });
    const running = await start('--tofu');
    expect(await running.file(widget)).toMatchObject({ status: 200 });
    expect(await running.file(gadget)).toMatchObject({ status: 503 });
    expect(await reportOf(running)).toMatchObject({ exitCode: 3, summary: { unavailable: 2 } });
    expect(await setting.workspace.read('.provenance.txt')).toBe('');
  });

  test('what could not be checked is checked anew', async () => {
    setting.index.fail(`${gadget.filename}/provenance`, { kind: 'status', status: 403 }, 1);
    const running = await start();
    expect(await running.file(gadget)).toMatchObject({ status: 503 });
    expect(await running.file(gadget)).toMatchObject({ status: 200 });
    expect(await reportOf(running)).toMatchObject({ exitCode: 0, summary: { verified: 1 } });
  });

  test('receipts are kept', async () => {
    const running = await start('--receipts', 'receipts.jsonl');
    await running.file(widget);
    await running.end();
    expect(await setting.workspace.read('receipts.jsonl')).toContain(widget.sha256);
  });
});

describe('against the entries of a base', () => {
  test('a change cannot vouch for itself, and what it says of others is no matter', async () => {
    const repository = await createRepository(setting.workspace);
    const file = await setting.workspace.read('.provenance.txt');
    await setting.workspace.write('.provenance.txt', file.replace(entryLine('widget', recorded), ''));
    await repository.commit('Record some');
    await setting.workspace.write('.provenance.txt', file.replace(entryLine('large', recorded), ''));
    const running = await start('--base', 'HEAD');
    expect(await running.file(gadget)).toMatchObject({ status: 200 });
    expect(await running.file(widget)).toMatchObject({ status: 403, phrase: 'Forbidden (self-vouched)' });
    expect(await reportOf(running)).toMatchObject({ exitCode: 1, rules: ['self-vouched'] });
    const allowing = await start('--base', 'HEAD', '--allow', 'widget');
    expect(await allowing.file(widget)).toMatchObject({ status: 200 });
    expect(await reportOf(allowing)).toMatchObject({
      exitCode: 0,
      notes: [
        expect.stringMatching(/^the entries of `widget` differ from those of HEAD /),
        '1 of the 1 file that were asked for was let through',
      ],
    });
  });
});

describe('a hundred clients at once', () => {
  test('get what they asked for', async () => {
    const files = Array.from({ length: 20 }, (_, at) =>
      makeWheel({ name: `many-${at}`, content: `#${randomBytes(300_000).toString('hex')}` }),
    );
    setting.publish(files);
    await setting.workspace.write('.provenance.txt', '');
    const running = await start('--tofu');
    const asked = Array.from({ length: 100 }, (_, at) => files[at % files.length] ?? widget);
    const answers = await Promise.all(
      asked.map(async (file, at) => {
        await running.page(file.name);
        return await running.file(file, at % 3 === 0 ? { headers: { range: 'bytes=10-' } } : {});
      }),
    );
    const isRight = answers.map(({ body, isWhole }, at) => {
      const { bytes } = asked[at] ?? widget;
      return isWhole && body.equals(at % 3 === 0 ? bytes.subarray(10) : bytes);
    });
    expect(isRight.every(Boolean)).toBe(true);
    expect(await reportOf(running)).toMatchObject({ exitCode: 0, summary: { recorded: 20 } });
  });
});

describe('the end', () => {
  test.for(['SIGINT', 'SIGTERM'] as const)(
    'by %s, while a file is on its way: it does not come',
    async (signal) => {
      setting.index.fail(`/files/${large.filename}`, { kind: 'hang' });
      const running = await start();
      const asked = running.file(large);
      const isAsked = () => setting.index.requests.some(({ path }) => path.includes('/files/large'));
      await expect.poll(isAsked, { timeout: 20_000 }).toBe(true);
      const { exitCode, stdout, stderr } = await running.end(signal);
      expect((await asked).status).toBeOneOf([0, 502]);
      expect([exitCode, parseReport(stdout).outcome]).toEqual([0, 'ok']);
      expect(stderr).not.toMatch(/at .*\.(?:js|ts):\d+|unexpected/);
    },
  );

  test('nothing was asked for', async () => {
    const running = await start();
    expect(await reportOf(running)).toMatchObject({ exitCode: 0, summary: { packages: 0 } });
  });
});

describe('command line', () => {
  test.for([
    [['pip', 'install', 'widget'], '`pip` is not an option of `provpin proxy`'],
    [['-r', 'requirements.txt'], '`-r` is not an option of `provpin proxy`'],
    [['-L', 'pylock.toml'], '`provpin proxy` does not take `--lock-path`'],
    [['--offline'], '`provpin proxy` does not take `--offline`'],
    [['--port', '65536'], '`--port` takes a whole number'],
    [['--port', 'http'], '`--port` takes a whole number'],
    [['--no-index'], 'no index is configured'],
  ] as const)('%j is refused', async ([args, words]) => {
    const { exitCode, stderr, stdout } = await run(args);
    expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(words)]);
  });

  test('a port that is in use, and an index that is the proxy itself', async () => {
    const { port } = await start();
    const inUse = await run(['--port', String(port)]);
    expect([inUse.exitCode, inUse.stderr]).toEqual([2, expect.stringContaining(`listen on port ${port}`)]);
    await proxy?.end();
    const itself = await run(['--port', String(port), '-i', `http://localhost:${port}/simple/`]);
    expect([itself.exitCode, itself.stderr]).toEqual([2, expect.stringContaining('is this proxy itself')]);
  });

  test('a check does not take `--port`', async () => {
    const { exitCode, stderr } = await runProvpin(setting.workspace, ['--port', '1', 'widget']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('does not take `--port`')]);
  });
});

describe('with a program', () => {
  test('ends with it, and the report is all of stdout', async () => {
    const { exitCode, stdout, stderr } = await runWith(asksFor(widget));
    expect([exitCode, parseReport(stdout).summary['verified']]).toEqual([0, 1]);
    expect(stderr).toContain(`200 ${widget.bytes.length}\n`);
  });

  test('its failure is 3, and findings are 1', async () => {
    const failed = await runWith('process.exit(7)');
    expect([failed.exitCode, failed.stderr]).toEqual([
      3,
      expect.stringContaining('failed with exit status 7'),
    ]);
    setting.index.attest(widget.filename, undefined);
    const found = await runWith(asksFor(widget));
    expect([found.exitCode, rulesOf(parseReport(found.stdout))]).toEqual([
      1,
      [['attestation-lost', 'error']],
    ]);
  });

  test('that asks for nothing was not served what it may have installed', async () => {
    const { exitCode, stderr } = await runWith('');
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('asked the proxy for nothing\nhint:')]);
    const asks = await runWith(`fetch(new URL('widget/', process.env.PIP_INDEX_URL))`);
    expect(asks).toMatchObject({ exitCode: 0, stderr: '' });
  });

  test('that goes on when nobody reads its output any more, and says nothing of findings then', async () => {
    const script = '("$0" "$@"; echo $? >code) 2>&1 >/dev/null | true';
    const ours = ['proxy', '--trusted-root', 'root.json', '-i', setting.index.simpleUrl];
    const program = ['--', process.execPath, '-e', asksFor(widget)];
    await setting.workspace.run('sh', ['-c', script, process.execPath, BINARY, ...ours, ...program]);
    expect(await setting.workspace.read('code')).toBe('0\n');
  });

  test('that is not there', async () => {
    const { exitCode, stderr } = await run(['--', 'no-such-program']);
    expect([exitCode, stderr]).toEqual([
      3,
      expect.stringContaining('`no-such-program` could not be started'),
    ]);
  });

  test('nothing leads around: settings for other places are taken away', async () => {
    const { stderr } = await runWith('console.log(JSON.stringify(process.env))', {
      PIP_EXTRA_INDEX_URL: 'https://evil.example/simple',
      PIP_FIND_LINKS: '/tmp',
      UV_INDEX: 'https://evil.example/simple',
      UV_TORCH_BACKEND: 'cpu',
      PIP_CONFIG_FILE: 'pip.conf',
      NO_PROXY: 'internal.example',
    });
    const env = parseEnvironment(/^\{.*\}$/m.exec(stderr)?.[0] ?? '');
    expect(env).not.toHaveProperty('PIP_EXTRA_INDEX_URL');
    expect(env).not.toHaveProperty('PIP_FIND_LINKS');
    expect(env).not.toHaveProperty('UV_INDEX');
    expect(env).not.toHaveProperty('UV_TORCH_BACKEND');
    expect(env['PIP_INDEX_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/simple\/$/);
    expect(env['UV_DEFAULT_INDEX']).toBe(env['PIP_INDEX_URL']);
    expect(env).toMatchObject({ PIP_CONFIG_FILE: '/dev/null', NO_PROXY: 'internal.example,127.0.0.1' });
  });
});
