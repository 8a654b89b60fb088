import { printable } from '../printable.ts';

/** Another program's output on its way to our stderr. */
export interface OutsideText {
  readonly push: (chunk: Uint8Array) => void;
  /** Writes what is left of the last line. */
  readonly end: () => void;
}

/** What the next character decides: whether it begins a workflow command (`::`), or commands a runner (`##`). */
const UNDECIDED = /^\s*:?$|#$/;

/**
 * Lets another program's output through to a terminal or a build log as it comes (it may be a question that waits for an
 * answer), without what could command either: escape sequences, and the workflow commands of CI runners, which are found
 * behind leading white space too.
 *
 * @param write takes text that is fit to print
 */
export function createOutsideText(write: (text: string) => void): OutsideText {
  const decoder = new TextDecoder();
  let line = '';
  let shown = 0;
  const show = (ending: string): void => {
    const text = harmless(line).slice(shown) + ending;
    if (text !== '') write(text);
    shown += text.length;
  };
  const take = (text: string): void => {
    const [first = '', ...others] = text.split('\n');
    line += first;
    for (const other of others) {
      show('\n');
      line = other;
      shown = 0;
    }
    if (!UNDECIDED.test(line)) show('');
  };
  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (line !== '') show('\n');
      line = '';
      shown = 0;
    },
  };
}

function harmless(line: string): string {
  const shown = line
    .replace(/\r$/, '')
    .split('\t')
    .map((part) => printable(part, Infinity));
  return shown.join('\t').replace(/^(\s*):(?=:)/, '$1\\u{3a}');
}
