/**
 * Has pip install the files of a lock, and nothing else: `pip install --no-deps --require-hashes -r pylock.toml`, or a file of
 * requirements in its place.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incompleteError } from '../errors.ts';
import { printable } from '../printable.ts';
import { askEnvironment, type Answers } from './ask-environment.ts';
import type { Python } from './find-python.ts';
import { formatInstallLock, type InstallLock } from './install-lock.ts';
import { isFor, questionsOf, selectPackages, type InstallPlan, type Selection } from './install-plan.ts';
import { installRequirements, type InstallRequirements } from './install-requirements.ts';
import { findPip, isSince, runPip, whyNoPip, type PipCapability, type PipOptions } from './run-pip.ts';

export interface PipInstall {
  readonly lock: InstallLock;
  /** Whether sdists of the lock may be built, with what is installed already. */
  readonly builds: boolean;
  /** pip's, in the user's order; none of them names anything to install. */
  readonly args: readonly string[];
  /** The interpreter that they, or pip's configuration, have it install for, where that is not the one that it runs with. */
  readonly target: string | undefined;
}

/**
 * What of a plan the environment gets that pip installs into.
 *
 * @param target as for `runPipInstall`
 * @throws ProvpinError: exit code 2 for what a lock says that cannot be understood, 3 when it is not for this environment, or
 *   there is no Python that says whether it is
 */
export async function selectForEnvironment(
  plan: InstallPlan,
  target: string | undefined,
  options: PipOptions,
): Promise<Selection> {
  const questions = questionsOf(plan);
  if (questions.pythons.length + questions.markers.length === 0) return selectPackages(plan, NO_ANSWERS);
  const python = await findPip(options, INSTALL_PYTHON);
  const answers = await askEnvironment(questions, python, { target }, options);
  if (typeof answers !== 'string') return selectPackages(plan, answers);
  throw incompleteError(
    'install-lock',
    `what of \`${printable(plan.source)}\` is for its environment was asked of \`${target ?? python.command}\`, and it ${answers}`,
  );
}

const NO_ANSWERS: Answers = { python: () => undefined, marker: () => undefined };

const INSTALL_PYTHON = 'pip installs: install Python, or activate a virtual environment';
const READS_LOCKS: PipCapability = { since: [26, 1], purpose: 'install from a lock' };
/** Since 22.3, pip installs for another interpreter than its own. */
const READS_HASHES: PipCapability = { since: [8, 0], purpose: 'install by hashes' };
const READS_HASHES_FOR_OTHERS: PipCapability = {
  since: [22, 3],
  purpose: 'install by hashes with `--python`',
};
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
export async function runPipInstall(install: PipInstall, options: PipOptions): Promise<void> {
  const { builds, args } = install;
  const python = await findPip(options, INSTALL_PYTHON);
  const { name, text, capability } = await fileFor(install, python, options);
  const directory = await mkdtemp(join(tmpdir(), 'provpin-'));
  try {
    const path = join(directory, name);
    await writeFile(path, text, { flag: 'wx', mode: 0o600 }); // URLs may have credentials
    const failure = await runPip(
      {
        ...capability,
        command: ['install', '--no-deps', '--require-hashes'],
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
  /** What pip has to be able to do with it. */
  readonly capability: PipCapability;
}

/**
 * Where there is no pip that reads locks, the one that there is gets the same files as requirements: which environments those are
 * for is asked here.
 */
async function fileFor(
  { lock, target }: PipInstall,
  python: Python,
  options: PipOptions,
): Promise<InputFile> {
  const problem = await whyNoPip(python, READS_LOCKS, options);
  if (problem === undefined)
    return { name: 'pylock.toml', text: formatInstallLock(lock), capability: READS_LOCKS };
  const capability = target === undefined ? READS_HASHES : READS_HASHES_FOR_OTHERS;
  if (!isSince(python, capability.since)) throw problem;
  const requirements = installRequirements(lock);
  if (typeof requirements === 'string') throw oldPipError(python, requirements, problem.hints);
  const objection = await objectionOf(requirements, { python, target }, options);
  if (objection !== undefined) throw oldPipError(python, objection, problem.hints);
  return { name: 'requirements.txt', text: requirements.text, capability };
}

function oldPipError({ command, version, pip }: Python, reason: string, hints: readonly string[]) {
  return incompleteError(
    'install-lock',
    `the lock cannot be installed by pip ${pip} of \`${command}\`, Python ${version.join('.')}: ${reason}`,
    hints,
  );
}

/** Why the environment cannot have what the lock is for, in words; undefined when it can. */
async function objectionOf(
  { requiresPython, environments = [], packages }: InstallRequirements,
  { python, target }: { readonly python: Python; readonly target: string | undefined },
  options: PipOptions,
): Promise<string | undefined> {
  const ofLock = requiresPython === undefined ? [] : [requiresPython];
  const pythons = [...ofLock, ...packages.map((one) => one.requiresPython)];
  if (pythons.length + environments.length === 0) return undefined;
  const markers = [...environments, ...packages.flatMap(({ marker }) => marker ?? [])];
  const answers = await askEnvironment({ pythons, markers }, python, { target }, options);
  if (typeof answers === 'string') return `whether it is for this Python was asked of it, and it ${answers}`;
  if (requiresPython !== undefined && answers.python(requiresPython) === undefined)
    return `its \`requires-python = "${printable(requiresPython, 100)}"\` cannot be read`;
  if (!isFor(ofLock, answers.python) || !isFor(environments, answers.marker))
    return 'it is not for this Python, or not for this platform';
  const other = packages.find(
    ({ marker, requiresPython: specifier }) =>
      (marker === undefined || answers.marker(marker) !== false) && answers.python(specifier) !== true,
  );
  return (
    other &&
    `its \`${other.name}\` is not for this Python, by \`requires-python = "${printable(other.requiresPython, 100)}"\``
  );
}
