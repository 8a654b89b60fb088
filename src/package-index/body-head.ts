import { printable } from '../printable.ts';
import type { BodyHead } from './contract.ts';

/** What the header fields of an answer say of a body that is taken as it comes. */
export function bodyHead(header: (name: string) => string | undefined): BodyHead {
  const length = header('content-length') ?? '';
  const encoding = printable(header('content-encoding')?.trim().toLowerCase() ?? '', 50);
  return {
    ...(/^\d{1,15}$/.test(length) ? { length: Number(length) } : {}),
    ...(encoding === '' || encoding === 'identity' ? {} : { encoding }),
  };
}

/**
 * Why bytes may be other ones than the file's for how they were sent, and nothing else. They are asked for as they are
 * (`Accept-Encoding: identity`; RFC 9110, 12.5.3), and never decoded: pip does not either, and a hash that fits the bytes as they
 * came shows that only the header field is wrong.
 */
export function encodedUnasked(encoding: string): string {
  return `it was sent with \`Content-Encoding: ${encoding}\`, which was not asked for, so that its bytes could not be compared`;
}
