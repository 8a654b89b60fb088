/**
 * Has pip resolve requirements: `pip lock -o - ARGS`.
 */
import { incompleteError, inputError, messageOf, ProvpinError } from '../errors.ts';
import { PIP_LOCK, type Lock } from '../model.ts';
import { decodeLock, MAX_LOCK_BYTES } from './lock-text.ts';
import { createLockSplitter } from './lock-splitter.ts';
import { pylock } from './pylock.ts';
import { endOfOptions, findPip, runPip, type PipOptions } from './run-pip.ts';

/**
 * Runs `pip lock` and reads what it locks.
 *
 * @param args pip's, in the user's order
 * @throws ProvpinError: exit code 2 for `--output`, which is not pip's here; 3 when there is no Python, or pip fails
 */
export async function runPipLock(args: readonly string[], options: PipOptions): Promise<Lock> {
  refuseOutputOption(args);
  const { stderr } = options;
  const splitter = createLockSplitter(stderr);
  const failure = await runPip(
    {
      command: ['lock', '-o', '-'],
      since: [25, 1],
      purpose: 'lock',
      alternative: ', or give a lock with `--lock-path`',
      args,
      onStdout: splitter.push,
      maxOutput: 2 * MAX_LOCK_BYTES,
    },
    options,
    await findPip(
      options,
      'pip resolves the requirements: install Python, or give a lock with `--lock-path`',
    ),
  );
  const lock = splitter.end();
  if (failure !== undefined) {
    if (lock !== undefined) stderr(lock); // what was held as a lock is none, and may say what is wrong
    throw incompleteError('pip-failed', `\`pip lock\` ${failure}`, [
      'what pip says is above; an option that neither pip nor `provpin --help` has may be misspelt',
    ]);
  }
  return readPipOutput(lock);
}

/**
 * The lock must come to us, and `-o FILE` and `--output FILE` are ours. pip also takes it behind other one-letter options
 * (`-qoFILE`), and every beginning of `--output` that is no other option's.
 */
function refuseOutputOption(args: readonly string[]): void {
  const option = args.slice(0, endOfOptions(args)).find((arg) => /^-[hqvV]*o|^--ou[tpu]*(?:=|$)/.test(arg));
  if (option === undefined) return;
  throw inputError('pip-output-option', "pip's own `--output` cannot be used", [
    'write it as `-o FILE` or `--output FILE`, which is written when the check has passed',
  ]);
}

/** A lock that cannot be read is no mistake of the user's here, so it is exit code 3. */
function readPipOutput(output: Uint8Array | undefined): Lock {
  if (output === undefined) throw incompleteError('pip-output', '`pip lock` printed no lock');
  try {
    return pylock.read(decodeLock(output, PIP_LOCK), PIP_LOCK);
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    throw incompleteError('pip-output', messageOf(error), error.hints, error);
  }
}
