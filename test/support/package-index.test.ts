import { readdir, readFile } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { makeSdist, makeWheel } from './distributions.ts';
import { startIndex, type IndexFault, type TestIndex } from './package-index.ts';
import { pipVersion } from './python.ts';
import { provenance } from './signing.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
const wheel = makeWheel({ name: 'Widget_Kit', requires: ['gadget>=1'], requiresPython: '>=3.8' });
const gadget = makeSdist({ name: 'gadget', version: '2.0' });

let index: TestIndex;
beforeEach(async () => {
  index = await startIndex();
});
afterEach(async () => index.close());

async function get(path: string, accept = '*/*', on = index) {
  return fetch(new URL(path, on.origin), { headers: { accept }, redirect: 'manual' });
}

describe('simple pages', () => {
  test('JSON has what PEP 691, 700, 714 and 740 ask for', async () => {
    index.publish(wheel, { provenance: provenance([]), uploadTime: '2026-01-02T03:04:05Z' });
    const response = await get('/simple/widget-kit/', `${JSON_TYPE}, text/html;q=0.1`);
    expect(response.headers.get('content-type')).toBe(JSON_TYPE);
    expect(await response.json()).toMatchObject({
      meta: { 'api-version': '1.4' },
      name: 'widget-kit',
      versions: ['1.0.0'],
      files: [
        {
          filename: 'widget_kit-1.0.0-py3-none-any.whl',
          url: `${index.origin}/files/widget_kit-1.0.0-py3-none-any.whl`,
          hashes: { sha256: wheel.sha256 },
          size: wheel.bytes.length,
          'upload-time': '2026-01-02T03:04:05Z',
          'requires-python': '>=3.8',
          provenance: `${index.origin}/integrity/widget-kit/1.0.0/widget_kit-1.0.0-py3-none-any.whl/provenance`,
        },
      ],
    });
  });

  test('HTML has the same in attributes', async () => {
    index.publish(wheel, { provenance: provenance([]) });
    index.setModes({ links: 'relative' });
    const response = await get('/simple/widget-kit/', 'text/html');
    const html = await response.text();
    expect(html).toContain(`href="/files/widget_kit-1.0.0-py3-none-any.whl#sha256=${wheel.sha256}"`);
    expect(html).toContain(
      'data-provenance="/integrity/widget-kit/1.0.0/widget_kit-1.0.0-py3-none-any.whl/provenance"',
    );
    expect(html).toContain('data-requires-python=">=3.8"');
  });

  test.for([
    [JSON_TYPE, 200, JSON_TYPE],
    [`text/html, ${JSON_TYPE};q=0.5`, 200, 'text/html'],
    [`text/html;q=0.1, ${JSON_TYPE};q=0.5`, 200, JSON_TYPE],
    ['*/*', 200, 'text/html'],
    ['image/png', 406, 'text/plain; charset=utf-8'],
  ] as const)('Accept: %s', async ([accept, status, type]) => {
    index.publish(wheel);
    const response = await get('/simple/widget-kit/', accept);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
  });

  test('an index without JSON answers in HTML, or not at all', async () => {
    index.publish(wheel);
    index.setModes({ json: false });
    const either = await get('/simple/widget-kit/', `${JSON_TYPE}, text/html;q=0.1`);
    expect(either.headers.get('content-type')).toBe('text/html');
    expect((await get('/simple/widget-kit/', JSON_TYPE)).status).toBe(406);
  });

  test('a mirror drops provenance, and a file without any has null', async () => {
    index.publish(wheel);
    expect(await (await get('/simple/widget-kit/', JSON_TYPE)).json()).toMatchObject({
      files: [{ provenance: null }],
    });
    index.attest(wheel.filename, provenance([]));
    index.setModes({ provenance: false });
    const text = await (await get('/simple/widget-kit/', JSON_TYPE)).text();
    expect(text).not.toContain('provenance');
  });

  test('another spelling of a name is redirected, an unknown one is not found', async () => {
    index.publish(wheel);
    const response = await get('/simple/Widget_Kit/');
    expect([response.status, response.headers.get('location')]).toEqual([301, '/simple/widget-kit/']);
    expect((await get('/simple/unknown/')).status).toBe(404);
    expect((await get('/simple/%zz/')).status).toBe(400);
  });
});

describe('provenance and files', () => {
  const path = '/integrity/widget-kit/1.0.0/widget_kit-1.0.0-py3-none-any.whl/provenance';

  test('the Integrity API serves what was attested, as it stands', async () => {
    index.publish(wheel, { provenance: 'not even JSON' });
    expect(await (await get(path)).text()).toBe('not even JSON');
    index.attest(wheel.filename, undefined);
    expect((await get(path)).status).toBe(404);
  });

  test.for([
    '/integrity/widget-kit/2.0/widget_kit-1.0.0-py3-none-any.whl/provenance',
    '/integrity/other/1.0.0/widget_kit-1.0.0-py3-none-any.whl/provenance',
    '/integrity/widget-kit/1.0.0/widget_kit-1.0.0-py3-none-any.whl',
  ])('%s is not found', async (other) => {
    index.publish(wheel, { provenance: provenance([]) });
    expect((await get(other)).status).toBe(404);
  });

  test('it can be turned off', async () => {
    index.publish(wheel, { provenance: provenance([]) });
    index.setModes({ integrity: false });
    expect((await get(path)).status).toBe(404);
  });

  test('files, their metadata, replaced and removed', async () => {
    index.publish(wheel);
    const file = `/files/${wheel.filename}`;
    expect(Buffer.from(await (await get(file)).arrayBuffer()).equals(wheel.bytes)).toBe(true);
    expect(await (await get(`${file}.metadata`)).text()).toBe(wheel.metadata);
    index.replace(wheel.filename, Buffer.from('other'), { keepHash: true });
    expect(await (await get(file)).text()).toBe('other');
    expect(await (await get('/simple/widget-kit/')).text()).toContain(wheel.sha256);
    index.replace(wheel.filename, Buffer.from('other'));
    expect(await (await get('/simple/widget-kit/')).text()).not.toContain(wheel.sha256);
    index.remove(wheel.filename);
    expect((await get(file)).status).toBe(404);
  });
});

describe('faults', () => {
  test('so many times, then the right answer; the latest that fits counts', async () => {
    index.publish(wheel);
    index.fail('/simple/', { kind: 'status', status: 500 });
    const lift = index.fail(
      /widget-kit/,
      { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
      2,
    );
    const answers = [await get('/simple/widget-kit/'), await get('/simple/widget-kit/')];
    expect(answers.map(({ status, headers }) => [status, headers.get('retry-after')])).toEqual([
      [429, '1'],
      [429, '1'],
    ]);
    expect((await get('/simple/widget-kit/')).status).toBe(500);
    lift();
    expect((await get('/files/none')).status).toBe(404);
  });

  test.for([
    [{ kind: 'invalid-json' }, 200, JSON_TYPE],
    [{ kind: 'html' }, 200, 'text/html'],
    [{ kind: 'content-type', contentType: 'application/zip' }, 200, 'application/zip'],
    [{ kind: 'body', body: '{}', contentType: JSON_TYPE }, 200, JSON_TYPE],
    [{ kind: 'slow', delay: 1 }, 200, JSON_TYPE],
    [{ kind: 'redirect', to: 'http://example.invalid/' }, 302, 'text/plain; charset=utf-8'],
  ] as const satisfies readonly (readonly [IndexFault, number, string])[])(
    '%j',
    async ([fault, status, type]) => {
      index.publish(wheel);
      index.fail('/simple/', fault);
      const response = await get('/simple/widget-kit/', JSON_TYPE);
      expect([response.status, response.headers.get('content-type')]).toEqual([status, type]);
    },
  );

  test.for([{ kind: 'reset' }, { kind: 'cut' }] as const)('%j fails the request', async (fault) => {
    index.publish(wheel);
    index.fail('/simple/', fault);
    await expect(get('/simple/widget-kit/').then(async (response) => response.text())).rejects.toThrow(
      /fetch failed|terminated/,
    );
  });

  test('a hanging request ends with the index', async () => {
    index.fail('/simple/', { kind: 'hang' });
    const ended = get('/simple/widget-kit/').catch((error: unknown) => String(error));
    await expect.poll(() => index.requests.length).toBe(1);
    await index.close();
    expect(await ended).toContain('fetch failed');
    index = await startIndex();
  });

  test.for(['oversized', 'gzip-bomb'] as const)('%s sends what it says', async (kind) => {
    index.publish(wheel);
    index.fail('/simple/', { kind, bytes: 10_000_000 });
    const response = await get('/simple/widget-kit/', JSON_TYPE);
    expect((await response.arrayBuffer()).byteLength).toBe(10_000_000);
  });
});

test('requests are logged with their headers', async () => {
  await get('/simple/', JSON_TYPE);
  expect(index.requests).toMatchObject([{ method: 'GET', path: '/simple/', headers: { accept: JSON_TYPE } }]);
  index.clearRequests();
  expect(index.requests).toEqual([]);
});

test('an index with credentials wants them', async () => {
  const guarded = await startIndex({ auth: { username: 'me', password: 'secret' } });
  const headers = { authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` };
  const statuses = [await get('/simple/', '*/*', guarded), await fetch(guarded.simpleUrl, { headers })];
  expect(statuses.map(({ status }) => status)).toEqual([401, 200]);
  await guarded.close();
});

describe('TLS', () => {
  let secure: TestIndex;
  beforeEach(async () => {
    secure = await startIndex({ tls: true });
    secure.publish(wheel);
  });
  afterEach(async () => secure.close());

  async function status(ca: string | undefined): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const request = httpsRequest(secure.simpleUrl, { ca }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject).end();
    });
  }

  test('its CA is what a client needs', async () => {
    expect(await status(secure.ca)).toBe(200);
    await expect(status(undefined)).rejects.toThrow(/certificate/);
  });

  test('a reset is a failure there, too', async () => {
    secure.fail('/simple/', { kind: 'reset' });
    await expect(status(secure.ca)).rejects.toThrow(/hang up|ECONNRESET/);
  });
});

describe('real pip', async () => {
  const probe = await createWorkspace();
  const version = await pipVersion(probe);
  await probe.remove();

  describe.skipIf(version === undefined)('takes the files for real ones', () => {
    let workspace: Workspace;
    beforeEach(async () => {
      workspace = await createWorkspace();
    });
    afterEach(async () => workspace.remove());

    test('downloads a wheel and the sdist that it requires', async () => {
      index.publish(wheel);
      index.publish(gadget);
      const download = ['download', '--no-cache-dir', '--index-url', index.simpleUrl, '--dest', 'out'];
      const result = await workspace.run('python3', ['-m', 'pip', ...download, 'widget-kit']);
      expect(result.stderr + result.stdout).toContain('Successfully downloaded');
      const out = join(workspace.project, 'out');
      expect((await readdir(out)).toSorted()).toEqual([gadget.filename, wheel.filename]);
      expect((await readFile(join(out, wheel.filename))).equals(wheel.bytes)).toBe(true);
    });

    test('installs both, the sdist by its own build backend', async () => {
      index.publish(wheel);
      index.publish(gadget);
      const install = ['install', '--no-cache-dir', '--index-url', index.simpleUrl, '--target', 'site'];
      const result = await workspace.run('python3', ['-m', 'pip', ...install, 'widget-kit']);
      expect(result).toMatchObject({ exitCode: 0 });
      const code = 'import gadget, widget_kit; print(gadget.__version__, widget_kit.__version__)';
      const env = { PYTHONPATH: join(workspace.project, 'site') };
      const { stdout } = await workspace.run('python3', ['-c', code], { env });
      expect(stdout).toBe('2.0 1.0.0\n');
    });
  });
});
