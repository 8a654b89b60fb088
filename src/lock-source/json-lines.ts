/**
 * Where the members and elements of a JSON document are, and which of its members are there twice. `JSON.parse` tells neither.
 */

/** A member or an element, where it begins. */
export interface JsonPlace {
  /** As for TOML: `default.requests.hashes[0]`; a name that is not bare is quoted as in JSON. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  /** Levels of brackets around it. */
  readonly depth: number;
  /** Whether the object has had a member of that name before. */
  readonly isRepeated: boolean;
}

interface Scan {
  readonly text: string;
  at: number;
  line: number;
}

/** Longer paths are of no format that we read; building them would be quadratic in a hostile document. */
const MAX_PATH = 500;

/** Walks a document that `JSON.parse` has taken already. A place comes before what is in it, so that a walk can be given up. */
export function* jsonPlaces(text: string): Generator<JsonPlace> {
  yield* readValue({ text, at: 0, line: 1 }, '', 1);
}

function* readValue(scan: Scan, path: string, depth: number): Generator<JsonPlace> {
  skipBlank(scan);
  const first = scan.text[scan.at];
  if (first === '{') yield* readObject(scan, path, depth);
  else if (first === '[') yield* readArray(scan, path, depth);
  else if (first === '"') readString(scan);
  else while (scan.at < scan.text.length && !',]} \t\r\n'.includes(scan.text.charAt(scan.at))) scan.at += 1;
}

function* readObject(scan: Scan, path: string, depth: number): Generator<JsonPlace> {
  const names = new Set<string>();
  scan.at += 1;
  while (!closes(scan, '}')) {
    const name = readString(scan);
    const member = childPath(path, name);
    yield { path: member, line: scan.line, depth, isRepeated: names.has(name) };
    names.add(name);
    skipBlank(scan);
    scan.at += 1; // the colon
    yield* readValue(scan, member, depth + 1);
  }
}

function* readArray(scan: Scan, path: string, depth: number): Generator<JsonPlace> {
  scan.at += 1;
  for (let index = 0; !closes(scan, ']'); index += 1) {
    const element = path.length > MAX_PATH ? path : `${path}[${index}]`;
    yield { path: element, line: scan.line, depth, isRepeated: false };
    yield* readValue(scan, element, depth + 1);
  }
}

/** Goes on to the next member or element, or past the bracket behind the last one. */
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

function skipBlank(scan: Scan): void {
  for (; scan.at < scan.text.length; scan.at += 1) {
    const c = scan.text.charAt(scan.at);
    if (c === '\n') scan.line += 1;
    else if (!' \t\r'.includes(c)) return;
  }
}

/** The parser itself says what its escapes mean. */
function readString(scan: Scan): string {
  const start = scan.at;
  scan.at += 1;
  while (scan.at < scan.text.length && scan.text[scan.at] !== '"')
    scan.at += scan.text[scan.at] === '\\' ? 2 : 1;
  scan.at += 1;
  return String(JSON.parse(scan.text.slice(start, scan.at)));
}

/** The 1-based lines of the paths that are wanted, the first of each. */
export function jsonLines(text: string, keep: (path: string) => boolean): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const { path, line } of jsonPlaces(text)) if (keep(path) && !lines.has(path)) lines.set(path, line);
  return lines;
}

function childPath(path: string, name: string): string {
  if (path.length > MAX_PATH || name.length > MAX_PATH) return path;
  const printed = /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name);
  return path === '' ? printed : `${path}.${printed}`;
}
