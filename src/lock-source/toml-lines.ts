/**
 * Where the tables and keys of a TOML document are. The TOML parser gives values without their places, and an error that
 * names no line is of little use in a lock of ten thousand.
 */
import { parse } from 'smol-toml';

/** Longer paths are of no format that we read; building them would be quadratic in a hostile document. */
const MAX_PATH = 200;

interface Scan {
  readonly text: string;
  readonly keep: (path: string) => boolean;
  readonly lines: Map<string, number>;
  /** How many elements each array of tables has so far. */
  readonly lengths: Map<string, number>;
  at: number;
  /** The number of the line that ends here, up to which lines are counted. */
  line: number;
  lineEnd: number;
}

/**
 * The lines of the tables and keys of a document that `smol-toml` has taken already, with a limit to its depth. There are no
 * regular expressions here, because strings of many megabytes are well-formed too.
 *
 * @param keep which paths are wanted, e.g. `packages[3].wheels[0].hashes`; a key that is not bare is quoted as in JSON
 * @returns path to 1-based line
 */
export function tomlLines(text: string, keep: (path: string) => boolean): ReadonlyMap<string, number> {
  const scan: Scan = {
    text,
    keep,
    lines: new Map(),
    lengths: new Map(),
    at: 0,
    line: 1,
    lineEnd: endOfLine(text, 0),
  };
  let table = '';
  if (text.startsWith('\ufeff')) scan.at = 1;
  for (skipBlank(scan); scan.at < text.length; skipBlank(scan)) {
    if (text[scan.at] === '[') table = readHeader(scan);
    else readKeyValue(scan, table);
  }
  return scan.lines;
}

/** `[a.b]` or `[[a.b]]`; returns the path of the table that it opens. */
function readHeader(scan: Scan): string {
  const start = scan.at;
  const brackets = scan.text.startsWith('[[', start) ? 2 : 1;
  scan.at += brackets;
  const keys = readKey(scan);
  scan.at += brackets;
  const path = keys.reduce((parent, key, depth) => {
    if (parent.length > MAX_PATH) return parent;
    const array = child(parent, key);
    const length = scan.lengths.get(array) ?? 0;
    if (brackets === 1 || depth < keys.length - 1) return length === 0 ? array : `${array}[${length - 1}]`;
    scan.lengths.set(array, length + 1);
    return `${array}[${length}]`;
  }, '');
  note(scan, path, start);
  return path;
}

function readKeyValue(scan: Scan, table: string): void {
  const start = scan.at;
  const path = readKey(scan).reduce((parent, key) => {
    if (parent.length > MAX_PATH) return parent;
    const inner = child(parent, key);
    note(scan, inner, start);
    return inner;
  }, table);
  scan.at += 1; // the equals sign
  skipBlank(scan);
  readValue(scan, path);
}

function readValue(scan: Scan, path: string): void {
  const first = scan.text[scan.at];
  if (first === '[') readArray(scan, path);
  else if (first === '{') readInlineTable(scan, path);
  else if (first === '"' || first === "'") skipString(scan, first);
  else skipScalar(scan);
}

/** At least one character, so that what is not TOML after all could not stop us here for ever. */
function skipScalar(scan: Scan): void {
  scan.at += 1;
  skipWhile(scan, (c) => !',]}#\r\n'.includes(c));
}

function readArray(scan: Scan, path: string): void {
  scan.at += 1;
  for (let index = 0; !closes(scan, ']'); index += 1) {
    const element = path.length > MAX_PATH ? path : `${path}[${index}]`;
    note(scan, element, scan.at);
    readValue(scan, element);
  }
}

function readInlineTable(scan: Scan, path: string): void {
  scan.at += 1;
  while (!closes(scan, '}')) readKeyValue(scan, path);
}

/** Goes on to the next element, or past the bracket behind the last one. */
function closes(scan: Scan, bracket: ']' | '}'): boolean {
  skipBlank(scan);
  if (scan.text[scan.at] === ',') {
    scan.at += 1;
    skipBlank(scan);
  }
  const closed = scan.at >= scan.text.length || scan.text[scan.at] === bracket;
  if (closed) scan.at += 1;
  return closed;
}

/** `a . "b" . 'c'`, up to the equals sign or bracket behind it. */
function readKey(scan: Scan): string[] {
  const keys: string[] = [];
  do {
    skipWhile(scan, (c) => c === ' ' || c === '\t' || c === '.');
    const start = scan.at;
    const first = scan.text[start];
    if (first === '"' || first === "'") {
      skipString(scan, first);
      keys.push(unquoted(scan.text.slice(start, scan.at)));
    } else {
      skipWhile(scan, (c) => !' \t.=]\r\n'.includes(c));
      keys.push(scan.text.slice(start, scan.at));
    }
    skipWhile(scan, (c) => c === ' ' || c === '\t');
  } while (scan.text[scan.at] === '.');
  return keys;
}

/** The parser itself says what a quoted key means. */
function unquoted(key: string): string {
  return Object.keys(parse(`${key} = 0`))[0] ?? '';
}

function skipString(scan: Scan, quote: '"' | "'"): void {
  const triple = quote.repeat(3);
  const isMultiline = scan.text.startsWith(triple, scan.at);
  const delimiter = isMultiline ? triple : quote;
  const end = endOfString(scan.text, scan.at + delimiter.length, delimiter);
  scan.at = end + delimiter.length;
  // `` and `"` end with one and two quotes that are the string's own.
  if (isMultiline) skipWhile(scan, (c) => c === quote);
}

/** Where the delimiter is that ends a string. Only basic strings have escapes. */
function endOfString(text: string, from: number, delimiter: string): number {
  const mayEscape = delimiter.startsWith('"');
  for (let end = text.indexOf(delimiter, from); end !== -1; end = text.indexOf(delimiter, end + 1)) {
    if (!mayEscape || !isEscaped(text, end)) return end;
  }
  return text.length;
}

function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}

function skipBlank(scan: Scan): void {
  skipWhile(scan, (c) => ' \t\r\n'.includes(c));
  while (scan.text[scan.at] === '#') {
    const end = scan.text.indexOf('\n', scan.at);
    scan.at = end === -1 ? scan.text.length : end;
    skipWhile(scan, (c) => ' \t\r\n'.includes(c));
  }
}

function skipWhile(scan: Scan, matches: (character: string) => boolean): void {
  while (scan.at < scan.text.length && matches(scan.text.charAt(scan.at))) scan.at += 1;
}

function note(scan: Scan, path: string, at: number): void {
  if (path.length > MAX_PATH || scan.lines.has(path) || !scan.keep(path)) return;
  while (scan.lineEnd < at) {
    scan.line += 1;
    scan.lineEnd = endOfLine(scan.text, scan.lineEnd + 1);
  }
  scan.lines.set(path, scan.line);
}

/** Looked for once a line: one of megabytes may have all there is. */
function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function child(path: string, key: string): string {
  const printed = /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
  return path === '' ? printed : `${path}.${printed}`;
}
