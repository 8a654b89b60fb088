/**
 * Text from outside, made fit for a terminal, a log, or an error message.
 */

// C0 and C1 controls, and the code points that change what a reader sees: bidirectional controls, zero-width and other
// format characters (general category Cf), line and paragraph separators, unassigned, private and lone surrogates.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;

// `##[error]` is a command to a GitHub runner, and `##vso[…]` to an Azure agent, anywhere in a line that a build prints
// (actions/runner, ActionCommand.TryParse). `::error::` is one only at the start of a line, which no outside text is given.
const RUNNER_COMMAND = /##(?=[a-z]*\[)/gi;

/**
 * Escapes everything that could move a cursor, colour, reorder or hide text, start a new line, or command a CI runner, as
 * `\u{…}`, and cuts what is longer than `limit` characters.
 */
export function printable(text: string, limit = 2_000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut
    .replace(UNPRINTABLE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(RUNNER_COMMAND, '#\\u{23}');
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
