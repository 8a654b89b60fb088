import { setMaxListeners } from 'node:events';
import type { CommandContext, CommandResult } from './commands/contract.ts';
import type { Settings } from './commands/settings.ts';
import { incompleteError, messageOf, ProvpinError } from './errors.ts';
import { printable, withoutUserinfo } from './printable.ts';
import { createProgress, showsProgress } from './progress.ts';
import { VERSION } from './version.ts';

/** The process, as far as a run touches it; tests give their own. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: (text: string) => Promise<void>;
  readonly stderr: (text: string) => void;
  readonly stdoutIsTerminal: boolean;
  /** Whether stderr is a terminal on which a progress line is welcome. */
  readonly showsProgress: boolean;
}

/**
 * Runs a command line, prints its output, and resolves to the exit code (docs/exit-codes.md). The only place that prints,
 * and the only one that catches everything.
 */
export async function run(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const interrupt = new AbortController();
  setMaxListeners(0, interrupt.signal);
  const stop = listenForSignals(interrupt);
  try {
    const { output, exitCode, problems = [] } = await dispatch(argv, terminal, interrupt.signal);
    const lost = await print(output, terminal);
    for (const problem of [...lost, ...problems]) terminal.stderr(describeError(problem));
    return exitCode === 0 && lost.length > 0 ? 3 : exitCode;
  } catch (error) {
    const interrupted = signalExitCode(interrupt.signal);
    if (interrupted !== undefined) return interrupted;
    terminal.stderr(describeError(error));
    return error instanceof ProvpinError ? error.exitCode : 3;
  } finally {
    stop();
  }
}

/** A report that did not arrive must not look like one that did. */
async function print(output: string, terminal: Terminal): Promise<readonly ProvpinError[]> {
  try {
    await terminal.stdout(output);
    return [];
  } catch (error) {
    return [incompleteError('output', `stdout cannot be written: ${messageOf(error)}`, [], error)];
  }
}

async function dispatch(
  argv: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CommandResult> {
  // What is asked for most often, by other programs, is answered before anything is loaded.
  if (argv.length === 1 && argv[0] === '--version') return versionResult();
  const { parseCommandLine, helpText } = await import('./commands/command-line.ts');
  const asked = parseCommandLine(argv, terminal.env);
  switch (asked.kind) {
    case 'version':
      return versionResult();
    case 'help':
      return { output: await helpText(asked.command), exitCode: 0 };
    case 'command':
      keepHeapSmall();
      return await asked.command.run(createContext(asked.settings, terminal, signal));
  }
}

/**
 * What a run allocates is soon garbage, and V8 would rather double the room for it, up to a hundred megabytes, than collect it
 * now and then; in as much time, as it turns out (docs/performance.md). So the room for what is new stays as it is once the
 * program is loaded, and what has grown old is gone through when there is 60 % more of it. Only for a process of our own.
 */
function keepHeapSmall(): void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=60');
}

function versionResult(): CommandResult {
  return { output: `provpin ${VERSION}\n`, exitCode: 0 };
}

function createContext(settings: Settings, terminal: Terminal, signal: AbortSignal): CommandContext {
  const { env } = terminal;
  const progress = createProgress({
    stream: { write: terminal.stderr, columns: process.stderr.columns },
    isTerminal: terminal.showsProgress,
    color: wantsColor(env, terminal.showsProgress),
  });
  const stderr = (text: string): void => {
    progress.clear();
    terminal.stderr(text);
  };
  return {
    settings,
    env,
    now: new Date(),
    stderr,
    warn: (line) => stderr(`warning: ${withoutSecrets(line)}\n`),
    progress,
    color: wantsColor(env, terminal.stdoutIsTerminal),
    signal,
  };
}

function describeError(error: unknown): string {
  if (error instanceof ProvpinError) {
    const lines = [
      `error: ${withoutSecrets(error.message)}`,
      ...error.hints.map((hint) => `hint: ${withoutSecrets(hint)}`),
    ];
    return `${lines.join('\n')}\n`;
  }
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : messageOf(error);
  const report = 'hint: this is a bug in provpin; please report it with the lines above';
  return `error: unexpected: ${withoutSecrets(messageOf(error))}\n${stack
    .split('\n')
    .map((line) => `  ${withoutSecrets(line)}`)
    .join('\n')}\n${report}\n`;
}

/** What a message quotes may be an argument or a variable with a password in it. */
function withoutSecrets(text: string): string {
  return printable(withoutUserinfo(text));
}

function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const force = env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTerminal && env['TERM'] !== 'dumb';
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

/** How long an interrupted run may take to clean up, in milliseconds; what waits for a file system can take for ever. */
const GRACE = 10_000;

function listenForSignals(interrupt: AbortController): () => void {
  const handlers = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const handler = (): void => {
      if (interrupt.signal.aborted) process.exit(exitCode); // asked twice: no more waiting
      interrupt.abort(exitCode);
      setTimeout(() => {
        stop();
        process.kill(process.pid, signal);
      }, GRACE).unref();
    };
    // Not `once`: where nobody listens any more, execa takes it for its own to end this process.
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  const stop = (): void => {
    for (const off of handlers) off();
  };
  return stop;
}

function signalExitCode(signal: AbortSignal): number | undefined {
  return signal.aborted && typeof signal.reason === 'number' ? signal.reason : undefined;
}

function processTerminal(): Terminal {
  // Who reads it no more wants to know no more: what is under way goes on, and ends with its own exit code.
  process.stderr.on('error', () => undefined);
  return {
    env: process.env,
    stdout: writeOut,
    stderr: (text) => void process.stderr.write(text),
    stdoutIsTerminal: process.stdout.isTTY,
    showsProgress: showsProgress(process.stderr, process.env),
  };
}

/** Waits until everything is written: a report that is piped must not be cut. A reader that went away is not an error. */
async function writeOut(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') resolve();
      else reject(error);
    });
    process.stdout.write(text, (error) => {
      if (!error) resolve();
    });
  });
}
