/** TLS, HTTP/2 and proxies: what the exchange adds to what `http-client.test.ts` covers. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import type { IndexConfiguration } from '../../src/package-index/contract.ts';
import { readCertificateAuthorities } from '../../src/package-index/certificate-files.ts';
import {
  createHttpClient,
  type HttpClient,
  type HttpClientOptions,
} from '../../src/package-index/http-client.ts';
import { createRootAuthority } from '../support/certificates.ts';
import {
  configuration,
  containing,
  GET,
  matching,
  quick,
  serve,
  serveProxy,
  serverCertificate,
  portOf,
} from './loopback.ts';

const toClose: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(toClose.splice(0).map(({ close }) => close()));
});
const directory = mkdtempSync(path.join(tmpdir(), 'provpin-tls-'));
afterAll(() => rmSync(directory, { recursive: true }));

const root = createRootAuthority('tests');
const local = serverCertificate(['localhost'], root);
const elsewhere = serverCertificate(['index.example'], root);

function client(settings: Partial<IndexConfiguration>): HttpClient {
  const created = createHttpClient(configuration(settings), quick().options);
  toClose.push(created);
  return created;
}

async function serveTls(tls: object = local) {
  const started = await serve((_, response) => response.end('{}'), tls);
  toClose.push(started);
  return started;
}

describe('TLS', () => {
  test('an unknown CA', async () => {
    const { url, requests } = await serveTls();
    const answer = await client({}).get(url, GET);
    expect(answer).toEqual({
      kind: 'unreachable',
      reason: matching(new RegExp(`^cannot reach \`${url.host}\`: TLS: .*certificate`, 'u')),
    });
    expect(requests).toHaveLength(0);
  });

  test('a CA by PIP_CERT, as a file and as a directory', async () => {
    const file = path.join(directory, 'ca.pem');
    writeFileSync(file, `some words\n${serverCertificate(['other']).ca}${local.ca}`);
    writeFileSync(path.join(directory, '0a1b2c3d.0'), local.ca);
    const { url } = await serveTls();
    for (const cert of [file, directory]) {
      const certificateAuthorities = readCertificateAuthorities({
        cert,
        env: {},
        trustsEnvironment: true,
        cwd: '/',
      });
      expect((await client({ certificateAuthorities }).get(url, GET)).kind).toBe('ok');
    }
  });

  test('a certificate for another name', async () => {
    const { url } = await serveTls(elsewhere);
    const answer = await client({ certificateAuthorities: [local.ca] }).get(url, GET);
    expect(answer).toMatchObject({ kind: 'unreachable', reason: containing('TLS: ') });
  });

  test('a trusted host is not checked, on its port only', async () => {
    const { url, port } = await serveTls(elsewhere);
    const other = await serveTls(elsewhere);
    const http = client({ trustedHosts: [{ hostname: 'localhost', port }] });
    expect((await http.get(url, GET)).kind).toBe('ok');
    expect((await http.get(other.url, GET)).kind).toBe('unreachable');
  });

  test('from https to plain http', async () => {
    const plain = await serve((_, response) => response.end());
    toClose.push(plain);
    const started = await serve(
      (_, response) => response.writeHead(302, { location: plain.url.href }).end(),
      local,
    );
    toClose.push(started);
    const http = client({
      certificateAuthorities: [local.ca],
      trustedHosts: [{ hostname: 'localhost', port: plain.port }],
    });
    expect(await http.get(started.url, GET)).toEqual({
      kind: 'unreachable',
      reason: `\`${plain.url.host}\` is not asked: \`${started.url.host}\` leads from https to plain http`,
    });
    expect(plain.requests).toHaveLength(0);
  });

  test('the client certificate is shown to its origin and to no other', async () => {
    const shown: unknown[] = [];
    const mutual = { ...local, requestCert: true, rejectUnauthorized: false };
    const note = (socket: unknown): void => {
      shown.push(socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : undefined);
    };
    const other = await serve((request, response) => (note(request.socket), response.end()), mutual);
    const index = await serve((request, response) => {
      note(request.socket);
      response.writeHead(302, { location: other.url.href }).end();
    }, mutual);
    toClose.push(other, index);
    const http = client({
      certificateAuthorities: [local.ca],
      clientCertificate: `${elsewhere.cert}${elsewhere.key}`,
    });
    const authority = { origin: index.url.origin, clientCertificate: true };
    expect((await http.get(index.url, { ...GET, authority })).kind).toBe('ok');
    expect(shown).toEqual(['index.example', undefined]);
  });
});

describe('HTTP/2', () => {
  async function serveHttp2(respond: (stream: ServerHttp2Stream) => void): Promise<URL> {
    const server = createSecureServer(local);
    server.on('stream', respond);
    server.on('sessionError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const sessions = new Set<{ destroy: () => void }>();
    server.on('session', (session) => sessions.add(session));
    toClose.push({
      close: async () => {
        for (const session of sessions) {
          session.destroy();
        }
        await new Promise<void>((resolve) => void server.close(() => resolve()));
      },
    });
    return new URL(`https://localhost:${portOf(server)}/`);
  }
  const trusting = { certificateAuthorities: [local.ca] };

  test('a document', async () => {
    const url = await serveHttp2((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/json' });
      stream.end('{}');
    });
    const answer = await client(trusting).get(url, GET);
    expect(answer.kind === 'ok' && answer.body.toString()).toBe('{}');
  });

  test.each<[string, (stream: ServerHttp2Stream) => void]>([
    ['reset', (stream) => stream.destroy(new Error('reset'))],
    ['cut off with its connection', (stream) => stream.session?.destroy()],
    ['cut off with its socket', (stream) => stream.session?.socket.destroy()],
  ])('a body that is %s', async (_, end) => {
    const url = await serveHttp2((stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.write('{', () => setImmediate(end, stream));
    });
    expect((await client(trusting).get(url, GET)).kind).toBe('unreachable');
  });

  test('a body shorter than its Content-Length', async () => {
    const url = await serveHttp2((stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200, 'content-length': '10' });
      stream.end('{}');
    });
    expect((await client(trusting).get(url, GET)).kind).toBe('unreachable');
  });

  test('an oversized body', async () => {
    const url = await serveHttp2((stream) => {
      stream.on('error', () => {});
      stream.respond({ ':status': 200 });
      stream.end(Buffer.alloc(2_000_000));
    });
    expect(await client(trusting).get(url, GET)).toMatchObject({
      kind: 'unreachable',
      reason: containing('larger than'),
    });
  });
});

describe('proxies', () => {
  test('https goes through a tunnel, with the TLS of the host', async () => {
    const proxy = await serveProxy();
    const target = await serveTls(elsewhere);
    toClose.push(proxy);
    const https = proxy.url.href.replace('//', '//user:p%40ss@');
    const url = new URL(`https://index.example:${target.port}/`);
    const trusting = { certificateAuthorities: [local.ca] };
    expect((await client({ ...trusting, proxy: { https } }).get(url, GET)).kind).toBe('ok');
    expect(proxy.requests.map(({ method, url: host }) => [method, host])).toEqual([['CONNECT', url.host]]);
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('user:p@ss')}`);
    expect(target.requests[0]?.headers).not.toHaveProperty('proxy-authorization');

    const untrusting = await client({ proxy: { https } }).get(url, GET);
    expect(untrusting).toMatchObject({
      kind: 'unreachable',
      reason: containing('TLS: '),
    });
    const wrongName = await client({ ...trusting, proxy: { https } }).get(
      new URL(`https://wrong.example:${target.port}/`),
      GET,
    );
    expect(wrongName).toMatchObject({
      kind: 'unreachable',
      reason: containing('TLS: '),
    });
  });

  test('http is handed over whole', async () => {
    const proxy = await serveProxy();
    toClose.push(proxy);
    const http = client({ proxy: { http: proxy.url.href }, trustedHosts: [{ hostname: 'index.example' }] });
    const answer = await http.get(new URL('http://index.example/simple/'), GET);
    expect(answer.kind === 'ok' && answer.body.toString()).toBe('forwarded http://index.example/simple/');
  });

  test('each scheme has its own, and NO_PROXY none', async () => {
    const proxy = await serveProxy();
    const target = await serveTls();
    toClose.push(proxy);
    const trusting = { certificateAuthorities: [local.ca] };
    const onlyHttp = client({ ...trusting, proxy: { http: proxy.url.href } });
    expect((await onlyHttp.get(target.url, GET)).kind).toBe('ok');
    const bypassed = client({
      ...trusting,
      proxy: { https: proxy.url.href, bypass: 'example.org,localhost' },
    });
    expect((await bypassed.get(target.url, GET)).kind).toBe('ok');
    expect(proxy.requests).toHaveLength(0);
  });

  test.each([403, 407, 503])('that answers %i', async (status) => {
    const proxy = await serveProxy(status);
    toClose.push(proxy);
    const https = proxy.url.href.replace('//', '//user:secret@');
    const answer = await client({ proxy: { https } }).get(new URL('https://index.example/'), GET);
    expect(answer).toEqual({
      kind: 'unreachable',
      reason: `cannot reach \`index.example\`: the proxy answered HTTP ${status} (the proxy \`http://****@${proxy.url.host}/\` is configured)`,
    });
  });
});

async function silentProxy(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  toClose.push({ close: async () => Promise.resolve(void server.close()) });
  return `http://127.0.0.1:${portOf(server)}`;
}

async function getThroughSilence(changes: Partial<HttpClientOptions>) {
  const https = await silentProxy();
  const http = createHttpClient(configuration({ proxy: { https } }), quick(changes).options);
  toClose.unshift(http);
  return await http.get(new URL('https://index.example/'), GET);
}

describe('a proxy that takes a connection and says nothing', () => {
  const LONG = 60_000;
  const timeouts = { connect: LONG, headers: LONG, body: LONG, document: LONG, download: LONG };

  test('is waited for no longer than a connection', async () => {
    const answer = await getThroughSilence({ timeouts: { ...timeouts, connect: 100 } });
    expect(answer).toMatchObject({ kind: 'unreachable', reason: containing('did not answer in time') });
  });

  test('nor when the attempt is over, or the run', async () => {
    expect(await getThroughSilence({ timeouts: { ...timeouts, document: 100 } })).toMatchObject({
      kind: 'unreachable',
    });
    const ended = AbortSignal.timeout(100);
    expect(await getThroughSilence({ timeouts, signal: ended })).toMatchObject({ kind: 'unreachable' });
  });
});
