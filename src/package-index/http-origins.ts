import type { TrustedHost } from './contract.ts';

/** Whether the user gave up on TLS for this host and port, as with pip's `--trusted-host`. */
export function isTrustedHost(url: URL, trustedHosts: readonly TrustedHost[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  return trustedHosts.some(
    (trusted) => trusted.hostname === url.hostname && (trusted.port === undefined || trusted.port === port),
  );
}

/** Whether the URL is of this very machine. `URL` has already brought every spelling of an IPv4 address to one. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127(?:\.\d+){3}$/u.test(url.hostname);
}

/**
 * Why a URL must not be asked, or undefined: https always may; http only on this machine or with a trusted host, and
 * never on a way that began with https.
 *
 * @param via the URL that led here (a redirect, a page), if any
 */
export function whyNotAllowed(url: URL, trustedHosts: readonly TrustedHost[], via?: URL): string | undefined {
  if (url.protocol === 'https:') {
    return undefined;
  }
  if (url.protocol !== 'http:') {
    return `\`${url.protocol}\` is not https`;
  }
  if (via?.protocol === 'https:') {
    return `\`${via.host}\` leads from https to plain http`;
  }
  if (isLoopback(url) || isTrustedHost(url, trustedHosts)) {
    return undefined;
  }
  return 'plain http is not used (`--trusted-host` would allow it)';
}
