import type { Credentials, IndexAddress, NetrcMachine, Userinfo } from './contract.ts';

/** What may be sent along with a request, and to which origin only. */
export interface Authority {
  /** Scheme, host and port, as `URL.origin` spells them. */
  readonly origin: string;
  readonly credentials?: Credentials;
  /** Whether the user's client certificate may be shown to this origin. */
  readonly clientCertificate: boolean;
  /** What a keyring may be asked for when the origin is not content with the credentials. */
  readonly keyring?: KeyringEntry;
}

/** Where pip looks into a keyring: by the URL of the index, and then by its host; by the user's name, where that is known. */
export interface KeyringEntry {
  readonly services: readonly string[];
  readonly username?: string;
}

/** Takes the userinfo out of a URL. @throws TypeError when it is no URL */
export function splitUserinfo(text: string): { url: URL; credentials?: Userinfo } {
  const url = new URL(text);
  const username = decodePercent(url.username);
  const password = decodePercent(url.password);
  url.username = '';
  url.password = '';
  if (username === '' && password === '') {
    return { url };
  }
  // `URL` does not tell a password that is empty from one that is not there.
  const hasPassword = password !== '' || /^[^/?#]*\/\/[^/?#]*:[^/?#]*@/u.test(text);
  return { url, credentials: hasPassword ? { username, password } : { username } };
}

/** The Authorization field of HTTP Basic authentication (RFC 7617, UTF-8). */
export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/**
 * What an index may be sent: its own userinfo, or else what netrc has for its host, as pip has it. Only an index that the user
 * configured may see the client certificate, and have a keyring asked.
 */
export function authorityOf(
  index: IndexAddress,
  netrc: readonly NetrcMachine[],
  configured: boolean,
): Authority {
  const url = new URL(index.url);
  const machine = netrc.find(({ host }) => host === bareHostname(url));
  const { username, password } = index.credentials ?? {};
  const own = username === undefined ? undefined : { username, password: password ?? '' };
  const credentials = password === undefined ? (machine ?? own) : own;
  const keyring = {
    services: [`${index.url.replace(/\/+$/u, '')}/`, url.host],
    ...(username === undefined ? {} : { username }),
  };
  return {
    origin: url.origin,
    clientCertificate: configured,
    ...(credentials === undefined ? {} : { credentials }),
    ...(configured && password === undefined ? { keyring } : {}),
  };
}

/**
 * The configured index at the origin of a URL which has the most of the URL's path, by whole segments; the first of several. As
 * pip chooses whose credentials are for a URL (`MultiDomainBasicAuth`, pip/_internal/network/auth.py): a host may have an index
 * for each team.
 */
export function nearestIndex(url: URL, indexes: readonly IndexAddress[]): IndexAddress | undefined {
  const candidates = indexes.flatMap((index) => {
    const at = URL.parse(index.url);
    return at?.origin === url.origin ? [{ index, shared: sharedSegments(at, url) }] : [];
  });
  return candidates.toSorted((a, b) => b.shared - a.shared)[0]?.index;
}

function sharedSegments(a: URL, b: URL): number {
  const segments = a.pathname.split('/');
  const others = b.pathname.split('/');
  const differs = segments.findIndex((segment, at) => segment !== others[at]);
  return differs === -1 ? segments.length : differs;
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
