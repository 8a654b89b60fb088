/** Ways that `fetch` itself takes, in this process: one after another, each from the dispatcher of before. */
import { TLSSocket } from 'node:tls';
import { getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IndexConfiguration } from '../../src/package-index/contract.ts';
import { useForGlobalFetch } from '../../src/package-index/index.ts';
import { rootCause } from '../../src/attestation/tuf-failure.ts';
import { createRootAuthority } from '../support/certificates.ts';
import { configuration, serve, serveProxy, serverCertificate, type LoopbackServer } from './loopback.ts';

const root = createRootAuthority('tests');
const certificate = serverCertificate(['tuf.example', 'localhost'], root);

const before = getGlobalDispatcher();
let proxy: LoopbackServer;
let target: LoopbackServer;
const shown: unknown[] = [];
beforeEach(async () => {
  shown.splice(0);
  proxy = await serveProxy();
  target = await serve(
    ({ socket }, response) => {
      shown.push(socket instanceof TLSSocket ? socket.getPeerCertificate().subject?.CN : 'no TLS');
      response.end('metadata');
    },
    { ...certificate, requestCert: true, rejectUnauthorized: false },
  );
});
afterEach(async () => {
  await getGlobalDispatcher().destroy();
  setGlobalDispatcher(before);
  await Promise.all([proxy.close(), target.close()]);
});

/** What `fetch` gets, or why it gets nothing. */
async function fetched(url: string, settings: Partial<IndexConfiguration>): Promise<string> {
  await useForGlobalFetch(configuration(settings));
  return await fetch(url).then(async (response) => await response.text(), rootCause);
}

test('through the proxy for https, with the certificate authorities of the user', async () => {
  const https = proxy.url.href.replace('//', '//user:p%40ss@');
  const settings = { certificateAuthorities: [certificate.ca], proxy: { https } };
  expect(await fetched(`https://tuf.example:${target.port}/`, settings)).toBe('metadata');
  expect(proxy.requests.map(({ method, url }) => [method, url])).toEqual([
    ['CONNECT', `tuf.example:${target.port}`],
  ]);
  expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(`Basic ${btoa('user:p@ss')}`);
  expect(target.requests[0]?.headers).not.toHaveProperty('proxy-authorization');
});

test.each([
  ['no proxy', {}],
  ['NO_PROXY', { https: 'http://127.0.0.1:1', bypass: 'localhost' }],
])('directly: %s', async (_, ways) => {
  const settings = { certificateAuthorities: [certificate.ca], proxy: ways };
  expect(await fetched(target.url.href, settings)).toBe('metadata');
});

test('what an index alone is given is not used', async () => {
  const origin = { hostname: 'localhost', port: target.port };
  const own = {
    certificateAuthorities: [certificate.ca],
    indexes: [{ url: target.url.origin, credentials: { username: 'user', password: 'secret' } }],
    netrc: [{ host: 'localhost', username: 'user', password: 'secret' }],
    clientCertificate: `${certificate.cert}${certificate.key}`,
  };
  expect(await fetched(target.url.href, own)).toBe('metadata');
  expect(shown).toEqual([undefined]);
  expect(target.requests[0]?.headers).not.toHaveProperty('authorization');

  for (const proxied of [{}, { https: proxy.url.href }]) {
    const unchecked = { trustedHosts: [origin, { hostname: 'localhost' }], proxy: proxied };
    expect(await fetched(target.url.href, unchecked)).toMatch(/certificate/u);
  }
  expect(target.requests).toHaveLength(1);
});
