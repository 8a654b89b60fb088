/**
 * `pip lock -o -` writes its progress to the same stdout as the lock, which comes last. This tells the two apart while the
 * output comes in.
 */

export interface LockSplitter {
  /** Takes the next bytes of the output. */
  readonly push: (chunk: Uint8Array) => void;
  /** Ends the output. Returns the lock, or undefined when there was none. */
  readonly end: () => Uint8Array | undefined;
}

const ESCAPE = '\u001b';
const FIRST_KEY = 'lock-version = ';
/** Colours and cursor movements (ECMA-48 CSI): with FORCE_COLOR, the end of a progress bar is in front of the lock. */
const LEADING_ESCAPES = new RegExp(`^(?:${ESCAPE}\\[[0-9;?]*[A-Za-z])*`);
const UNFINISHED_ESCAPE = new RegExp(`^${ESCAPE}(?:\\[[0-9;?]*)?$`);
/** Two words are never the beginning of a TOML line, but of what pip says last under `-vv`. */
const NOT_TOML = /^ *[A-Za-z][A-Za-z-]* [A-Za-z]/;
const LONGEST_START = 200;

/**
 * The lock begins with the last line that begins with `lock-version = `, because a build may print such a line, but nothing
 * that pip prints comes after its own. It ends before the lines at the end that are not TOML.
 *
 * @param forward gets everything else, at once where it cannot be the beginning of a lock, so that a question is seen
 */
export function createLockSplitter(forward: (chunk: Uint8Array) => void): LockSplitter {
  let start = ''; // of a line of which more must be known
  let atLineStart = true;
  let held: string[] | undefined;

  function take(piece: string): void {
    const escapes = LEADING_ESCAPES.exec(piece)?.[0] ?? '';
    if (atLineStart && piece.startsWith(FIRST_KEY, escapes.length)) {
      release();
      forward(bytes(escapes));
      held = [piece.slice(escapes.length)];
    } else if (held === undefined) {
      forward(bytes(piece));
    } else {
      held.push(piece);
    }
    atLineStart = /[\r\n]$/.test(piece);
  }

  function release(): void {
    if (held !== undefined) forward(bytes(held.join('')));
    held = undefined;
  }

  return {
    push(chunk) {
      const pieces = (start + Buffer.from(chunk).toString('latin1')).split(/(?<=[\r\n])/);
      start = '';
      for (const piece of pieces) {
        // Only the last piece can be a line that is not complete.
        if (atLineStart && mayBecomeFirstLine(piece)) start = piece;
        else take(piece);
      }
    },
    end() {
      if (start !== '') take(start);
      if (held === undefined) return undefined;
      const text = held.join('');
      const end = endOfToml(text);
      forward(bytes(text.slice(end)));
      return bytes(text.slice(0, end));
    },
  };
}

function mayBecomeFirstLine(piece: string): boolean {
  if (piece.length > LONGEST_START) return false;
  const rest = piece.replace(LEADING_ESCAPES, '');
  return (rest !== FIRST_KEY && FIRST_KEY.startsWith(rest)) || UNFINISHED_ESCAPE.test(rest);
}

function endOfToml(text: string): number {
  let end = text.length;
  for (;;) {
    const lineStart = text.lastIndexOf('\n', end - 2) + 1;
    if (lineStart === 0 || !NOT_TOML.test(text.slice(lineStart, end))) return end;
    end = lineStart;
  }
}

/** Text here is latin1: one character for each byte, so that no chunk can split one. */
function bytes(latin1: string): Uint8Array {
  return Buffer.from(latin1, 'latin1');
}
