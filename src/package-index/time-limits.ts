import { inputError } from '../errors.ts';
import { printable } from '../printable.ts';
import type { TimeLimits } from './contract.ts';

/** A day: longer waits are no waits, and timers have a limit of their own. */
const MAX_TIMEOUT_SECONDS = 86_400;
const MAX_RETRIES = 100;

/**
 * What pip's options say about waiting, as far as they are given.
 *
 * @param timeout of `--timeout`, in seconds (a decimal number)
 * @param retries of `--retries`
 * @throws ProvpinError, exit code 2, for a value that is not such a number
 */
export function parseTimeLimits(timeout: string | undefined, retries: string | undefined): TimeLimits {
  return {
    ...(timeout === undefined ? {} : { timeout: parseTimeout(timeout) }),
    ...(retries === undefined ? {} : { retries: parseRetries(retries) }),
  };
}

function parseTimeout(text: string): number {
  const seconds = /^\s*(?:\d+\.?\d*|\.\d+)\s*$/u.test(text) ? Number(text) : 0;
  if (seconds <= 0) throw malformed('--timeout', text, 'it takes seconds, more than zero');
  return Math.ceil(Math.min(seconds, MAX_TIMEOUT_SECONDS) * 1_000);
}

function parseRetries(text: string): number {
  if (!/^\s*\d+\s*$/u.test(text)) throw malformed('--retries', text, 'it takes a whole number');
  return Math.min(Number(text), MAX_RETRIES);
}

function malformed(option: string, text: string, hint: string) {
  return inputError('pip-configuration', `pip's option \`${option}\` cannot be \`${printable(text, 100)}\``, [
    hint,
  ]);
}
