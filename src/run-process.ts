/**
 * Runs other programs: the only user of execa. No shell ever takes part, so no argument is ever anything but an argument.
 */
import type { Readable } from 'node:stream';

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

/**
 * Runs a program to its end, reading both pipes at once, so that it never waits for us whatever it writes. It is ended with
 * us: by our own SIGINT, SIGTERM and exit (execa's `cleanup`), by `signal`, by `timeout`, and by too much output; SIGTERM
 * first, SIGKILL when that has no effect.
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
  const child = execa(command, args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    encoding: 'buffer',
    buffer: false,
    reject: false,
    ...(options.input === undefined ? { stdin: options.stdin ?? 'ignore' } : { input: options.input }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
    cancelSignal: AbortSignal.any([own.signal, ...(options.signal === undefined ? [] : [options.signal])]),
  });
  const limit = { bytes: options.maxOutput ?? DEFAULT_MAX_OUTPUT, whenReached: () => own.abort() };
  try {
    const [ended, stdout, stderr] = await Promise.all([
      child,
      drain(child.stdout, limit, options.onStdout),
      drain(child.stderr, limit, options.onStderr),
    ]);
    if (own.signal.aborted) return { kind: 'too-much-output' };
    if (ended.timedOut) return { kind: 'timed-out' };
    if (ended.isCanceled) return { kind: 'aborted' };
    if (ended.signal !== undefined) return { kind: 'killed', signal: ended.signal };
    if (ended.exitCode === undefined) return { kind: 'not-started', code: ended.code ?? 'UNKNOWN' };
    return { kind: 'exited', exitCode: ended.exitCode, stdout, stderr };
  } catch (error) {
    // A callback has thrown: the program must not outlive that.
    own.abort();
    await child;
    throw error;
  }
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
  for await (const chunk of pipe as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > limit.bytes) {
      limit.whenReached();
      break;
    }
    if (take === undefined) kept.push(chunk);
    else take(chunk);
  }
  return Buffer.concat(kept);
}
