/**
 * The lines of a requirements file, joined and without comments, as pip's `req_file.py` makes them. Wherever pip and uv could
 * understand a file in two ways, or a reader could see another file than they, it is refused.
 */
import { inputError, type ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';
import { placeOf } from './table.ts';

/** What stands on one line, or on several that backslashes join. */
export interface Statement {
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** The line of what is at that offset of the text. */
  readonly lineAt: (offset: number) => number;
}

/**
 * Tabs aside. Several of them end a line for pip, and not for uv and editors; and a lone carriage return ends one for pip, but
 * not where it looks for an encoding.
 */
const CONTROLS = /[^\P{Cc}\t]|[\p{Zl}\p{Zp}]/u;
/** PEP 263: pip decodes the whole file by what such a comment says, and may see other requirements in it. */
const ENCODING = /^#.*?coding[:=][ \t]*([-\w.]+)/;
const COMMENT = /^[ \t]*#/;

/**
 * @param source what errors call it
 * @throws ProvpinError, exit code 2, that names source and line
 */
export function requirementsLines(text: string, source: string): readonly Statement[] {
  const lines = text.split(/\r?\n/);
  checkEncoding(lines, source);
  const statements: Statement[] = [];
  let open: Piece[] = [];
  for (const [index, content] of lines.entries()) {
    const line = index + 1;
    const isComment = COMMENT.test(content);
    const isContinued = content.endsWith('\\') && !isComment;
    checkLine(content, isContinued, isComment, source, line);
    open.push({ text: isContinued ? content.slice(0, -1) : isComment ? ` ${content}` : content, line });
    if (isContinued && line < lines.length) continue;
    statements.push(join(open));
    open = [];
  }
  return statements.flatMap((statement) => withoutComment(statement, source));
}

/** An error about a line. */
export function lineError(
  source: string,
  line: number,
  problem: string,
  hints?: readonly string[],
): ProvpinError {
  return inputError('lock-line', `${placeOf(source, line)}: ${problem}`, hints);
}

interface Piece {
  readonly text: string;
  readonly line: number;
}

function checkEncoding(lines: readonly string[], source: string): void {
  for (const [index, line] of lines.slice(0, 2).entries()) {
    const encoding = ENCODING.exec(line)?.[1];
    if (encoding !== undefined && !/^utf-?8$/i.test(encoding)) {
      const name = printable(encoding, 100);
      throw lineError(
        source,
        index + 1,
        `pip would read the file as \`${name}\`, and it can only be read as UTF-8`,
      );
    }
  }
}

function checkLine(
  content: string,
  isContinued: boolean,
  isComment: boolean,
  source: string,
  line: number,
): void {
  if (CONTROLS.test(content)) throw lineError(source, line, 'has a control character');
  if (isComment) return;
  if (isContinued && /[ \t]#/.test(content)) {
    throw lineError(source, line, 'a comment ends with a backslash, which joins the next line to it or not');
  }
  if ((isContinued ? content.slice(0, -1) : content.replace(/(?:^|[ \t])#.*$/, '')).includes('\\')) {
    throw lineError(source, line, 'has a backslash that is not at its end');
  }
}

function join(pieces: readonly Piece[]): Statement {
  const starts: { readonly at: number; readonly line: number }[] = [];
  let text = '';
  for (const piece of pieces) {
    starts.push({ at: text.length, line: piece.line });
    text += piece.text;
  }
  const line = starts[0]?.line ?? 1;
  return { text, line, lineAt: (offset) => lastUpTo(starts, offset)?.line ?? line };
}

/** Of places in their order. Going through all of them for each of as many hashes takes quadratic time. */
function lastUpTo<T extends { readonly at: number }>(starts: readonly T[], offset: number): T | undefined {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle]?.at ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return starts[low - 1];
}

/** Requirements are ASCII; what looks like a blank and is none must not hide where a comment begins. */
function withoutComment(statement: Statement, source: string): Statement[] {
  const text = statement.text.replace(/(?:^|[ \t])#.*$/s, '').trimEnd();
  if (text.trim() === '') return [];
  if (/[^\t -~]/.test(text)) {
    throw lineError(source, statement.line, 'has a character that is not ASCII');
  }
  return [{ ...statement, text }];
}
