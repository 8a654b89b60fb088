import type { Lock } from '../model.ts';

/** A lock format. Adding one: a file that exports a LockReader, and a line in `index.ts`. */
export interface LockReader {
  /** Stable id, e.g. `pylock`; a heading of docs/lock-formats.md. */
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  /** Whether this format is to read a file of that base name. */
  readonly accepts: (basename: string) => boolean;
  /**
   * Reads a whole lock.
   *
   * @param text the file's content
   * @param source what errors call it: a path, or `pip lock`
   * @throws ProvpinError, exit code 2, that names source, line and key
   */
  readonly read: (text: string, source: string) => Lock;
}
