import { printable } from './printable.ts';

/** A line that is written over and over; whoever writes anything else to the stream calls `clear` first. */
export interface Progress {
  /** @param label what was just done; outside text is escaped */
  readonly update: (done: number, total: number, label: string) => void;
  /** Takes the line away; the next `update` brings it back. */
  readonly clear: () => void;
  /** Takes the line away for good. */
  readonly done: () => void;
}

export interface ProgressOptions {
  readonly stream: { readonly write: (text: string) => unknown; readonly columns?: number | undefined };
  /** Anything but a terminal gets nothing at all. */
  readonly isTerminal: boolean;
  readonly color: boolean;
}

const BAR_WIDTH = 20;
const DEFAULT_COLUMNS = 80;

/** To the start of the line, and what stands on it erased (ECMA-48: CR, EL). */
const ERASE = '\r\u001B[K';

/** A progress line without a timer: it changes when there is something to say. */
export function createProgress({ stream, isTerminal, color }: ProgressOptions): Progress {
  let shown = false;
  let finished = !isTerminal;
  const clear = (): void => {
    if (shown) stream.write(ERASE);
    shown = false;
  };
  return {
    update: (done, total, label) => {
      if (finished || total <= 0) return;
      // One column stays free: a line that wraps cannot be taken away. A terminal without a size says that it has none.
      const line = progressLine(done, total, label).slice(0, (stream.columns || DEFAULT_COLUMNS) - 1);
      stream.write(ERASE + (color ? `\u001B[2m${line}\u001B[0m` : line));
      shown = true;
    },
    clear,
    done: () => {
      clear();
      finished = true;
    },
  };
}

function progressLine(done: number, total: number, label: string): string {
  const filled = Math.min(BAR_WIDTH, Math.floor((BAR_WIDTH * done) / total));
  const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
  return `[${bar}] ${done}/${total} ${asciiOf(label)}`;
}

/** One column a character, so that the line's width is known. */
function asciiOf(label: string): string {
  return printable(label).replace(/[^ -~]/gu, '?');
}

/** Whether a progress line is welcome on a stream: a terminal that can erase, and nobody's build log. */
export function showsProgress(
  stream: { readonly isTTY?: boolean | undefined },
  env: NodeJS.ProcessEnv,
): boolean {
  return stream.isTTY === true && env['TERM'] !== 'dumb' && (env['CI'] ?? '') === '';
}
