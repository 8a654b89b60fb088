import { exact, printable } from '../printable.ts';
import { bodyHead } from './body-head.ts';
import type { BodyHead, IndexConfiguration } from './contract.ts';
import { basicAuthorization, type Authority } from './credentials.ts';
import type { Exchange, ExchangeResponse } from './http-exchange.ts';
import { whyNotAllowed } from './http-origins.ts';
import { explainFailure } from './network-failure.ts';
import { redactUrl } from './redact.ts';
import { parseRetryAfter } from './retry.ts';

/**
 * What came of a GET (decision 4 of docs/architecture.md). Each failure has one printable line that names the host and
 * says why; no credentials in it.
 */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly body: T; readonly contentType: string; readonly url: URL }
  /** 404 or 410. */
  | { readonly kind: 'absent'; readonly reason: string }
  /** The host answers, and does not give it. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** No whole answer came: DNS, TCP, TLS, time, 5xx, a cut or oversized body, a redirect that must not be followed. */
  | { readonly kind: 'unreachable'; readonly reason: string };

export interface GetOptions {
  readonly accept: string;
  /** Of the body, after decompression. */
  readonly maxBytes: number;
  /** What may be sent along, and where. Nothing when absent. */
  readonly authority?: Authority;
  /** The page that named the URL, if one did: https stays https. */
  readonly via?: URL;
}

/** Consumes a body, or a part of it, or nothing; called again, from the beginning, for each attempt. */
export type ReadBody<T> = (body: AsyncIterable<Uint8Array>, head: BodyHead) => Promise<T>;

export interface AttemptTask<T> extends GetOptions {
  readonly url: URL;
  /** Whether a Content-Encoding is asked for and undone. */
  readonly decode: boolean;
  readonly read: ReadBody<T>;
  readonly signal: AbortSignal;
}

/** The outcome of one attempt. */
export interface Attempt<T> {
  readonly answer: Answer<T>;
  /** Whether another one could end better. */
  readonly isTransient: boolean;
  /** Whether the origin that the authority is for wants other credentials (401). */
  readonly isUnauthorized?: boolean;
  /** Milliseconds that the host asks to be left alone. */
  readonly retryAfter?: number;
  /** The origin that was asked last, if any was, and how it did not answer, if so. */
  readonly asked?: { readonly origin: string; readonly failure?: 'unconnected' | 'silent' };
}

export interface AttemptContext {
  readonly configuration: IndexConfiguration;
  readonly exchange: Exchange;
  readonly userAgent: string;
  readonly now: () => Date;
  /** Origins that were given up, and why. */
  readonly givenUp: ReadonlyMap<string, string>;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** One GET with the redirects that it meets; never throws for what a host or a network does. */
export async function attemptGet<T>(task: AttemptTask<T>, context: AttemptContext): Promise<Attempt<T>> {
  let { url, via } = task;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const objection =
      whyNotAllowed(url, context.configuration.trustedHosts, via) ?? context.givenUp.get(url.origin);
    if (objection !== undefined) {
      return unreachable(`${hostOf(url)} is not asked: ${objection}`);
    }
    const step = await takeStep(url, task, context);
    if (!(step instanceof URL)) {
      return step;
    }
    via = url;
    url = step;
  }
  return unreachable(`${hostOf(task.url)} redirects \`${redactUrl(task.url.href)}\` too often`);
}

/** Asks one URL: an outcome, or where it redirects to. */
async function takeStep<T>(
  url: URL,
  task: AttemptTask<T>,
  context: AttemptContext,
): Promise<Attempt<T> | URL> {
  try {
    const response = await context.exchange.send({
      url,
      signal: task.signal,
      headers: requestHeaders(url, task, context.userAgent),
      showClientCertificate: task.authority?.clientCertificate === true && isOwnOrigin(url, task),
    });
    if (!REDIRECTS.has(response.status)) {
      const settled = await settle(response, url, task, context.now());
      return { ...settled, asked: { origin: url.origin } };
    }
    await response.discard();
    return (
      redirectTarget(response, url) ??
      unreachable(`${hostOf(url)} redirects \`${redactUrl(url.href)}\` to nowhere`)
    );
  } catch (error) {
    const { reason, isTransient, isConnecting, isSilence } = explainFailure(error);
    const failure = isConnecting ? 'unconnected' : isSilence ? 'silent' : undefined;
    const proxy = context.configuration.proxy[url.protocol === 'https:' ? 'https' : 'http'];
    const detour = proxy === undefined ? '' : ` (the proxy \`${redactUrl(proxy)}\` is configured)`;
    return {
      ...unreachable(`cannot reach ${hostOf(url)}: ${exact(reason, 500)}${detour}`),
      isTransient,
      asked: { origin: url.origin, ...(failure === undefined ? {} : { failure }) },
    };
  }
}

function unreachable(reason: string): Attempt<never> {
  return { answer: { kind: 'unreachable', reason }, isTransient: false };
}

function hostOf(url: URL): string {
  return `\`${printable(url.host === '' ? url.protocol : url.host, 255)}\``;
}

function isOwnOrigin(url: URL, { authority }: GetOptions): boolean {
  return authority?.origin === url.origin;
}

/** Credentials go to the origin that they are for, and to no other: a redirect elsewhere travels without them. */
function requestHeaders(url: URL, task: AttemptTask<unknown>, userAgent: string): Record<string, string> {
  const credentials = isOwnOrigin(url, task) ? task.authority?.credentials : undefined;
  return {
    'user-agent': userAgent,
    accept: task.accept,
    'accept-encoding': task.decode ? 'gzip, deflate, br' : 'identity',
    ...(credentials === undefined ? {} : { authorization: basicAuthorization(credentials) }),
  };
}

/** The URL that a redirect leads to, without any userinfo in it. */
function redirectTarget(response: ExchangeResponse, from: URL): URL | undefined {
  const location = response.header('location');
  const target = location === undefined ? null : URL.parse(location, from.href);
  if (target === null) {
    return undefined;
  }
  target.username = '';
  target.password = '';
  return target;
}

async function settle<T>(
  response: ExchangeResponse,
  url: URL,
  task: AttemptTask<T>,
  now: Date,
): Promise<Attempt<T>> {
  const { status } = response;
  if (status === 200) {
    const body = await readFrom(response, task);
    const contentType = response.header('content-type') ?? '';
    return { answer: { kind: 'ok', body, contentType, url }, isTransient: false };
  }
  await response.discard();
  const reason = `${hostOf(url)} answered ${statusInWords(status)} for \`${redactUrl(url.href)}\``;
  if (status === 404 || status === 410) {
    return { answer: { kind: 'absent', reason }, isTransient: false };
  }
  const retryAfter = parseRetryAfter(response.header('retry-after'), now);
  return {
    answer: { kind: status >= 500 ? 'unreachable' : 'refused', reason },
    isTransient: status === 429 || status >= 500,
    ...(status === 401 && isOwnOrigin(url, task) ? { isUnauthorized: true } : {}),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** What is not read must not keep the connection, which would be lost for all that come after. */
async function readFrom<T>(response: ExchangeResponse, task: AttemptTask<T>): Promise<T> {
  try {
    return await task.read(response.body(task), bodyHead(response.header));
  } finally {
    await response.discard();
  }
}

/** In our words: the host's reason phrase could say anything. */
function statusInWords(status: number): string {
  // Not by `import`, for which Node.js would also load all that `node:http` has by the way: 50 ms before anything is asked.
  const phrase = process.getBuiltinModule('node:http').STATUS_CODES[status];
  return phrase === undefined ? `HTTP ${status}` : `HTTP ${status} (${phrase})`;
}
