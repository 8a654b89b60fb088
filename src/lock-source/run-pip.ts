/**
 * Runs a command of pip: with the pip that the user's Python has, or else with the pinned one.
 */
import { join } from 'node:path';
import { incompleteError, ProvpinError } from '../errors.ts';
import { failureOf, runProcess } from '../run-process.ts';
import { findPython, LEAVE_CURRENT_DIRECTORY, type Environment, type Python } from './find-python.ts';
import { pipWheel, type FetchPip } from './pip-wheel.ts';
import { PINNED_PIP, PINNED_PIP_MINIMUM_PYTHON } from './pinned-pip.ts';

export interface PipOptions {
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

/** What not every pip can do. */
export interface PipCapability {
  /** The first version of pip that can do this. */
  readonly since: readonly [major: number, minor: number];
  /** What an older one cannot, in words. */
  readonly purpose: string;
  /** What the user can do instead of using another Python, to follow that. */
  readonly alternative?: string;
}

export interface PipCommand extends PipCapability {
  /** As pip has it, with the options that are ours. */
  readonly command: readonly [name: string, ...options: string[]];
  /** The user's, in their order. */
  readonly args: readonly string[];
  readonly onStdout: (chunk: Uint8Array) => void;
  /** Bytes that it may write to either pipe. */
  readonly maxOutput?: number;
}

const RUN_PIP = `${LEAVE_CURRENT_DIRECTORY}import runpy\nrunpy.run_module("pip", run_name="__main__", alter_sys=True)\n`;

/**
 * Runs pip to its end.
 *
 * @param python the one that it runs with (`findPip`)
 * @returns what went wrong, in words; undefined when nothing did
 * @throws ProvpinError, exit code 3, when there is no pip to run
 */
export async function runPip(
  pip: PipCommand,
  options: PipOptions,
  python: Python,
): Promise<string | undefined> {
  const { env, cwd, stderr, signal } = options;
  const program = isSince(python, pip.since) ? ['-c', RUN_PIP] : await pinnedPip(python, pip, options);
  const result = await runProcess(python.command, [...python.args, ...program, ...commandLine(pip)], {
    cwd,
    // What pip prints must be UTF-8 in every locale.
    env: { ...env, PYTHONIOENCODING: 'utf-8' },
    stdin: 'inherit', // pip may ask for a user name or a password
    onStdout: pip.onStdout,
    onStderr: stderr,
    ...(pip.maxOutput === undefined ? {} : { maxOutput: pip.maxOutput }),
    ...(signal === undefined ? {} : { signal }),
  });
  return failureOf(result);
}

/**
 * The Python that pip runs with.
 *
 * @param hint what to do where there is none
 * @throws ProvpinError, exit code 3, when there is none
 */
export async function findPip(
  { env, cwd, platform = process.platform }: PipOptions,
  hint: string,
): Promise<Python> {
  return await findPython({ env, cwd, platform, hint });
}

/**
 * Why neither this Python's pip nor the pinned one can do what pip can since some version; undefined where one of them can.
 */
export async function whyNoPip(
  python: Python,
  capability: PipCapability,
  options: PipOptions,
): Promise<ProvpinError | undefined> {
  try {
    if (!isSince(python, capability.since)) await pinnedPip(python, capability, options);
    return undefined;
  } catch (error) {
    if (error instanceof ProvpinError) return error;
    throw error;
  }
}

/** Where Python finds the code of pip beside its own: nowhere else, if it has a pip. For any pip will do. */
export async function pipCode(python: Python, options: PipOptions): Promise<readonly string[]> {
  return python.pip === undefined ? [await pinnedWheel(python, LIBRARIES, options)] : [];
}

/** Where the options of a command line end. */
export function endOfOptions(args: readonly string[]): number {
  const end = args.indexOf('--');
  return end === -1 ? args.length : end;
}

export function isSince(python: Python, since: PipCommand['since']): boolean {
  return python.pip !== undefined && compare(versionOf(python.pip), since) >= 0;
}

function canRunPinned({ version }: Python): boolean {
  return compare(version, PINNED_PIP_MINIMUM_PYTHON) >= 0;
}

function versionOf(pip: string): readonly [number, number] {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?/.exec(pip) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}

function compare(a: readonly [number, number], b: readonly [number, number]): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** Those that it brings along; `packaging` is one of them since this version. */
const LIBRARIES: PipCapability = { since: [8, 0], purpose: 'say what markers come to' };

/** `python WHEEL/pip` runs pip from the wheel: for this Python and its environment, without installing anything. */
async function pinnedPip(
  python: Python,
  capability: PipCapability,
  options: PipOptions,
): Promise<readonly string[]> {
  return [join(await pinnedWheel(python, capability, options), 'pip')];
}

async function pinnedWheel(
  python: Python,
  { since, purpose, alternative = '' }: PipCapability,
  { cacheDir, fetchPip }: PipOptions,
): Promise<string> {
  if (!canRunPinned(python)) {
    throw incompleteError(
      'python-too-old',
      `\`${python.command}\` is Python ${python.version.join('.')}, and its pip cannot ${purpose}`,
      [
        `use Python ${PINNED_PIP_MINIMUM_PYTHON.join('.')} or later, which pip ${PINNED_PIP.version} needs${alternative}`,
      ],
    );
  }
  const hint = `the pip of this Python cannot ${purpose}: use a Python whose own pip is ${since.join('.')} or later${alternative}`;
  return await pipWheel(PINNED_PIP, { cacheDir, fetchPip, hint });
}

/** `--python` is the one option that pip takes before the name of the command only; users write it anywhere. */
function commandLine({ command, args }: Pick<PipCommand, 'command' | 'args'>): readonly string[] {
  const end = endOfOptions(args);
  const at = args.slice(0, end).findIndex((arg) => arg === '--python' || arg.startsWith('--python='));
  if (at === -1) return [...command, ...args];
  const length = args[at] === '--python' ? 2 : 1;
  const rest = [...args.slice(0, at), ...args.slice(at + length)];
  return [...args.slice(at, at + length), ...commandLine({ command, args: rest })];
}
