import { inputError, type ProvpinError } from '../errors.ts';
import { printable } from '../printable.ts';

/** The largest locks in use have some ten megabytes. */
export const MAX_LOCK_BYTES = 64 * 1024 * 1024;

/**
 * Decodes a lock, strictly.
 *
 * @param source what errors call it
 * @throws ProvpinError, exit code 2, when it is too large or not UTF-8
 */
export function decodeLock(bytes: Uint8Array, source: string): string {
  if (bytes.byteLength > MAX_LOCK_BYTES) throw tooLarge(source);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw inputError('lock-file', `\`${printable(source)}\` is not UTF-8`, [], error);
  }
}

export function tooLarge(source: string): ProvpinError {
  return inputError('lock-file', `\`${printable(source)}\` is larger than ${MAX_LOCK_BYTES} bytes`);
}
