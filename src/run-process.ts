/**
 * Runs other programs: the only user of execa. No shell ever takes part, so no argument is ever anything but an argument.
 */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { codeOf } from './errors.ts';

export interface ProcessOptions {
  readonly cwd: string;
  /** The whole environment of the program; nothing is added to it. */
  readonly env: Readonly<Partial<Record<string, string>>>;
  /** Gets the output as it comes. Without it the output is kept, for the result. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  readonly onStderr?: (chunk: Uint8Array) => void;
  /** What the program reads; without it, nothing. */
  readonly input?: string | Uint8Array;
  /** `inherit`: the program reads what our own user types. */
  readonly stdin?: 'inherit';
  /** Milliseconds until the program is ended. */
  readonly timeout?: number;
  /** Ends the program when aborted. */
  readonly signal?: AbortSignal;
  /** Bytes that the program may write to either pipe before it is ended. */
  readonly maxOutput?: number;
}

/** How a program ended. Only what we get wrong ourselves is thrown. */
export type ProcessResult =
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      /** Empty where a callback got it. */
      readonly stdout: Uint8Array;
      readonly stderr: Uint8Array;
    }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'too-much-output' }
  /** `code` is the system's: ENOENT, EACCES, … */
  | { readonly kind: 'not-started'; readonly code: string };

const DEFAULT_MAX_OUTPUT = 128 * 1024 * 1024;
/** Milliseconds for what a program that was ended wrote last. */
const LAST_WORDS = 500;

/**
 * Runs a program to its end, reading both pipes at once, so that it never waits for us whatever it writes. It is ended with
 * us: by our own SIGINT, SIGTERM and exit (execa's `cleanup`), by `signal`, by `timeout`, and by too much output; SIGTERM
 * first, SIGKILL when that has no effect. Programs that it has started itself may hold its pipes for longer: they are waited for
 * only as long as nothing is to end.
 *
 * @param command a path, or a name that is looked up in `env.PATH`
 */
export async function runProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const { execa } = await import('execa');
  const own = new AbortController();
  const late = new AbortController();
  const ending = AbortSignal.any([
    own.signal,
    late.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  const child = execa(command, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    encoding: 'buffer',
    buffer: false,
    reject: false,
    ...(options.input === undefined ? { stdin: options.stdin ?? 'ignore' } : { input: options.input }),
    cancelSignal: ending,
  });
  const limit = { bytes: options.maxOutput ?? DEFAULT_MAX_OUTPUT, whenReached: () => own.abort() };
  const timer = options.timeout === undefined ? undefined : setTimeout(() => late.abort(), options.timeout);
  const pipes = closeWhenEnded(child.nodeChildProcess, ending);
  try {
    const [ended, stdout, stderr] = await Promise.all([
      child,
      drain(child.stdout, limit, options.onStdout),
      drain(child.stderr, limit, options.onStderr),
    ]);
    if (own.signal.aborted) return { kind: 'too-much-output' };
    if (late.signal.aborted) return { kind: 'timed-out' };
    if (ended.isCanceled || pipes.areClosed()) return { kind: 'aborted' };
    if (ended.signal !== undefined) return { kind: 'killed', signal: ended.signal };
    if (ended.exitCode === undefined) return { kind: 'not-started', code: ended.code ?? 'UNKNOWN' };
    return { kind: 'exited', exitCode: ended.exitCode, stdout, stderr };
  } catch (error) {
    // A callback has thrown: the program must not outlive that.
    own.abort();
    await child;
    throw error;
  } finally {
    clearTimeout(timer);
    pipes.forget();
  }
}

/** Closes the pipes of a program that has ended when it was to end, whoever else may write to them. */
function closeWhenEnded(
  child: ChildProcess,
  ending: AbortSignal,
): { areClosed: () => boolean; forget: () => void } {
  let hasExited = false;
  let areClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const close = (): void => {
    areClosed = true;
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const look = (): void => {
    if (hasExited && ending.aborted) timer ??= setTimeout(close, LAST_WORDS);
  };
  child.once('exit', () => {
    hasExited = true;
    look();
  });
  ending.addEventListener('abort', look);
  return {
    areClosed: () => areClosed,
    forget: () => {
      clearTimeout(timer);
      ending.removeEventListener('abort', look);
    },
  };
}

/** How a program failed, to follow its name; undefined when it did not. */
export function failureOf(result: ProcessResult): string | undefined {
  if (result.kind === 'exited') {
    return result.exitCode === 0 ? undefined : `failed with exit status ${result.exitCode}`;
  }
  if (result.kind === 'killed') return `was ended by ${result.signal}`;
  if (result.kind === 'not-started') return `could not be started (${result.code})`;
  return `was ended before it was ready (${result.kind})`;
}

/** Reads a pipe to its end or to the limit, and returns what no callback took. */
async function drain(
  pipe: Readable,
  limit: { readonly bytes: number; readonly whenReached: () => void },
  take: ((chunk: Uint8Array) => void) | undefined,
): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of pipe as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size > limit.bytes) {
        limit.whenReached();
        break;
      }
      if (take === undefined) kept.push(chunk);
      else take(chunk);
    }
  } catch (error) {
    if (!isClosed(error)) throw error;
  }
  return Buffer.concat(kept);
}

/** Whether a pipe was closed by ourselves, before its end. */
function isClosed(error: unknown): boolean {
  return codeOf(error) === 'ERR_STREAM_PREMATURE_CLOSE';
}
