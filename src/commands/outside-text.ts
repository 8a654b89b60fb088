import { printable } from '../printable.ts';

/** Another program's output on its way to our stderr. */
export interface OutsideText {
  readonly push: (chunk: Uint8Array) => void;
  /** Writes what is left of the last line. */
  readonly end: () => void;
}

/** What the next character decides: whether a workflow command begins (`::`), behind white space at most. */
const UNDECIDED_START = /^\s*:$/;
/** Whether a runner is commanded (`##[`, `##vso[`), or the line ends (`\r\n`). */
const UNDECIDED_END = /(?:##?[a-z]{0,64}|\r)$/i;

/**
 * Lets another program's output through to a terminal or a build log as it comes (it may be a question that waits for an
 * answer), without what could command either: escape sequences, and the workflow commands of CI runners, which are found
 * behind leading white space too. What is written does not depend on how the output was cut into chunks.
 *
 * @param write takes text that is fit to print
 */
export function createOutsideText(write: (text: string) => void): OutsideText {
  const decoder = new TextDecoder();
  let pending = '';
  let isLineStart = true; // or only white space since then
  let isInLine = false;
  const show = (text: string): void => {
    const shown = isLineStart ? withoutWorkflowCommand(harmless(text)) : harmless(text);
    if (shown !== '') write(shown);
    isLineStart &&= shown.trim() === '';
  };
  const endLine = (text: string): void => {
    show(text.replace(/\r$/, ''));
    write('\n');
    isLineStart = true;
  };
  const take = (text: string): void => {
    const lines = (pending + text).split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) endLine(line);
    const decided = decidedLength(last, isLineStart);
    show(last.slice(0, decided));
    pending = last.slice(decided);
    isInLine = last !== '' || (isInLine && lines.length === 0);
  };
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (isInLine) endLine(pending);
    },
  };
}

function decidedLength(text: string, isLineStart: boolean): number {
  if (isLineStart && UNDECIDED_START.test(text)) return 0;
  return text.length - (UNDECIDED_END.exec(text)?.[0].length ?? 0);
}

function withoutWorkflowCommand(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1\\u{3a}');
}

function harmless(text: string): string {
  return text
    .split('\t')
    .map((part) => printable(part, Infinity))
    .join('\t');
}
