import { printable } from '../printable.ts';

/**
 * A URL as it may be shown: userinfo, query and fragment (where signed URLs carry their secrets) replaced, and nothing
 * that could disturb a terminal. Text that is no URL is shown only up to its first `@`-bearing authority, likewise
 * replaced.
 */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) {
    return printable(url.replace(/\/\/.*@/su, '//****@').replace(/[?#].*$/su, '?…'), 300);
  }
  const userinfo = parsed.username === '' && parsed.password === '' ? '' : '****@';
  const authority = parsed.host === '' ? '' : `//${userinfo}${parsed.host}`;
  const rest = parsed.search === '' && parsed.hash === '' ? '' : '?…';
  return printable(`${parsed.protocol}${authority}${parsed.pathname}${rest}`, 300);
}
