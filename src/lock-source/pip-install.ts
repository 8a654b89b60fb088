/**
 * Has pip install the files of a lock, and nothing else: `pip install --no-deps --require-hashes -r pylock.toml`, or a file of
 * requirements in its place.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incompleteError } from '../errors.ts';
import { printable } from '../printable.ts';
import { failureOf, runProcess } from '../run-process.ts';
import { LEAVE_CURRENT_DIRECTORY, type Python } from './find-python.ts';
import { formatInstallLock, type InstallLock } from './install-lock.ts';
import { installRequirements, type InstallRequirements } from './install-requirements.ts';
import { findPip, hasOldPip, runPip, type PipOptions } from './run-pip.ts';

export interface PipInstall {
  readonly lock: InstallLock;
  /** Whether sdists of the lock may be built, with what is installed already. */
  readonly builds: boolean;
  /** pip's, in the user's order; none of them names anything to install. */
  readonly args: readonly string[];
}

/** The first pip that reads a lock. */
const READS_LOCKS = [26, 1] as const;
/** Of these pips, any that runs on a Python which the pinned pip is too new for knows hashes. */
const READS_HASHES = [8, 0] as const;
/** Given last, so that they hold whatever the user's arguments and pip's configuration say. */
const NO_BUILDS = ['--only-binary', ':all:'];
/** A wheel that was built earlier, from an sdist of this hash but by nobody knows what, is not a file of the lock. */
const NO_EARLIER_BUILDS = ['--no-cache-dir'];

/**
 * Installs. pip gets the lock in a directory that nobody else can write to, with one sha256 for each file: what an index serves
 * meanwhile is one of these files, or makes pip fail before it has installed anything.
 *
 * @throws ProvpinError, exit code 3, when there is no Python, or pip fails
 */
export async function runPipInstall({ lock, builds, args }: PipInstall, options: PipOptions): Promise<void> {
  const python = await findPip(options);
  const { name, text, since } = await fileFor(lock, args, python, options);
  const directory = await mkdtemp(join(tmpdir(), 'provpin-'));
  try {
    const path = join(directory, name);
    await writeFile(path, text, { flag: 'wx', mode: 0o600 }); // URLs may have credentials
    const failure = await runPip(
      {
        command: ['install', '--no-deps', '--require-hashes'],
        since,
        purpose: 'install from a lock',
        args: [...args, ...(builds ? NO_EARLIER_BUILDS : NO_BUILDS), '-r', path],
        onStdout: options.stderr,
      },
      options,
      python,
    );
    if (failure !== undefined) {
      throw incompleteError('pip-failed', `\`pip install\` ${failure}`, [
        'the check passed, and what pip says above kept it from installing what was checked',
      ]);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What pip is given to install from. */
interface InputFile {
  readonly name: string;
  readonly text: string;
  /** The first pip that reads it. */
  readonly since: readonly [number, number];
}

/** A Python that the pinned pip is too new for gets the same files as requirements: which environments those are for is asked here. */
async function fileFor(
  lock: InstallLock,
  args: readonly string[],
  python: Python,
  options: PipOptions,
): Promise<InputFile> {
  const isElsewhere =
    (options.env['PIP_PYTHON'] ?? '') !== '' || args.some((arg) => /^--python(?:=|$)/.test(arg));
  if (isElsewhere || !hasOldPip(python, READS_LOCKS)) {
    return { name: 'pylock.toml', text: formatInstallLock(lock), since: READS_LOCKS };
  }
  const requirements = installRequirements(lock);
  if (typeof requirements === 'string') throw oldPipError(python, requirements);
  const objection = await objectionOf(requirements, python, options);
  if (objection !== undefined) throw oldPipError(python, objection);
  return { name: 'requirements.txt', text: requirements.text, since: READS_HASHES };
}

function oldPipError({ command, version, pip }: Python, reason: string) {
  return incompleteError(
    'install-lock',
    `the lock cannot be installed by pip ${pip} of \`${command}\`, Python ${version.join('.')}: ${reason}`,
    ['use Python 3.10 or later, for which there is a pip that reads locks'],
  );
}

/**
 * By pip's own copy of the library that it goes by itself. Says which package is not for this Python, by its place; -1 for the lock
 * itself.
 */
const FIRST_OBJECTION = `${LEAVE_CURRENT_DIRECTORY}
import json, platform
from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.specifiers import SpecifierSet
requires, environments, packages = json.loads(getattr(sys.stdin, "buffer", sys.stdin).read().decode("utf-8"))
is_for = lambda specifier: SpecifierSet(specifier).contains(platform.python_version(), prereleases=True)
holds = lambda marker: Marker(marker).evaluate()
lock = [] if is_for(requires) and (not environments or any(map(holds, environments))) else [-1]
print("provpin: %s" % (lock + [place for place, (marker, specifier) in enumerate(packages)
  if (not marker or holds(marker)) and not is_for(specifier)] + [None])[0])
`;

/** Why this Python cannot have what the lock is for, in words; undefined when it can. */
async function objectionOf(
  { requiresPython, environments, packages }: InstallRequirements,
  python: Python,
  { env, cwd, signal }: PipOptions,
): Promise<string | undefined> {
  if (requiresPython === undefined && environments === undefined && packages.length === 0) return undefined;
  const asked = packages.map(({ marker, requiresPython: specifier }) => [marker ?? '', specifier]);
  const result = await runProcess(python.command, [...python.args, '-c', FIRST_OBJECTION], {
    env,
    cwd,
    input: JSON.stringify([requiresPython ?? '', environments ?? [], asked]),
    timeout: 60_000,
    maxOutput: 1_000_000,
    ...(signal === undefined ? {} : { signal }),
  });
  const failure = failureOf(result);
  const stdout = result.kind === 'exited' ? Buffer.from(result.stdout).toString() : '';
  const answer = /^provpin: (None|-?\d+)\r?$/m.exec(stdout)?.[1];
  if (failure !== undefined || answer === undefined)
    return `whether it is for this Python was asked of it, and it ${failure ?? 'gave no answer'}`;
  if (answer === 'None') return undefined;
  const one = packages[Number(answer)];
  if (one === undefined) return 'it is not for this Python, or not for this platform';
  return `its \`${one.name}\` is not for this Python, by \`requires-python = "${printable(one.requiresPython, 100)}"\``;
}
