/**
 * Text from outside, made fit for a terminal, a log, or an error message.
 */

// C0 and C1 controls, and the code points that change what a reader sees: bidirectional controls, zero-width and other
// format characters (general category Cf), line and paragraph separators, unassigned, private and lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

/**
 * Escapes everything that could move a cursor, colour, reorder or hide text, or start a new line, as `\u{…}`, and cuts
 * what is longer than `limit` characters.
 */
export function printable(text: string, limit = 2_000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNPRINTABLE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}
