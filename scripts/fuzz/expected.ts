import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import { AttestationFailure } from '../../src/attestation/failure.ts';
import { ProvpinError } from '../../src/errors.ts';

/**
 * Runs a parser that refuses what is wrong with an error for people: of one line, that ends the run with exit code 2.
 *
 * @returns what was parsed, or undefined when it was refused; anything else that is thrown is thrown on
 */
export function orInputError<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    assert.equal(error.exitCode, 2);
    for (const line of [error.message, ...error.hints]) assert.ok(isOneLine(line), `not one line: ${line}`);
    return undefined;
  }
}

/** The same for the checks of attestations. */
export function orAttestationFailure<T>(check: () => T): T | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof AttestationFailure)) throw error;
    assert.ok(isOneLine(error.message), `not one line: ${error.message}`);
    return undefined;
  }
}

/** Whether nothing in the text could move a cursor or begin a line. */
export function isOneLine(text: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(text);
}

export function bytesOf(...texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => Buffer.from(text, 'utf8'));
}

/** As text is read from a file; what is not UTF-8 is for the decoder's own tests. */
export function textOf(input: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);
}

/** The JSON value that bytes stand for, or undefined for what is not JSON. */
export function jsonOf(input: Uint8Array): unknown {
  try {
    const value: unknown = JSON.parse(textOf(input));
    return value;
  } catch {
    return undefined;
  }
}

/** As `assert.deepEqual`, which takes minutes to describe how two long texts differ. */
export function assertSame(actual: unknown, expected: unknown, message: string): void {
  assert.ok(isDeepStrictEqual(actual, expected), message);
}
