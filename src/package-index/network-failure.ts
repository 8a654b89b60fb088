/**
 * What went wrong on the way to a host, in words, and whether another attempt could help.
 */
import { codeOf } from '../errors.ts';

export interface NetworkFailure {
  /** Continues "cannot reach `host`: …". */
  readonly reason: string;
  readonly isTransient: boolean;
  /** Whether no connection was made at all: then no other URL of this host can be had either. */
  readonly isConnecting?: boolean;
  /** Whether time ran out. */
  readonly isSilence?: boolean;
}

/** A failure that this module knows by its code, to be thrown where a stream has to end. */
export function failureWithCode(
  code: 'BODY_TOO_LARGE' | 'BODY_CUT' | 'BODY_ENCODING',
  message: string,
): Error {
  return Object.assign(new Error(message), { code });
}

/** The chain ends at nobody who is trusted here: mostly a company's proxy or index, with an authority of its own. */
const UNTRUSTED: NetworkFailure = {
  reason:
    'TLS: its certificate is by an authority that is not trusted here (`--cert FILE` or `PIP_CERT` names one that is)',
  isTransient: false,
  isConnecting: true,
};

const REASONS: Readonly<Record<string, NetworkFailure>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  BODY_CUT: { reason: 'the answer was cut short', isTransient: true },
  EAI_AGAIN: { reason: 'the name could not be looked up (DNS)', isTransient: true, isConnecting: true },
  ECONNREFUSED: { reason: 'the connection was refused', isTransient: true, isConnecting: true },
  ECONNRESET: { reason: 'the connection was reset', isTransient: true },
  EHOSTUNREACH: { reason: 'there is no route to it', isTransient: true, isConnecting: true },
  ENETUNREACH: { reason: 'the network is unreachable', isTransient: true, isConnecting: true },
  ENOTFOUND: { reason: 'there is no such name (DNS)', isTransient: false, isConnecting: true },
  EPIPE: { reason: 'the connection was closed', isTransient: true },
  ETIMEDOUT: { reason: 'it did not accept the connection in time', isTransient: true, isConnecting: true },
  UND_ERR_BODY_TIMEOUT: { reason: 'its answer stopped halfway', isTransient: true, isSilence: true },
  UND_ERR_CONNECT_TIMEOUT: {
    reason: 'it did not accept the connection in time',
    isTransient: true,
    isConnecting: true,
  },
  UND_ERR_HEADERS_OVERFLOW: { reason: 'its answer has oversized headers', isTransient: false },
  UND_ERR_HEADERS_TIMEOUT: { reason: 'it did not answer in time', isTransient: true, isSilence: true },
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: { reason: 'the answer was cut short', isTransient: true },
  UND_ERR_SOCKET: { reason: 'the connection was closed', isTransient: true },
  Z_BUF_ERROR: { reason: 'the answer was cut short', isTransient: true },
  Z_DATA_ERROR: { reason: 'its answer is not what its Content-Encoding says', isTransient: false },
};

/** Explains whatever was thrown by a request. */
export function explainFailure(error: unknown): NetworkFailure {
  const chain = errorChain(error);
  if (chain.some(({ name }) => name === 'TimeoutError')) {
    return { reason: 'it took too long to answer', isTransient: true, isSilence: true };
  }
  for (const { code, message } of chain) {
    if (code === 'BODY_TOO_LARGE' || code === 'BODY_ENCODING') {
      return { reason: message, isTransient: false };
    }
    const proxyStatus = /^Proxy response \((\d{3})\)/u.exec(message)?.[1];
    if (proxyStatus !== undefined) {
      return { reason: `the proxy answered HTTP ${proxyStatus}`, isTransient: proxyStatus.startsWith('5') };
    }
    const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
    if (known !== undefined) {
      return known;
    }
    if (isTlsCode(code)) {
      return { reason: `TLS: ${message.trim()}`, isTransient: false, isConnecting: true };
    }
  }
  return { reason: chain.at(-1)?.message ?? 'unknown failure', isTransient: true };
}

/** Of Node.js and OpenSSL: certificate chains, host names, protocol failures. */
function isTlsCode(code: string): boolean {
  return /^(?:ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|EPROTO$|INVALID_CA$|PATH_LENGTH_|HOSTNAME_MISMATCH|INVALID_PURPOSE)/u.test(
    code,
  );
}

interface ErrorLink {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** An error, its causes, and the parts of an aggregate, outermost first. */
function errorChain(error: unknown, depth = 0): ErrorLink[] {
  if (!(error instanceof Error) || depth > 8) {
    return [];
  }
  const code = codeOf(error) ?? '';
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [
    { name: error.name, code, message: error.message },
    ...[error.cause, ...parts].flatMap((inner) => errorChain(inner, depth + 1)),
  ];
}
