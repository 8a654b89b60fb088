import { setTimeout as sleepFor } from 'node:timers/promises';
import { limitConcurrency } from './concurrency.ts';
import type { IndexConfiguration, TimeLimits } from './contract.ts';
import type { Authority } from './credentials.ts';
import {
  attemptGet,
  type Answer,
  type Attempt,
  type AttemptContext,
  type GetOptions,
  type ReadBody,
} from './http-attempt.ts';
import { createExchange, type Exchange, type ExchangeTimeouts } from './http-exchange.ts';
import { createUnlocking, type AskKeyring } from './keyring.ts';
import { DEFAULT_RETRY_POLICY, retryDelay, type RetryPolicy } from './retry.ts';

export interface HttpClient {
  /** A document. The same one asked for while it is on its way is asked for once. */
  readonly get: (url: URL, options: GetOptions) => Promise<Answer<Uint8Array>>;
  /** A file, as it is stored (no Content-Encoding is undone), given to `read` piece by piece. */
  readonly download: <T>(url: URL, options: GetOptions, read: ReadBody<T>) => Promise<Answer<T>>;
  /** Ends every connection; what is on its way becomes unreachable. */
  readonly close: () => Promise<void>;
}

/** Milliseconds. */
export interface HttpTimeouts extends ExchangeTimeouts {
  /** One attempt at a document, redirects and body included. */
  readonly document: number;
  /** One attempt at a file. */
  readonly download: number;
}

export interface HttpClientOptions {
  readonly userAgent: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Ends every wait; what is on its way becomes unreachable. */
  readonly signal?: AbortSignal;
  readonly timeouts?: HttpTimeouts;
  readonly retry?: RetryPolicy;
  readonly sleep?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Asked for the credentials of a configured index that refuses those that it was sent. */
  readonly askKeyring?: AskKeyring;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly now?: () => Date;
  /** Whether the process goes on for so long that a host may be back, so that none is given up. */
  readonly isLongLived?: boolean;
}

const DEFAULT_TIMEOUTS: HttpTimeouts = {
  connect: 10_000,
  headers: 15_000,
  body: 15_000,
  document: 60_000,
  download: 1_800_000,
};

/**
 * GETs documents and files: bounded concurrency, time and size; retries for 429, 5xx and network failures; an origin that
 * no connection can be made to, or that lets one request after another wait in vain, is given up for the rest of the run. Never throws for what a host or a network does.
 */
export function createHttpClient(configuration: IndexConfiguration, options: HttpClientOptions): HttpClient {
  const {
    retry = retryPolicyFor(configuration),
    timeouts = timeoutsFor(configuration),
    random = Math.random,
  } = options;
  const sleep = options.sleep ?? ((milliseconds, signal) => sleepFor(milliseconds, undefined, { signal }));
  const lanes = openLanes(configuration, timeouts, options);
  const closing = new AbortController();
  const stop = AbortSignal.any([closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const givenUp = new Map<string, string>();
  const silence = countSilence(givenUp);
  const context: Omit<AttemptContext, 'exchange'> = {
    configuration,
    userAgent: options.userAgent,
    now: options.now ?? (() => new Date()),
    givenUp: options.isLongLived === true ? new Map() : givenUp,
  };
  const documents = new Map<string, Promise<Answer<Uint8Array>>>();

  const repeat = async <T>(url: URL, request: Request<T>): Promise<Attempt<T>> => {
    const { exchange, limit } = lanes[request.timeout];
    for (let retries = 0; ; retries += 1) {
      const attempt = await limit(() =>
        within(timeouts[request.timeout], stop, (signal) =>
          attemptGet({ ...request, url, signal }, { ...context, exchange }),
        ),
      );
      const { answer, isTransient, retryAfter, asked } = attempt;
      if (asked !== undefined) silence(asked.origin, asked.failure === 'silent');
      const delay = isTransient ? retryDelay(retry, retries, retryAfter, random()) : undefined;
      if (delay === undefined || stop.aborted) {
        if (asked?.failure === 'unconnected' && answer.kind === 'unreachable') {
          givenUp.set(asked.origin, answer.reason);
        }
        return attempt;
      }
      await sleep(delay, stop).catch(() => {});
    }
  };

  const perform = askingKeyring(repeat, options.askKeyring);

  return {
    get: (url, getOptions) => {
      const key = JSON.stringify([url.href, getOptions]);
      const existing = documents.get(key);
      if (existing !== undefined) {
        return existing;
      }
      const started = perform(url, { ...getOptions, timeout: 'document', decode: true, read: collect });
      documents.set(key, started);
      return started.finally(() => documents.delete(key));
    },
    download: (url, getOptions, read) =>
      perform(url, { ...getOptions, timeout: 'download', decode: false, read }),
    close: async () => {
      closing.abort(new Error('provpin is done'));
      await Promise.all([lanes.document.exchange.close(), lanes.download.exchange.close()]);
    },
  };
}

/** More than the attempts at one file, so that one that is slow to answer does not cost the others theirs. */
const SILENCE_LIMIT = 8;

/** Gives an origin up that let so many requests in a row wait in vain: each file more would wait as long, and in vain, too. */
function countSilence(givenUp: Map<string, string>): (origin: string, isSilent: boolean) => void {
  const inARow = new Map<string, number>();
  return (origin, isSilent) => {
    const count = isSilent ? (inARow.get(origin) ?? 0) + 1 : 0;
    inARow.set(origin, count);
    if (count >= SILENCE_LIMIT)
      givenUp.set(origin, `${SILENCE_LIMIT} requests in a row were not answered in time`);
  };
}

/** Requests that have their turn one after the other, and connections of their own. */
interface Lane {
  readonly exchange: Exchange;
  readonly limit: <T>(task: () => Promise<T>) => Promise<T>;
}

/**
 * Of a process that passes files on, at once: each goes as fast as whoever takes it, and those who take nothing must not keep
 * others from being answered. More than the proxy has places for such files, so that metadata and parts do not wait for them.
 */
const LONG_LIVED_DOWNLOADS = 160;

function openLanes(
  configuration: IndexConfiguration,
  timeouts: ExchangeTimeouts,
  { concurrency, isLongLived }: Pick<HttpClientOptions, 'concurrency' | 'isLongLived'>,
): Readonly<Record<Request<unknown>['timeout'], Lane>> {
  const open = (requests: number): Lane => ({
    exchange: createExchange(configuration, { timeouts, connections: requests }),
    limit: limitConcurrency(requests),
  });
  const document = open(concurrency);
  return { document, download: isLongLived === true ? open(LONG_LIVED_DOWNLOADS) : document };
}

/** Milliseconds; pip's `--timeout` where it is given. */
export function timeoutsFor({ timeout }: TimeLimits): HttpTimeouts {
  if (timeout === undefined) {
    return DEFAULT_TIMEOUTS;
  }
  const whole = {
    document: Math.max(timeout, DEFAULT_TIMEOUTS.document),
    download: DEFAULT_TIMEOUTS.download,
  };
  return { ...whole, connect: timeout, headers: timeout, body: timeout };
}

function retryPolicyFor({ retries }: TimeLimits): RetryPolicy {
  return retries === undefined ? DEFAULT_RETRY_POLICY : { ...DEFAULT_RETRY_POLICY, retries };
}

interface Request<T> extends GetOptions {
  readonly timeout: 'document' | 'download';
  readonly decode: boolean;
  readonly read: ReadBody<T>;
}

type Repeat = <T>(url: URL, request: Request<T>) => Promise<Attempt<T>>;
type Perform = <T>(url: URL, request: Request<T>) => Promise<Answer<T>>;

/** A request that is refused for its credentials is made once more, with those of the keyring. */
function askingKeyring(repeat: Repeat, ask: AskKeyring | undefined): Perform {
  const keyring = createUnlocking(ask);
  return async (url, request) => {
    const authority = keyring.known(request.authority);
    const { answer, isUnauthorized = false } = await repeat(url, withAuthority(request, authority));
    const unlocked = isUnauthorized ? await keyring.unlock(request.authority) : undefined;
    if (unlocked === undefined || unlocked === authority) {
      return answer;
    }
    return (await repeat(url, withAuthority(request, unlocked))).answer;
  };
}

function withAuthority<T>(request: Request<T>, authority: Authority | undefined): Request<T> {
  return authority === undefined ? request : { ...request, authority };
}

/** Not by `AbortSignal.timeout`, whose timer outlives what it is for: a minute's worth of them would be kept. */
async function within<T>(
  milliseconds: number,
  stop: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new DOMException('the time is up', 'TimeoutError'));
  }, milliseconds);
  try {
    return await task(AbortSignal.any([stop, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}

/** One buffer of the whole body. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
