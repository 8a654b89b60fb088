import { exact, printable } from '../printable.ts';

// Words that no renderer makes anything of: no address, mention, emphasis, entity, markup or item of a list.
const PLAIN_WORD = /^(?!\d+[.)]$)[("]?[A-Za-z0-9]+(?:['.-][A-Za-z0-9]+)*[)".,;:?]*$/;
// What stands around a word in a sentence, and is no part of it.
const SURROUNDED = /^(?:(\()([^()]*)(\)?[.,;:?]*)|()(.*?)([.,;:?]*))$/s;
// What GitHub and GitLab link all the same: web addresses without a scheme, commits, and issues (`GH-1`, `JIRA-1`).
const LINKED_WORD = /\bwww\.|\b[0-9a-f]{7,}\b|[a-z]-\d/i;

/**
 * Outside text as a code span of GitHub Flavored Markdown, in which nothing is a link, an image, a mention or markup; also in the
 * cell of a table. Empty text stays empty.
 *
 * https://github.github.com/gfm/#code-spans, https://github.github.com/gfm/#tables-extension-
 */
export function code(text: string): string {
  return codeSpan(exact(text));
}

/**
 * A sentence of ours with outside text in it: what stands in backticks becomes a code span, and so does every word of which a
 * renderer could make more than a word.
 */
export function prose(text: string): string {
  const tokens = printable(text).match(/`[^`]*`|[^\s`]+|\s+|`/g) ?? [];
  return tokens.map(token).reduce(
    // Two runs of backticks in a row would be one, and end nothing.
    (before, after) => before + (before.endsWith('`') && after.startsWith('`') ? ' ' : '') + after,
    '',
  );
}

function token(text: string): string {
  const quoted = /^`([^`]*)`$/.exec(text)?.[1];
  if (quoted !== undefined) return codeSpan(quoted);
  if (text.trim() === '' || isPlain(text)) return text;
  const parts =
    SURROUNDED.exec(text)
      ?.slice(1)
      .filter((part) => part !== undefined) ?? [];
  const [before = '', word = '', after = ''] = parts;
  return word === '' ? codeSpan(text) : before + codeSpan(word) + after;
}

function isPlain(word: string): boolean {
  return /^(?:\(|[).,;:?]+)$/.test(word) || (PLAIN_WORD.test(word) && !LINKED_WORD.test(word));
}

/**
 * A delimiter that the text does not have, and a blank where the text itself begins or ends with a backtick or a blank. A table takes
 * a `|` for the end of a cell, escaped by a backslash or not, depending on the renderer: it is spelled as what cannot be printed is.
 */
function codeSpan(text: string): string {
  if (text === '') return '';
  const runs = text.match(/`+/g) ?? [];
  const delimiter = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const padding = /^[ `]|[ `]$/.test(text) && text.trim() !== '' ? ' ' : '';
  return `${delimiter}${padding}${text.replaceAll('|', '\\u{7c}')}${padding}${delimiter}`;
}
