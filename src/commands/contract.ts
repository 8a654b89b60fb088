import type { ProvpinError } from '../errors.ts';
import type { Progress } from '../progress.ts';
import type { Settings } from './settings.ts';

/** What the process gives a command; nothing else of the process is reached for. */
export interface CommandContext {
  readonly settings: Settings;
  readonly env: NodeJS.ProcessEnv;
  readonly now: Date;
  /** Text for stderr that is fit for a terminal as it stands; a progress line is out of its way. */
  readonly stderr: (text: string) => void;
  /** One line that the user should read, escaped and marked as a warning. */
  readonly warn: (line: string) => void;
  readonly progress: Progress;
  /** Whether stdout gets colours. */
  readonly color: boolean;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
}

/** What a command returns; the cli prints `output` on stdout, `problems` on stderr, and exits with `exitCode`. */
export interface CommandResult {
  readonly exitCode: 0 | 1 | 3;
  readonly output: string;
  /** What went wrong beside a verdict that stands (a report file that cannot be written). */
  readonly problems?: readonly ProvpinError[];
}

/** A command. Adding one: a file that exports a Command, and a line in `index.ts`. */
export interface Command {
  /** As it is typed; empty for the default command. */
  readonly name: string;
  /** Lines of usage for the help texts: that of the program, and its own. */
  readonly usage: readonly string[];
  /** Names of the options that it takes (`options.ts`), beside `help` and `version`; in the order of its help text. */
  readonly options: readonly string[];
  /** What its one argument can be, where that is not for pip; for a shell to complete. */
  readonly choices?: readonly string[];
  /** What its `--format` takes, the default first; without it, the formats of a report. */
  readonly formats?: readonly string[];
  /** Whether what follows `--` is a program to run, and not more arguments for pip. */
  readonly runsProgram?: true;
  readonly run: (context: CommandContext) => Promise<CommandResult>;
}
