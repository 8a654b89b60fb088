/**
 * Has pip resolve requirements: `pip lock -o - ARGS`.
 */
import { join } from 'node:path';
import { incompleteError, inputError, messageOf, ProvpinError } from '../errors.ts';
import type { Lock } from '../model.ts';
import { runProcess, type ProcessResult } from '../run-process.ts';
import { findPython, LEAVE_CURRENT_DIRECTORY, type Environment, type Python } from './find-python.ts';
import { decodeLock, MAX_LOCK_BYTES } from './lock-text.ts';
import { createLockSplitter } from './lock-splitter.ts';
import { pipWheel, type FetchPip } from './pip-wheel.ts';
import { PINNED_PIP, PINNED_PIP_MINIMUM_PYTHON } from './pinned-pip.ts';
import { pylock } from './pylock.ts';

export interface PipLockOptions {
  readonly env: Environment;
  readonly cwd: string;
  /** Our own cache directory, for the pinned pip. */
  readonly cacheDir: string;
  /** Gets everything that pip says, as it comes. */
  readonly stderr: (chunk: Uint8Array) => void;
  readonly fetchPip: FetchPip;
  readonly platform?: NodeJS.Platform;
  /** Ends pip when aborted. */
  readonly signal?: AbortSignal;
}

const SOURCE = 'pip lock';
/** The first pip that has `lock`. */
const FIRST_WITH_LOCK = [25, 1] as const;
const RUN_PIP = `${LEAVE_CURRENT_DIRECTORY}import runpy\nrunpy.run_module("pip", run_name="__main__", alter_sys=True)\n`;

/**
 * Runs `pip lock` and reads what it locks.
 *
 * @param args pip's, in the user's order
 * @throws ProvpinError: exit code 2 for `--output`, which is not pip's here; 3 when there is no Python, or pip fails
 */
export async function runPipLock(args: readonly string[], options: PipLockOptions): Promise<Lock> {
  refuseOutputOption(args);
  const { env, cwd, stderr, platform = process.platform, signal } = options;
  const python = await findPython({ env, cwd, platform });
  const pip = hasLock(python) ? ['-c', RUN_PIP] : await pinnedPip(python, options);
  const splitter = createLockSplitter(stderr);
  const result = await runProcess(python.command, [...python.args, ...pip, ...lockCommand(args)], {
    cwd,
    // What pip prints must be UTF-8 in every locale.
    env: { ...env, PYTHONIOENCODING: 'utf-8' },
    stdin: 'inherit', // pip may ask for a user name or a password
    onStdout: splitter.push,
    onStderr: stderr,
    maxOutput: 2 * MAX_LOCK_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  const lock = splitter.end();
  const failure = failureOf(result);
  if (failure !== undefined) {
    if (lock !== undefined) stderr(lock); // what was held as a lock is none, and may say what is wrong
    throw incompleteError('pip-failed', `\`pip lock\` ${failure}`);
  }
  return readPipOutput(lock);
}

function hasLock(python: Python): boolean {
  return python.pip !== undefined && compare(versionOf(python.pip), FIRST_WITH_LOCK) >= 0;
}

function versionOf(pip: string): readonly [number, number] {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(pip) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** `python WHEEL/pip` runs pip from the wheel: for this Python and its environment, without installing anything. */
async function pinnedPip(python: Python, options: PipLockOptions): Promise<readonly string[]> {
  if (compare(python.version, PINNED_PIP_MINIMUM_PYTHON) < 0) {
    throw incompleteError(
      'python-too-old',
      `\`${python.command}\` is Python ${python.version.join('.')}, and its pip cannot lock`,
      [
        `use Python ${PINNED_PIP_MINIMUM_PYTHON.join('.')} or later, which pip ${PINNED_PIP.version} needs, or give a lock with \`--lock-path\``,
      ],
    );
  }
  return [join(await pipWheel(PINNED_PIP, options.cacheDir, options.fetchPip), 'pip')];
}

/** `--python` is the one option that pip takes before the name of the command only; users write it anywhere. */
function lockCommand(args: readonly string[]): readonly string[] {
  const end = endOfOptions(args);
  const at = args.slice(0, end).findIndex((arg) => arg === '--python' || arg.startsWith('--python='));
  if (at === -1) return ['lock', '-o', '-', ...args];
  const length = args[at] === '--python' ? 2 : 1;
  return [...args.slice(at, at + length), ...lockCommand([...args.slice(0, at), ...args.slice(at + length)])];
}

function endOfOptions(args: readonly string[]): number {
  const end = args.indexOf('--');
  return end === -1 ? args.length : end;
}

/**
 * The lock must come to us. pip takes `-o FILE`, `-oFILE`, the same behind other one-letter options (`-qoFILE`), and every
 * beginning of `--output` that is no other option's.
 */
function refuseOutputOption(args: readonly string[]): void {
  const option = args.slice(0, endOfOptions(args)).find((arg) => /^-[hqvV]*o|^--ou[tpu]*(?:=|$)/.test(arg));
  if (option === undefined) return;
  throw inputError('pip-output-option', '`-o/--output` is not supported yet');
}

/** What went wrong, in words; undefined when nothing did. */
function failureOf(result: ProcessResult): string | undefined {
  if (result.kind === 'exited') {
    return result.exitCode === 0 ? undefined : `failed with exit status ${result.exitCode}`;
  }
  if (result.kind === 'killed') return `was ended by ${result.signal}`;
  if (result.kind === 'not-started') return `could not be started (${result.code})`;
  return `was ended before it was ready (${result.kind})`;
}

/** A lock that cannot be read is no mistake of the user's here, so it is exit code 3. */
function readPipOutput(output: Uint8Array | undefined): Lock {
  if (output === undefined) throw incompleteError('pip-output', '`pip lock` printed no lock');
  try {
    return pylock.read(decodeLock(output, SOURCE), SOURCE);
  } catch (error) {
    if (!(error instanceof ProvpinError)) throw error;
    throw incompleteError('pip-output', messageOf(error), error.hints, error);
  }
}
