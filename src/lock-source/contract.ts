import type { Lock } from '../model.ts';
import type { InstallPlan, PlanOptions } from './install-plan.ts';

/** A lock format. Adding one: a file that exports a LockReader, and a line in `index.ts`. */
export interface LockReader {
  /** Stable id, e.g. `pylock`; a heading of docs/lock-formats.md. */
  readonly id: string;
  /** One line for help texts. */
  readonly summary: string;
  /** Whether this format is to read a file of that base name. */
  readonly accepts: (basename: string) => boolean;
  /** Set where files of such names need not be locks at all. */
  readonly mayBeOther?: true;
  /** Whether a file of another name looks like one of this format. It is read strictly all the same. */
  readonly recognises: (text: string) => boolean;
  /**
   * Reads a whole lock.
   *
   * @param text the file's content
   * @param source what errors call it: a path, or `pip lock`
   * @param only groups and extras: then packages that only others need are left out, and named in `leftOut`. What is not known
   *   to be needed by others alone stays
   * @throws ProvpinError, exit code 2, that names source, line and key, or a group that the lock does not have
   */
  readonly read: (text: string, source: string, only?: readonly string[]) => Lock;
  /**
   * What an environment gets of a lock; absent where pip reads the format itself.
   *
   * @param text that `read` has read
   * @throws ProvpinError, exit code 2, for a lock that does not say it
   */
  readonly plan?: (text: string, source: string, options: PlanOptions) => InstallPlan;
}
