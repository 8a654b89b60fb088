/**
 * An index in a process of its own: simple pages and provenance by HTTP/1.1 or HTTP/2, each answer after a time. Started by
 * `start-index.ts`, with a file of settings as the one argument; tells its origin, and for every message how much it was asked
 * since the last one.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createProxyServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import { createServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counts, ServerSettings } from './start-index.ts';

const parseSettings: (text: string) => ServerSettings = JSON.parse;
const { directory, files, isPypi, latency, protocol, tls } = parseSettings(
  readFileSync(process.argv[2] ?? '', 'utf8'),
);
const NOTHING: Counts = { requests: 0, connections: 0, inFlight: 0 };
const projects = Map.groupBy(files, ({ name }) => name);
let counts = NOTHING;
let inFlight = 0;
let firstAt = 0;
let lastAt = 0;
const server =
  protocol === 'http/2'
    ? createSecureServer(tls, (request, response) => void answer(request.url, response))
    : createServer(tls, (request, response) => void answer(request.url ?? '/', response));
server.on('secureConnection', () => {
  counts = { ...counts, connections: counts.connections + 1 };
});
const port = await listen(server);
const origin = isPypi ? 'https://pypi.org' : `https://localhost:${port}`;
process.send?.({ origin, ...(isPypi ? { proxy: `http://127.0.0.1:${await listen(createProxy())}` } : {}) });
process.on('message', () => {
  const took = lastAt - firstAt;
  process.send?.({ ...counts, inFlight: took === 0 ? 0 : counts.inFlight / took } satisfies Counts);
  counts = NOTHING;
});
process.on('disconnect', () => process.exit());

async function listen(one: Server): Promise<number> {
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  const address: AddressInfo | string | null = one.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Leads to this server, wherever it is asked to. */
function createProxy(): Server {
  return createProxyServer().on('connect', (_, client) => {
    const upstream = connect(port, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    upstream.pipe(client).pipe(upstream);
    for (const socket of [client, upstream]) socket.on('error', () => socket.destroy());
  });
}

interface Response {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string | Buffer): unknown;
}

/** Adds up how long requests were waiting, all together. */
function note(change: 1 | -1): void {
  const now = performance.now();
  if (counts.requests === 0) firstAt = now;
  else counts = { ...counts, inFlight: counts.inFlight + inFlight * (now - lastAt) };
  lastAt = now;
  inFlight += change;
}

async function answer(path: string, response: Response): Promise<void> {
  note(1);
  counts = { ...counts, requests: counts.requests + 1 };
  if (latency > 0) await sleep(latency);
  note(-1);
  // `/simple/NAME/`, `/provenance/FILE`, and on PyPI `/integrity/NAME/VERSION/FILE/provenance`.
  const [, kind, name = '', , filename] = path.split('/');
  const body = kind === 'simple' ? pageOf(name) : documentOf(filename ?? name);
  if (body === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end('no such thing');
    return;
  }
  const type = kind === 'simple' ? 'application/vnd.pypi.simple.v1+json' : 'application/json';
  response.writeHead(200, { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}

function pageOf(name: string): string | undefined {
  const page = projects.get(name)?.map(({ filename, sha256, hasProvenance }) => ({
    filename,
    url: `${origin}/files/${filename}`,
    hashes: { sha256 },
    provenance: hasProvenance ? `${origin}/provenance/${filename}` : null,
  }));
  return page && JSON.stringify({ meta: { 'api-version': '1.3' }, name, versions: [], files: page });
}

function documentOf(filename: string): Buffer | undefined {
  try {
    return readFileSync(join(directory, 'documents', `${filename}.provenance`));
  } catch {
    return undefined;
  }
}
