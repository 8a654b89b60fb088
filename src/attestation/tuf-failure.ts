import { messageOf } from '../errors.ts';

/** What `fetch` throws when there is no answer, or half of one. */
const FETCH_FAILURES = new Set(['fetch failed', 'terminated']);
/** tuf-js puts what went wrong with snapshot and targets into the text of another error. */
const WRAPPED =
  /^Unable to load (?:snapshot metadata|targets) error (TypeError: (?:fetch failed|terminated)|TimeoutError: .*|Error: Failed to download)$/s;

/**
 * Why the repository gave no answer, or undefined when it gave one that is no good. No name, no connection, no time, no whole
 * body, a TLS failure, or a status that says "not now": an attacker who could cause these could as well cut the line, and
 * what serves then is no worse. The TUF client wraps some errors into text, which is all that is left to look at.
 */
export function unreachableReason(error: unknown): string | undefined {
  for (const link of causes(error)) {
    if ('statusCode' in link) return isTransient(link.statusCode) ? `HTTP ${link.statusCode}` : undefined;
    if (link.name === 'TimeoutError') return 'no answer in time';
    if (link instanceof TypeError && FETCH_FAILURES.has(link.message)) return rootCause(link);
    const wrapped = WRAPPED.exec(link.message)?.[1];
    if (wrapped !== undefined) return wrapped;
  }
  return undefined;
}

function isTransient(status: unknown): status is number {
  return typeof status === 'number' && (status >= 500 || status === 408 || status === 429);
}

/** The error, what caused it, and so on to the first cause. */
function causes(error: unknown): readonly Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : [];
}

/** The message of the first cause. */
export function rootCause(error: unknown): string {
  const first = causes(error).at(-1);
  if (first === undefined) return messageOf(error);
  // A failure to connect to several addresses has codes but no message.
  return first.message === '' && 'code' in first ? String(first.code) : first.message;
}
