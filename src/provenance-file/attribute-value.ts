import { printable } from '../printable.ts';

/** Characters that stand for themselves in an attribute's value; every other one is written as its UTF-8 bytes. */
const NOT_LITERAL = /[^!-~]|[#%]/gu;
const MAX_LENGTH = 255;
/** Parts of emoji, and spaces of other widths: they hide in text, and not in a value, where they are `%XX`. */
const SEEN_IN_VALUES = /[\p{Variation_Selector}\p{Zs}]/gu;

/** Whether a value can be written: neither empty nor too long, and without characters that hide or reorder what is read. */
export function isAttributeValue(value: string): boolean {
  if (value === '' || value.length > MAX_LENGTH) return false;
  const hiding = value.replace(SEEN_IN_VALUES, '');
  return printable(hiding) === hiding;
}

/**
 * A value as the provenance file spells it: white space, `#`, `%` and everything but printable ASCII as `%XX` for each
 * UTF-8 byte (RFC 3986 section 2.1, upper-case hex), the rest as it is. No other spelling of a value is valid.
 *
 * @param value what `isAttributeValue` accepts
 */
export function encodeAttributeValue(value: string): string {
  return value.replace(NOT_LITERAL, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}

/** The value that is spelled so, or undefined for anything that `encodeAttributeValue` would not have written. */
export function decodeAttributeValue(spelled: string): string | undefined {
  const value = percentDecode(spelled);
  if (value === undefined || !isAttributeValue(value)) return undefined;
  return encodeAttributeValue(value) === spelled ? value : undefined;
}

function percentDecode(spelled: string): string | undefined {
  try {
    return decodeURIComponent(spelled);
  } catch {
    return undefined;
  }
}
