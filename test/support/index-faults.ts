/** What goes wrong between an index and its client, on demand. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import { createGzip } from 'node:zlib';

export type IndexFault =
  /** An answer of this status; `headers` such as Retry-After. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  /** Any other answer, status 200. */
  | { readonly kind: 'body'; readonly body: string | Uint8Array; readonly contentType: string }
  | { readonly kind: 'invalid-json' }
  /** A login page, status 200, whatever was asked for. */
  | { readonly kind: 'html' }
  /** The connection stays open, and nothing is ever sent. */
  | { readonly kind: 'hang' }
  /** The right answer, after some milliseconds. */
  | { readonly kind: 'slow'; readonly delay: number }
  /** The head and half of the body of the right answer; then the connection is closed. */
  | { readonly kind: 'cut' }
  /** The right answer under another content type. */
  | { readonly kind: 'content-type'; readonly contentType: string }
  /** The right answer under a Content-Encoding, whatever was accepted; as it is, where nothing says how to encode it. */
  | {
      readonly kind: 'encoded';
      readonly encoding: string;
      readonly encode?: (body: Uint8Array) => Uint8Array;
    }
  /** That many bytes of nothing, in chunks, without a Content-Length. */
  | { readonly kind: 'oversized'; readonly bytes: number }
  /** A small gzip body that becomes that many bytes. */
  | { readonly kind: 'gzip-bomb'; readonly bytes: number }
  /** To a URL, or to a path of this index. */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: number }
  /** The connection is reset before any answer. */
  | { readonly kind: 'reset' };

/** An answer before it is sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const CHUNK = Buffer.alloc(64 * 1024, ' ');

export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { 'content-length': String(Buffer.byteLength(body)), ...headers });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

/** Answers with a fault; `right` makes the answer that there would have been without it. */
export async function sendFault(
  fault: IndexFault,
  request: IncomingMessage,
  response: ServerResponse,
  right: () => Answer,
): Promise<void> {
  switch (fault.kind) {
    case 'status':
      return send(response, text(fault.status, fault.body ?? `status ${fault.status}\n`, fault.headers));
    case 'body':
      return send(response, {
        status: 200,
        headers: { 'content-type': fault.contentType },
        body: fault.body,
      });
    case 'invalid-json':
      return send(response, { ...right(), body: '{"version": 1, "attestation_bundles": [' });
    case 'html':
      return send(response, { status: 200, headers: { 'content-type': 'text/html' }, body: LOGIN_PAGE });
    case 'hang':
      return undefined;
    case 'slow':
      return sendLater(response, right, fault.delay);
    case 'cut':
      return cut(request, response, right());
    case 'content-type': {
      const answer = right();
      return send(response, { ...answer, headers: { ...answer.headers, 'content-type': fault.contentType } });
    }
    case 'encoded': {
      const { status, headers, body } = right();
      const { encoding, encode = (bytes) => bytes } = fault;
      const encoded = encode(Buffer.from(body));
      return send(response, { status, headers: { ...headers, 'content-encoding': encoding }, body: encoded });
    }
    case 'oversized':
      response.writeHead(200, { 'content-type': right().headers['content-type'] ?? 'application/json' });
      return stream(fault.bytes, response);
    case 'gzip-bomb':
      response.writeHead(200, {
        'content-type': right().headers['content-type'] ?? 'application/json',
        'content-encoding': 'gzip',
      });
      return stream(fault.bytes, response, true);
    case 'redirect':
      return send(response, text(fault.status ?? 302, 'elsewhere\n', { location: fault.to }));
    case 'reset':
      reset(request.socket);
      return undefined;
  }
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

const LOGIN_PAGE = '<!doctype html><title>Sign in</title><p>Sign in to the captive portal to continue.</p>\n';

/** Only plain TCP can be reset; TLS is cut off without its closing alert. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

function cut(request: IncomingMessage, response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => request.socket.destroy());
}

async function sendLater(response: ServerResponse, right: () => Answer, delay: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, delay));
  if (!response.destroyed) send(response, right());
}

/** Streams until all is sent or the client has gone, which is what it should do. */
async function stream(bytes: number, response: ServerResponse, compress = false): Promise<void> {
  const source = Readable.from(chunks(bytes));
  try {
    await (compress ? pipeline(source, createGzip(), response) : pipeline(source, response));
  } catch {
    response.destroy();
  }
}

function* chunks(bytes: number): Generator<Buffer> {
  for (let left = bytes; left > 0; left -= CHUNK.length)
    yield CHUNK.subarray(0, Math.min(left, CHUNK.length));
}
