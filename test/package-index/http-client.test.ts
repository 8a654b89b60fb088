import type { RequestListener } from 'node:http';
import { gzipSync, deflateSync, brotliCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import {
  collect,
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../src/package-index/http-client.ts';
import { DEFAULT_RETRY_POLICY } from '../../src/package-index/retry.ts';
import { makeWheel } from '../support/distributions.ts';
import type { IndexFault } from '../support/index-faults.ts';
import { startIndex } from '../support/package-index.ts';
import { configuration, containing, GET, matching, quick, serve, type LoopbackServer } from './loopback.ts';

const toClose: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(toClose.splice(0).map(({ close }) => close()));
});

async function server(listener: RequestListener): Promise<LoopbackServer> {
  const started = await serve(listener);
  toClose.push(started);
  return started;
}

function client(changes: Partial<HttpClientOptions> = {}, settings = {}): HttpClient & { sleeps: number[] } {
  const { sleeps, options } = quick(changes);
  const created = createHttpClient(configuration(settings), options);
  toClose.push(created);
  return { ...created, sleeps };
}

describe('answers', () => {
  test('a document', async () => {
    const { url, requests } = await server((_, response) => {
      response.setHeader('content-type', 'application/json');
      response.end('{}');
    });
    const answer = await client().get(url, GET);
    expect(answer).toEqual({ kind: 'ok', body: Buffer.from('{}'), contentType: 'application/json', url });
    expect(requests[0]?.headers).toMatchObject({
      'user-agent': 'provpin/test',
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
    });
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    [404, 'absent', 1],
    [410, 'absent', 1],
    [400, 'refused', 1],
    [401, 'refused', 1],
    [403, 'refused', 1],
    [406, 'refused', 1],
    [407, 'refused', 1],
    [429, 'refused', 4],
    [204, 'refused', 1],
    [206, 'refused', 1],
    [300, 'refused', 1],
    [304, 'refused', 1],
    [500, 'unreachable', 4],
    [502, 'unreachable', 4],
    [503, 'unreachable', 4],
    [599, 'unreachable', 4],
  ])('HTTP %i is %s', async (status, kind, attempts) => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(status, 'Reason \u00a0 of the host');
      response.end('<h1>ignored</h1>');
    });
    const answer = await client().get(new URL('/path?token=secret', url), GET);
    expect(answer).toEqual({ kind, reason: matching(/./u) });
    expect(answer.kind !== 'ok' && answer.reason).toMatch(
      new RegExp(`^\`${url.host}\` answered HTTP ${status}.* for \`${url.href}path\\?…\`$`, 'u'),
    );
    expect(requests).toHaveLength(attempts);
  });

  const faults: [string, IndexFault, string][] = [
    ['a hang', { kind: 'hang' }, 'it took too long to answer'],
    ['a cut body', { kind: 'cut' }, 'closed'],
    [
      'a hundred megabytes',
      { kind: 'oversized', bytes: 100_000_000 },
      'its answer is larger than 1000000 bytes',
    ],
    ['a gzip bomb', { kind: 'gzip-bomb', bytes: 100_000_000 }, 'its answer is larger than 1000000 bytes'],
    ['a reset', { kind: 'reset' }, 'reset'],
    ['a redirect to itself', { kind: 'redirect', to: '/simple/demo/' }, 'redirects `http://127.0.0.1:'],
    ['a redirect to a file', { kind: 'redirect', to: 'file:///etc/passwd' }, '`file:` is not https'],
    ['a redirect to nowhere', { kind: 'redirect', to: 'http://' }, 'to nowhere'],
  ];
  test.each(faults)('%s is unreachable', async (_, fault, reason) => {
    const index = await startIndex();
    toClose.push(index);
    index.publish(makeWheel({ name: 'demo' }));
    index.fail('/', fault);
    // Only what never ends is cut off early: a busy machine must not look like it.
    const document = fault.kind === 'hang' ? 300 : 30_000;
    const timeouts = { connect: 30_000, headers: 30_000, body: 30_000, document, download: document };
    const answer = await client({ timeouts }).get(new URL('demo/', index.simpleUrl), {
      ...GET,
      accept: 'text/html',
    });
    expect(answer).toEqual({ kind: 'unreachable', reason: containing(reason) });
  });

  test('a document that stops halfway', async () => {
    const { url } = await server((_, response) => {
      response.write('{');
    });
    const timeouts = { connect: 2_000, headers: 2_000, body: 2_000, document: 200, download: 200 };
    const answer = await client({ timeouts }).get(url, GET);
    expect(answer).toMatchObject({
      kind: 'unreachable',
      reason: containing('took too long'),
    });
  });

  test('a port that nobody listens on', async () => {
    const { url, close } = await serve(() => {});
    await close();
    const answer = await client().get(url, GET);
    expect(answer).toEqual({
      kind: 'unreachable',
      reason: `cannot reach \`${url.host}\`: the connection was refused`,
    });
  });

  test('a name that does not exist', async () => {
    const http = client();
    const answer = await http.get(new URL('https://no-such-host.invalid/'), GET);
    expect(answer).toEqual({
      kind: 'unreachable',
      reason: matching(/^cannot reach `no-such-host.invalid`: .*\(DNS\)$/u),
    });
  });

  test('what is not http', async () => {
    const answer = await client().get(new URL('data:application/json,{}'), GET);
    expect(answer).toEqual({ kind: 'unreachable', reason: '`data:` is not asked: `data:` is not https' });
  });
});

describe('compression', () => {
  const text = Buffer.from(JSON.stringify(Array.from({ length: 500 }, (_, index) => index)));

  test.each([
    ['gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', text],
  ])('%s', async (encoding, body) => {
    const { url } = await server((_, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(body);
    });
    const answer = await client().get(url, GET);
    expect(answer.kind === 'ok' && Buffer.from(answer.body).equals(text)).toBe(true);
  });

  test.each([
    ['gzip', gzipSync(text).subarray(0, 200), 'cut short'],
    ['br', brotliCompressSync(text).subarray(0, 50), 'cut short'],
    ['gzip', text, 'not what its Content-Encoding says'],
    ['zstd', text, 'a Content-Encoding that was not asked for'],
    ['gzip, gzip', gzipSync(gzipSync(text)), 'a Content-Encoding that was not asked for'],
    ['constructor', text, 'a Content-Encoding that was not asked for'],
  ])('%s that is none', async (encoding, body, reason) => {
    const { url } = await server((_, response) => {
      response.setHeader('content-encoding', encoding);
      response.end(body);
    });
    expect(await client().get(url, GET)).toEqual({
      kind: 'unreachable',
      reason: containing(reason),
    });
  });

  test('a file is taken as it is stored', async () => {
    const { url, requests } = await server((_, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(gzipSync(text));
    });
    const answer = await client().download(url, GET, collect);
    expect(answer.kind === 'ok' && Buffer.from(answer.body).equals(gzipSync(text))).toBe(true);
    expect(requests[0]?.headers['accept-encoding']).toBe('identity');
  });
});

describe('retries', () => {
  test('Retry-After is kept to', async () => {
    const { url, requests } = await server((_, response) => {
      const attempt = requests.length;
      response.writeHead(attempt < 3 ? 429 : 200, attempt === 1 ? { 'retry-after': '7' } : {});
      response.end('ok');
    });
    const http = client();
    expect((await http.get(url, GET)).kind).toBe('ok');
    expect(http.sleeps).toEqual([7_000, 1_000]);
  });

  test('Retry-After as a date', async () => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(requests.length === 1 ? 503 : 200, {
        'retry-after': 'Sat, 21 Nov 2026 10:00:09 GMT',
      });
      response.end('ok');
    });
    const http = client({ now: () => new Date('2026-11-21T10:00:00Z') });
    expect((await http.get(url, GET)).kind).toBe('ok');
    expect(http.sleeps).toEqual([9_000]);
  });

  test('a host that wants to be left alone for an hour is', async () => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(429, { 'retry-after': '3600' });
      response.end();
    });
    expect((await client().get(url, GET)).kind).toBe('refused');
    expect(requests).toHaveLength(1);
  });

  test('a cut body is asked for again, and read from its beginning', async () => {
    const { url, requests } = await server((_, response) => {
      response.writeHead(200, { 'content-length': '6' });
      response.write('abc', () => (requests.length === 1 ? response.destroy() : response.end('def')));
    });
    const answer = await client().get(url, GET);
    expect(answer.kind === 'ok' && answer.body.toString()).toBe('abcdef');
  });

  test('an origin that refuses connections is given up', async () => {
    const { url, close } = await serve(() => {});
    await close();
    const http = client();
    await http.get(url, GET);
    expect(http.sleeps).toHaveLength(3);
    const answer = await http.get(new URL('/other', url), GET);
    expect(answer).toMatchObject({
      kind: 'unreachable',
      reason: containing('is not asked'),
    });
    expect(http.sleeps).toHaveLength(3);
  });

  test('an origin that lets every request wait in vain is given up', async () => {
    const { url, requests } = await server(() => {});
    const timeouts = { connect: 2_000, headers: 2_000, body: 2_000, document: 50, download: 50 };
    const http = client({ timeouts, concurrency: 4 });
    const answers = await Promise.all(
      Array.from({ length: 300 }, async (_, at) => await http.get(new URL(`/${at}`, url), GET)),
    );
    expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['unreachable']));
    expect(answers.at(-1)).toHaveProperty(
      'reason',
      `\`${url.host}\` is not asked: 8 requests in a row were not answered in time`,
    );
    // Eight, and what was on its way beside them; of 300.
    expect(requests.length).toBeLessThanOrEqual(8 + 4);
  });

  test('an origin that answers now and then is not', async () => {
    const { url } = await server((request, response) => {
      if (request.url === '/answer') response.writeHead(404).end();
    });
    const timeouts = { connect: 30_000, headers: 30_000, body: 30_000, document: 100, download: 30_000 };
    const http = client({ timeouts, concurrency: 1, retry: { ...DEFAULT_RETRY_POLICY, retries: 6 } });
    for (const path of ['/silent', '/answer', '/silent-too', '/answer']) {
      const ask =
        path === '/answer'
          ? http.download(new URL(path, url), GET, collect)
          : http.get(new URL(path, url), GET);
      expect((await ask).kind).toBe(path === '/answer' ? 'absent' : 'unreachable');
    }
  });

  test('stopping ends the wait', async () => {
    const { url, requests } = await server((_, response) => response.writeHead(500).end());
    const stop = new AbortController();
    const http = client({
      signal: stop.signal,
      sleep: () => {
        stop.abort();
        return Promise.resolve();
      },
    });
    expect((await http.get(url, GET)).kind).toBe('unreachable');
    expect(requests).toHaveLength(1);
  });
});

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i, relative', async (status) => {
    const { url } = await server((request, response) => {
      if (request.url === '/a/b') {
        response.writeHead(status, { location: '../c' }).end();
      } else {
        response.end(request.url);
      }
    });
    const answer = await client().get(new URL('/a/b', url), GET);
    expect(answer.kind === 'ok' && [answer.body.toString(), answer.url.pathname]).toEqual(['/c', '/c']);
  });

  test('five are followed, six are not', async () => {
    const { url } = await server((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) {
        response.end('here');
      } else {
        response.writeHead(302, { location: `/${left - 1}` }).end();
      }
    });
    const http = client();
    expect((await http.get(new URL('/5', url), GET)).kind).toBe('ok');
    expect(await http.get(new URL('/6', url), GET)).toMatchObject({
      kind: 'unreachable',
      reason: containing('too often'),
    });
  });

  test('credentials stay with their origin', async () => {
    const other = await server((_, response) => response.end('other'));
    const { url, requests } = await server((request, response) => {
      if (request.url === '/same') {
        response.end('same');
      } else {
        const location =
          request.url === '/away' ? other.url.href.replace('//', '//planted:secret@') : '/same';
        response.writeHead(302, { location }).end();
      }
    });
    const authority = {
      origin: url.origin,
      credentials: { username: 'u', password: 'p' },
      clientCertificate: false,
    };
    const http = client();
    await http.get(new URL('/near', url), { ...GET, authority });
    const away = await http.get(new URL('/away', url), { ...GET, authority });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Basic dTpw'));
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(away.kind === 'ok' && away.url.href).toBe(other.url.href);
  });

  test('a URL that is elsewhere from the start gets no credentials', async () => {
    const other = await server((_, response) => response.end());
    const authority = {
      origin: 'https://index.example',
      credentials: { username: 'u', password: 'p' },
      clientCertificate: true,
    };
    await client().get(other.url, { ...GET, authority });
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  test('from a page by https to plain http', async () => {
    const { url, requests } = await server((_, response) => response.end());
    const answer = await client().get(url, { ...GET, via: new URL('https://index.example/simple/x/') });
    expect(answer).toEqual({
      kind: 'unreachable',
      reason: `\`${url.host}\` is not asked: \`index.example\` leads from https to plain http`,
    });
    expect(requests).toHaveLength(0);
  });
});

describe('connections', () => {
  test('are used again', async () => {
    const { url, requests, connections } = await server((request, response) =>
      response.writeHead(request.url?.includes('3') ? 404 : 200).end(request.url),
    );
    const http = client({ concurrency: 1 });
    for (let index = 0; index < 6; index += 1) {
      await http.get(new URL(`/${index}`, url), GET);
    }
    expect(requests).toHaveLength(6);
    expect(connections()).toBe(1);
  });

  test('files that nobody takes keep no document of a process that passes them on waiting', async () => {
    const { url } = await server((_, response) => response.end('x'));
    const http = client({ concurrency: 1, isLongLived: true });
    const taken = Promise.withResolvers<undefined>();
    const reading = Promise.withResolvers<undefined>();
    const files = [1, 2].map(async () =>
      http.download(url, GET, async () => {
        reading.resolve(undefined);
        await taken.promise;
      }),
    );
    await reading.promise;
    expect(await http.get(url, GET)).toMatchObject({ kind: 'ok' });
    taken.resolve(undefined);
    expect(await Promise.all(files)).toMatchObject([{ kind: 'ok' }, { kind: 'ok' }]);
  });

  test('a file that nobody wants in the end gives its place back', async () => {
    const { url } = await server((_, response) => response.end(Buffer.alloc(500_000)));
    const http = client({ concurrency: 1 });
    expect(await http.download(url, GET, async () => Promise.resolve('unread'))).toMatchObject({
      body: 'unread',
    });
    expect(await http.download(url, GET, collect)).toMatchObject({ kind: 'ok' });
  });

  test('are never more than the bound', async () => {
    let underWay = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const { url } = await server((_, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      waiting.push(() => {
        underWay -= 1;
        response.end();
      });
      // Answers only when the client has used up its bound.
      if (waiting.length === 3) {
        waiting.splice(0).forEach((answer) => answer());
      }
    });
    const http = client({ concurrency: 3 });
    await Promise.all(Array.from({ length: 30 }, (_, index) => http.get(new URL(`/${index}`, url), GET)));
    expect(most).toBe(3);
  });

  test('one request for the same document', async () => {
    const { url, requests } = await server((_, response) => response.end('{}'));
    const http = client();
    const answers = await Promise.all([http.get(url, GET), http.get(url, GET), http.get(url, GET)]);
    expect(answers.map(({ kind }) => kind)).toEqual(['ok', 'ok', 'ok']);
    expect(requests).toHaveLength(1);
    await http.get(url, { ...GET, accept: 'text/html' });
    expect(requests).toHaveLength(2);
  });

  test('closing ends what is on its way', async () => {
    const { url } = await server(() => {
      void http.close();
    });
    const http = client();
    expect((await http.get(url, GET)).kind).toBe('unreachable');
  });
});
