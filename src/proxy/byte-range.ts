/** What of a file is asked for; both ends are included. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: ByteRange = { kind: 'whole' };

/** As many digits as every file's size has, and a number can hold. */
const RANGE = /^bytes=(?<first>\d{0,15})-(?<last>\d{0,15})$/i;

/**
 * Reads a Range header field (RFC 9110, 14.1.2): one range of bytes. Anything else, several ranges too, is as good as no field,
 * as the RFC allows: the whole is sent.
 */
export function parseRange(header: string | undefined, size: number): ByteRange {
  const { first = '', last = '' } = RANGE.exec(header?.trim() ?? '')?.groups ?? {};
  if (first === '' && last === '') return WHOLE;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? { kind: 'unsatisfiable' } : { kind: 'part', first: size - length, last: size - 1 };
  }
  if (last !== '' && Number(last) < Number(first)) return WHOLE;
  if (Number(first) >= size) return { kind: 'unsatisfiable' };
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return { kind: 'part', first: Number(first), last: end };
}
