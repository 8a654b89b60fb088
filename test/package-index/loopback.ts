/** Servers of a test's own, and the client's side of them. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { ServerOptions } from 'node:https';
import { expect } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';
import type { IndexConfiguration } from '../../src/package-index/contract.ts';
import type { GetOptions } from '../../src/package-index/http-attempt.ts';
import type { HttpClientOptions } from '../../src/package-index/http-client.ts';
import {
  createEndEntity,
  createRootAuthority,
  generalName,
  SERVER_AUTH,
  subjectAlternativeName,
  toPem,
  type Authority,
} from '../support/certificates.ts';

export interface LoopbackServer {
  readonly url: URL;
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  readonly connections: () => number;
  readonly close: () => Promise<void>;
}

/** A server on a free port; https with `tls`. */
export async function serve(listener: RequestListener, tls?: ServerOptions): Promise<LoopbackServer> {
  const requests: IncomingMessage[] = [];
  const handle: RequestListener = (request, response) => {
    requests.push(request);
    listener(request, response);
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  let connections = 0;
  server.on(tls === undefined ? 'connection' : 'secureConnection', () => {
    connections += 1;
  });
  const port = await listen(server);
  return {
    url: new URL(`${tls === undefined ? 'http' : 'https'}://localhost:${port}/`),
    port,
    requests,
    connections: () => connections,
    close: async () => close(server),
  };
}

/** A proxy for CONNECT (RFC 9110, 9.3.6) that takes every host for this machine. */
export async function serveProxy(status = 200): Promise<LoopbackServer> {
  const tunnels = new Set<Socket>();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.end(`forwarded ${request.url}`);
  });
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    requests.push(request);
    tunnels.add(client);
    client.on('error', () => {});
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const target = connect(Number(request.url?.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(target).pipe(client);
    });
    target.on('error', () => client.destroy());
    tunnels.add(target);
  });
  const port = await listen(server);
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    port,
    requests,
    connections: () => tunnels.size,
    close: async () => {
      for (const tunnel of tunnels) {
        tunnel.destroy();
      }
      await close(server);
    },
  };
}

/** The key and certificate of a server for some DNS names, and its CA. */
export function serverCertificate(names: readonly string[], root: Authority = createRootAuthority('tests')) {
  const san = subjectAlternativeName(names.map((name) => generalName.dns(name)));
  const { certificate, key } = createEndEntity(names[0] ?? '', root, SERVER_AUTH, [san]);
  return {
    ca: toPem(root.certificate),
    cert: toPem(certificate),
    key: String(key.privateKey.export({ format: 'pem', type: 'pkcs8' })),
  };
}

export function configuration(changes: Partial<IndexConfiguration> = {}): IndexConfiguration {
  return {
    indexes: [],
    findLinks: [],
    trustedHosts: [],
    certificateAuthorities: [],
    proxy: {},
    netrc: [],
    keyring: false,
    ...changes,
  };
}

/** Waits are noted and not waited for; time limits are short. */
export function quick(changes: Partial<HttpClientOptions> = {}) {
  const sleeps: number[] = [];
  const options: HttpClientOptions = {
    userAgent: 'provpin/test',
    concurrency: 8,
    random: () => 0,
    timeouts: { connect: 2_000, headers: 2_000, body: 2_000, document: 2_000, download: 2_000 },
    sleep: (milliseconds) => {
      sleeps.push(milliseconds);
      return Promise.resolve();
    },
    ...changes,
  };
  return { sleeps, options };
}

/** What a function throws; undefined when it does not. */
export function failureOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** No failure, or one that is expected. */
export const isTyped = (failure: unknown): boolean =>
  failure === undefined || failure instanceof ProvpinError;

/** vitest's own matchers are of type any. */
export const containing = (text: string): unknown => expect.stringContaining(text);
export const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

export const GET: GetOptions = { accept: 'application/json', maxBytes: 1_000_000 };

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return portOf(server);
}

/** Of a server that listens. */
export function portOf(server: NetServer): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return address.port;
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
}
