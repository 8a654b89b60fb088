/**
 * Text from outside, made fit for a terminal, a log, or an error message.
 */

// C0 and C1 controls, and the code points that change what a reader sees: bidirectional controls, zero-width and other
// format characters (general category Cf), line and paragraph separators, unassigned, private and lone surrogates; letters
// and marks without a glyph (Hangul fillers, variation selectors), and what looks like a space and is none (U+2800 too).
const UNPRINTABLE =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\p{Default_Ignorable_Code_Point}\u{2800}]|(?! )\p{Zs}/gu;

// `##[error]` is a command to a GitHub runner, and `##vso[…]` to an Azure agent, anywhere in a line that a build prints
// (actions/runner, ActionCommand.TryParse). `::error::` is one only at the start of a line, which no outside text is given.
const RUNNER_COMMAND = /##(?=[a-z]*\[)/gi;

/**
 * Escapes everything that could move a cursor, colour, reorder or hide text, start a new line, or command a CI runner, as
 * `\u{…}`, and cuts what is longer than `limit` characters.
 */
export function printable(text: string, limit = 2_000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(UNPRINTABLE, escapeCharacter).replace(RUNNER_COMMAND, '#\\u{23}');
}

/**
 * `printable`, and in ASCII, so that a letter of another script cannot stand in for the one that it looks like, and one character
 * is one column: for text whose blanks are layout.
 */
export function ascii(text: string, limit?: number): string {
  return printable(text, limit).replace(/[^ -~]/gu, escapeCharacter);
}

/**
 * Outside text in which every character must be seen for what it is (names, identities, claims): `ascii`, with each of several
 * blanks in a row seen as well. They could fill a line to where the terminal breaks it, and have what follows look like a line of a
 * report.
 */
export function exact(text: string, limit?: number): string {
  return ascii(text, limit).replace(/(?<= ) /g, escapeCharacter);
}

/** Outside text in backticks, which it cannot end: `exact`. */
export function quoted(text: string, limit?: number): string {
  return `\`${exact(text, limit).replaceAll('`', "'")}\``;
}

function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

// What stands before an `@` in the authority of a URL (RFC 3986 section 3.2.1).
const USERINFO = /\/\/[^\s/?#]*@/gu;
// `name:` that no port follows: a password with characters that end an authority, or one that was cut off before its `@`.
const BROKEN_USERINFO = /(?<!\/)\/\/[^\s/?#`@:[\]]+:(?!\d{1,5}(?:[\s/?#`]|$)|[\s`]|$)(?:[^`]*@|[^\s`]*)/gu;

/**
 * Text from the user's own settings (arguments, variables) without the user names and passwords of the URLs in it, well-formed
 * or not. Rather too much is taken away than too little. Goes before `printable`, which may cut a URL before its `@`.
 */
export function withoutUserinfo(text: string): string {
  return text
    .replace(USERINFO, '//****@')
    .replace(BROKEN_USERINFO, (found) => (found.endsWith('@') ? '//****@' : '//****'));
}

/**
 * JSON in printable ASCII: whatever could fool a terminal, a reviewer or a CI runner is a `\uXXXX` escape, so that the values
 * stay exactly what they were. `indent` is in spaces; without it the result is one line.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent)
    .replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(RUNNER_COMMAND, '#\\u0023');
}

/** `a`, `a and b`, `a, b, and c`: what `Intl.ListFormat` makes of a list, which takes 20 ms to load for that. */
export function listInWords(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const [last = '', ...others] = items.toReversed();
  if (others.length < 2) return items.join(` ${word} `);
  return `${others.toReversed().join(', ')}, ${word} ${last}`;
}
