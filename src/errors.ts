/** Why a run ends without a verdict: 2 usage or unreadable input, 3 could not be checked (docs/exit-codes.md). */
export type ErrorExitCode = 2 | 3;

export interface ProvpinErrorOptions {
  readonly exitCode: ErrorExitCode;
  /** What the user can do about it; one `hint:` line each. */
  readonly hints?: readonly string[];
  readonly cause?: unknown;
}

/**
 * The one class for failures that are expected: `code` is stable, for tests and for programs; `message` is one line that
 * says what is wrong, with names in backticks. Anything else that is thrown is a bug of ours, and is shown as one.
 */
export class ProvpinError extends Error {
  override readonly name = 'ProvpinError';
  readonly code: string;
  readonly exitCode: ErrorExitCode;
  readonly hints: readonly string[];

  constructor(code: string, message: string, options: ProvpinErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.exitCode = options.exitCode;
    this.hints = options.hints ?? [];
  }
}

/** A usage error or an input that cannot be read: exit code 2. */
export function inputError(
  code: string,
  message: string,
  hints: readonly string[] = [],
  cause?: unknown,
): ProvpinError {
  return new ProvpinError(code, message, { exitCode: 2, hints, cause });
}

/** Something that keeps the run from checking at all: exit code 3. */
export function incompleteError(
  code: string,
  message: string,
  hints: readonly string[] = [],
  cause?: unknown,
): ProvpinError {
  return new ProvpinError(code, message, { exitCode: 3, hints, cause });
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code of an error of Node.js or of the system, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Why a file of the user's is no JSON, without the piece of it that the engine quotes: a link that a branch brings along may have
 * put a secret in its place.
 */
export function jsonProblemOf(error: unknown): string {
  return messageOf(error).replace(/, (?:\.\.\.)?".*$/s, '');
}
