import { pipeline, type Readable } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { IndexConfiguration } from './contract.ts';
import { isTrustedHost } from './http-origins.ts';
import { failureWithCode } from './network-failure.ts';

/** Milliseconds. */
export interface ExchangeTimeouts {
  readonly connect: number;
  readonly headers: number;
  /** Between two pieces of a body. */
  readonly body: number;
}

export interface ExchangeOptions {
  readonly timeouts: ExchangeTimeouts;
  /** Connections to one origin at once. */
  readonly connections: number;
}

export interface ExchangeRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly showClientCertificate: boolean;
  readonly signal: AbortSignal;
}

export interface ExchangeResponse {
  readonly status: number;
  /** One header field by its lower-case name; the first when there are several. */
  readonly header: (name: string) => string | undefined;
  /**
   * The body, its Content-Encoding undone when `decode` is set.
   *
   * @throws while it is read, when it is longer than `maxBytes` (counted as it is handed out, so that no small answer
   *   unpacks to a large one), cut short, or not what its header fields say
   */
  readonly body: (options: {
    readonly maxBytes: number;
    readonly decode: boolean;
  }) => AsyncIterable<Uint8Array>;
  /** Reads away a short body, so that the connection can be used again, or else ends it. */
  readonly discard: () => Promise<void>;
}

/** One request and its answer on the wire: no redirect, no retry, no judgement. */
export interface Exchange {
  /** @throws whatever the network does; see `network-failure.ts` */
  readonly send: (request: ExchangeRequest) => Promise<ExchangeResponse>;
  readonly close: () => Promise<void>;
}

/** Longer bodies of answers that nobody reads are not worth keeping a connection for. */
const DISCARD_LIMIT = 64 * 1024;

/**
 * The connections to the indexes: one keep-alive pool for each combination of TLS settings and proxy, made when first
 * needed.
 */
export function createExchange(configuration: IndexConfiguration, options: ExchangeOptions): Exchange {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  const dispatcherFor = async ({ url, showClientCertificate }: ExchangeRequest): Promise<Dispatcher> => {
    const secure = url.protocol === 'https:';
    const checked = !isTrustedHost(url, configuration.trustedHosts);
    const key = JSON.stringify([secure, checked, showClientCertificate]);
    const existing = dispatchers.get(key);
    if (existing !== undefined) {
      return existing;
    }
    const dispatcher = createDispatcher(configuration, options, { secure, checked, showClientCertificate });
    dispatchers.set(key, dispatcher);
    return dispatcher;
  };
  return {
    send: async (exchange) => {
      const { url } = exchange;
      const dispatcher = await dispatcherFor(exchange);
      const response = dispatcher.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: 'GET',
        headers: exchange.headers,
        signal: exchange.signal,
        headersTimeout: options.timeouts.headers,
        bodyTimeout: options.timeouts.body,
      });
      return readableResponse(await orAborted(response, exchange.signal));
    },
    close: async () => {
      const opened = await Promise.allSettled(dispatchers.values());
      await Promise.all(
        opened.map(async (dispatcher) => {
          if (dispatcher.status === 'fulfilled') await dispatcher.value.destroy();
        }),
      );
    },
  };
}

/** undici heeds the signal of a request only when it has a connection: a proxy that does not answer would be waited for. */
async function orAborted<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface ConnectionKind {
  readonly secure: boolean;
  /** Whether the host's certificate is checked. */
  readonly checked: boolean;
  readonly showClientCertificate: boolean;
}

/** A pool with the proxy and the certificate authorities of the configuration, and no others. */
export async function createDispatcher(
  configuration: IndexConfiguration,
  { timeouts, connections }: ExchangeOptions,
  kind: ConnectionKind,
): Promise<Dispatcher> {
  const { Agent, EnvHttpProxyAgent, Pool } = await import('./undici.ts');
  const { certificateAuthorities, clientCertificate, proxy } = configuration;
  const shown = kind.showClientCertificate ? clientCertificate : undefined;
  const tls = {
    secureContext: secureContext(certificateAuthorities, shown),
    rejectUnauthorized: kind.checked,
  };
  const common = { connections, connectTimeout: timeouts.connect, connect: tls };
  const proxyUrl = kind.secure ? proxy.https : proxy.http;
  if (proxyUrl === undefined) {
    return new Agent(common);
  }
  return new EnvHttpProxyAgent({
    ...common,
    httpProxy: proxyUrl,
    httpsProxy: proxyUrl,
    noProxy: proxy.bypass ?? '',
    requestTls: tls,
    proxyTls: { secureContext: secureContext(certificateAuthorities) },
    // A tunnel is part of the connection, and has its time.
    clientFactory: (origin: URL, pool: object) =>
      new Pool(origin, { ...pool, headersTimeout: timeouts.connect }),
  });
}

/**
 * Trusts what Node.js trusts (its own list, `NODE_EXTRA_CA_CERTS`), what the operating system trusts (as pip does), and
 * the user's bundles.
 */
function secureContext(bundles: readonly string[], clientCertificate?: string): SecureContext {
  const { createSecureContext, getCACertificates } = process.getBuiltinModule('node:tls');
  return createSecureContext({
    ca: [...new Set([...getCACertificates('default'), ...getCACertificates('system')]), ...bundles],
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate, key: clientCertificate }),
  });
}

function readableResponse({ statusCode, headers, body }: Dispatcher.ResponseData): ExchangeResponse {
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  return {
    status: statusCode,
    header,
    body: ({ maxBytes, decode }) =>
      decode
        ? atMost(decoded(body, header('content-encoding')), maxBytes)
        : complete(atMost(body, maxBytes), header('content-length')),
    discard: () => body.dump({ limit: DISCARD_LIMIT }),
  };
}

/** Strict decoders: unlike those of `fetch`, they do not take a truncated body for a whole one. */
function decoded(body: Readable, encoding = 'identity'): Readable {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') {
    return body;
  }
  const { createBrotliDecompress, createGunzip, createInflate } = process.getBuiltinModule('node:zlib');
  const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  };
  const createDecoder = Object.hasOwn(decoders, name) ? decoders[name] : undefined;
  if (createDecoder === undefined) {
    body.destroy();
    throw failureWithCode('BODY_ENCODING', 'its answer has a Content-Encoding that was not asked for');
  }
  // The callback only takes note: whoever reads the decoder sees the same error.
  return pipeline(body, createDecoder(), () => {});
}

async function* atMost(body: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) {
      throw failureWithCode('BODY_TOO_LARGE', `its answer is larger than ${maxBytes} bytes`);
    }
    yield chunk;
  }
}

/** HTTP/1.1 answers are checked against their length by the parser; those of HTTP/2 are not. */
async function* complete(
  body: AsyncIterable<Uint8Array>,
  contentLength: string | undefined,
): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    yield chunk;
  }
  if (contentLength !== undefined && Number(contentLength) !== length) {
    throw failureWithCode('BODY_CUT', 'the answer was cut short');
  }
}
