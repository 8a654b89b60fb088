import { printable, withoutUserinfo } from '../printable.ts';

/**
 * A URL as it may be shown: userinfo, query and fragment (where signed URLs carry their secrets) replaced, and nothing
 * that could disturb a terminal. Of text without a host everything up to the last `@` is replaced, or what is left of a
 * credential that was cut off before it.
 */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || parsed.host === '') {
    const rest = withoutUserinfo(url.replace(/^.*@/su, '****@'));
    return printable(rest.replace(/[?#].*$/su, '?…'), 300);
  }
  const userinfo = parsed.username === '' && parsed.password === '' ? '' : '****@';
  const rest = parsed.search === '' && parsed.hash === '' ? '' : '?…';
  return printable(`${parsed.protocol}//${userinfo}${parsed.host}${parsed.pathname}${rest}`, 300);
}
