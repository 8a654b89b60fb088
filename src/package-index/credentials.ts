import type { Credentials, IndexAddress, NetrcMachine } from './contract.ts';

/** What may be sent along with a request, and to which origin only. */
export interface Authority {
  /** Scheme, host and port, as `URL.origin` spells them. */
  readonly origin: string;
  readonly credentials?: Credentials;
  /** Whether the user's client certificate may be shown to this origin. */
  readonly clientCertificate: boolean;
}

/** Takes the userinfo out of a URL. @throws TypeError when it is no URL */
export function splitUserinfo(text: string): { url: URL; credentials?: Credentials } {
  const url = new URL(text);
  const username = decodePercent(url.username);
  const password = decodePercent(url.password);
  url.username = '';
  url.password = '';
  return username === '' && password === '' ? { url } : { url, credentials: { username, password } };
}

/** The Authorization field of HTTP Basic authentication (RFC 7617, UTF-8). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/**
 * What an index may be sent: its own userinfo, or else what netrc has for its host. Only an index that the user
 * configured may see the client certificate.
 */
export function authorityOf(
  index: IndexAddress,
  netrc: readonly NetrcMachine[],
  configured: boolean,
): Authority {
  const url = new URL(index.url);
  const credentials = index.credentials ?? netrc.find((machine) => machine.host === bareHostname(url));
  return {
    origin: url.origin,
    clientCertificate: configured,
    ...(credentials === undefined ? {} : { credentials }),
  };
}

/** As netrc files spell it: without the brackets of an IPv6 address. */
function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/u, '$1');
}

/** Percent-decoding that leaves what is not percent-encoded UTF-8 as it stands. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
