import { inputError, type ProvpinError } from '../errors.ts';
import type { Entry } from '../model.ts';
import { printable } from '../printable.ts';
import type { FileLine, ProvenanceFile } from './contract.ts';
import { contentOf } from './entry-order.ts';
import { parseLine } from './parse-line.ts';

const BYTE_ORDER_MARK = '\uFEFF';
const MAX_LINES = 100_000;

/**
 * Parses a provenance file (docs/provenance-file.md). Every character of the text is kept: `formatProvenanceFile` gives it back.
 *
 * @param text hostile
 * @param source what errors and findings call the file
 * @throws ProvpinError, exit code 2, that names source and line, for the first line that is not valid
 */
export function parseProvenanceFile(text: string, source: string): ProvenanceFile {
  const byteOrderMark = text.startsWith(BYTE_ORDER_MARK);
  const lines = splitLines(byteOrderMark ? text.slice(1) : text).map(({ content, ending }, index) =>
    readLine(content, ending, index + 1, source),
  );
  refuseDuplicates(lines, source);
  return { source, byteOrderMark, lines, entries: lines.flatMap(({ entry }) => entry ?? []) };
}

/** A file of no lines: what a missing file is read as. */
export function emptyProvenanceFile(source: string): ProvenanceFile {
  return { source, byteOrderMark: false, lines: [], entries: [] };
}

/** An error about one line: `FILE:LINE: what is wrong`. */
export function lineError(
  source: string,
  line: number,
  problem: string,
  hints: readonly string[] = [],
): ProvpinError {
  return inputError('provenance-file', `\`${printable(source)}:${line}\`: ${problem}`, hints);
}

function splitLines(text: string): { readonly content: string; readonly ending: FileLine['ending'] }[] {
  return [...text.matchAll(/([^\n]*?)(\r?\n|$)/g)]
    .filter(([whole]) => whole !== '')
    .map(([, content = '', ending = '']) => ({
      content,
      ending: ending === '\r\n' || ending === '\n' ? ending : '',
    }));
}

function readLine(text: string, ending: FileLine['ending'], line: number, source: string): FileLine {
  if (line > MAX_LINES) throw lineError(source, line, `the file has more than ${MAX_LINES} lines`);
  const parsed = parseLine(text);
  if ('problem' in parsed) {
    throw lineError(source, line, parsed.problem, parsed.hint === undefined ? [] : [parsed.hint]);
  }
  return { text, ending, ...(parsed.entry === undefined ? {} : { entry: { ...parsed.entry, line } }) };
}

function refuseDuplicates(lines: readonly FileLine[], source: string): void {
  const first = new Map<string, Entry>();
  for (const { entry } of lines) {
    if (entry === undefined) continue;
    const content = contentOf(entry);
    const earlier = first.get(content);
    if (earlier !== undefined) {
      throw lineError(source, entry.line ?? 0, `this says the same as line ${earlier.line}`, [
        'delete one of the two',
      ]);
    }
    first.set(content, entry);
  }
}
