/**
 * Writes DER (X.690), byte for byte as told: an encoder that refuses nothing, so that tests can make what a library would
 * not write (a duplicate extension, a claim of the wrong string type).
 */

/** One TLV with the given identifier octet; the contents are joined. */
export function tlv(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(content.length), content]);
}

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const digits = length.toString(16);
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets]);
}

export function sequence(...items: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...items);
}

/** SET OF, in DER's order: ascending by encoding. */
export function setOf(...items: readonly Uint8Array[]): Buffer {
  return tlv(0x31, ...items.toSorted((a, b) => Buffer.compare(a, b)));
}

/** `[n]`, constructed. */
export function tagged(n: number, ...items: readonly Uint8Array[]): Buffer {
  return tlv(0xa0 | n, ...items);
}

/** `[n]`, primitive. */
export function taggedBytes(n: number, bytes: Uint8Array): Buffer {
  return tlv(0x80 | n, bytes);
}

export function boolean(value: boolean): Buffer {
  return tlv(0x01, Buffer.from([value ? 0xff : 0x00]));
}

/** A non-negative INTEGER, from big-endian octets. */
export function integer(value: number | Uint8Array): Buffer {
  const octets = typeof value === 'number' ? Buffer.from(evenHex(value), 'hex') : Buffer.from(value);
  const isNegative = ((octets[0] ?? 0) & 0x80) !== 0;
  return tlv(0x02, isNegative ? Buffer.concat([Buffer.from([0]), octets]) : octets);
}

function evenHex(value: number): string {
  const digits = value.toString(16);
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}

export function bitString(bytes: Uint8Array, unusedBits = 0): Buffer {
  return tlv(0x03, Buffer.from([unusedBits]), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return tlv(0x04, bytes);
}

export function utf8String(text: string): Buffer {
  return tlv(0x0c, Buffer.from(text, 'utf8'));
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(arc: number): number[] {
  const octets = [arc % 128];
  for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
    octets.unshift((left % 128) | 0x80);
  }
  return octets;
}

/** Time of a certificate (RFC 5280 section 4.1.2.5): UTCTime; the year is 1950 to 2049. */
export function utcTime(date: Date): Buffer {
  return tlv(0x17, Buffer.from(`${digitsOf(date).slice(2)}Z`, 'ascii'));
}

export function generalizedTime(date: Date): Buffer {
  return tlv(0x18, Buffer.from(`${digitsOf(date)}Z`, 'ascii'));
}

/** YYYYMMDDHHMMSS. */
function digitsOf(date: Date): string {
  return date.toISOString().slice(0, 19).replaceAll(/\D/g, '');
}
