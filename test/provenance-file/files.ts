import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ProvpinError } from '../../src/errors.ts';

/** A directory of the running test's own; it goes when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'provpin-test-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** The error that something ends with; anything but a ProvpinError is none that a test expects. */
export async function failureOf(outcome: Promise<unknown>): Promise<ProvpinError> {
  try {
    await outcome;
  } catch (error) {
    if (error instanceof ProvpinError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}
