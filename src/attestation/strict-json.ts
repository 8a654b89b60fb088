import { messageOf } from '../errors.ts';
import { exact, quoted } from '../printable.ts';
import { invalid } from './failure.ts';

/** Far above what PEP 740 objects, in-toto statements and Rekor entries need. */
const MAX_DEPTH = 64;

/**
 * Parses JSON that two readers cannot understand in two ways: what `JSON.parse` accepts, minus objects that name a member
 * twice (RFC 8259 section 4 leaves their meaning open, and `JSON.parse` keeps the last), minus nesting deeper than 64, and
 * only as valid UTF-8 without a byte order mark. Linear in the length.
 *
 * @param bytes the encoded text
 * @param what what errors call it
 * @throws AttestationFailure, invalid
 */
export function parseStrictJson(bytes: Uint8Array, what: string): unknown {
  const text = decodeUtf8(bytes, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`${what} is not JSON: ${exact(messageOf(error), 200)}`);
  }
  checkStructure(text, what);
  return value;
}

function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid(`${what} is not UTF-8`);
  }
}

/**
 * Walks text that is known to be JSON, so only strings and brackets matter: within an object, the string after `{` or `,`
 * is a member name.
 */
function checkStructure(text: string, what: string): void {
  // One element an open bracket: the member names seen so far, or undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  let nameIsNext = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '{':
      case '[':
        nameIsNext = text[at] === '{';
        open.push(nameIsNext ? new Set() : undefined);
        if (open.length > MAX_DEPTH) throw invalid(`${what} is nested deeper than ${MAX_DEPTH} levels`);
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        nameIsNext = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = closingQuote(text, at);
        if (nameIsNext) addName(open.at(-1), text.slice(at, end + 1), what);
        nameIsNext = false;
        at = end;
        break;
      }
      default:
    }
  }
}

function addName(names: Set<string> | undefined, literal: string, what: string): void {
  // Compared unescaped: "a" and "\u0061" are one name.
  const name = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1);
  if (names?.has(name) === true) throw invalid(`${what} has the member ${quoted(name, 100)} twice`);
  names?.add(name);
}

/** The first quote after the opening one that is not escaped: with an even number of backslashes before it. */
function closingQuote(text: string, opening: number): number {
  for (let at = text.indexOf('"', opening + 1); ; at = text.indexOf('"', at + 1)) {
    let start = at;
    while (text[start - 1] === '\\') start -= 1;
    if ((at - start) % 2 === 0) return at;
  }
}
