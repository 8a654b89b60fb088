import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inputError } from '../errors.ts';
import { inspectEnvironment, type Inspection } from '../installed/index.ts';
import { completeLock, findPython, readLock } from '../lock-source/index.ts';
import type { Lock, ObservedPackage } from '../model.ts';
import { readInstalledArguments, type InstalledArguments } from '../pip/index.ts';
import type { CommandContext, CommandResult } from './contract.ts';
import { pipEnvironment } from './open-index.ts';
import { runCheck, type CheckSources, type Observation } from './run-check.ts';

/** Checks the wheels of an environment, and its files against them. */
export async function runInstalled(context: CommandContext): Promise<CommandResult> {
  const { settings, env } = context;
  if (settings.tofu) {
    throw inputError('usage', '`provpin installed` compares, and records nothing', [
      'unset `TOFU` here; record from the lock that the environment is installed from',
    ]);
  }
  const args = readInstalledArguments(settings.pipArgs, pipEnvironment(env));
  let inspection: Inspection | undefined;
  return await runCheck(context, {
    isPart: true,
    recordedBy: '`provpin --tofu`, for the lock that the environment is installed from,',
    collect: async (sources) => {
      inspection = await inspect(context, args, sources);
      return [inspection.lock];
    },
    complete: (packages) => observationOf(packages, inspection, args),
  });
}

async function inspect(
  { settings, env, signal, progress }: CommandContext,
  { names, python: named }: InstalledArguments,
  { index }: CheckSources,
): Promise<Inspection> {
  const surroundings = { env, cwd: process.cwd(), signal };
  const python = await findPython({
    ...surroundings,
    platform: process.platform,
    isolated: true,
    ...(named === undefined ? {} : { python: named }),
  });
  const locks = await locksOf(settings.lockPaths, index.listFiles);
  const directory = await mkdtemp(join(tmpdir(), 'provpin-'));
  try {
    const inspection = await inspectEnvironment({
      python,
      surroundings,
      names,
      locks,
      index,
      directory,
      ...(settings.quiet ? {} : { onProgress: progress.update }),
    });
    refuseUnknown(names, inspection);
    return inspection;
  } finally {
    progress.done();
    await rm(directory, { recursive: true, force: true });
  }
}

async function locksOf(
  paths: readonly string[],
  listFiles: CheckSources['index']['listFiles'],
): Promise<readonly Lock[]> {
  const locks = await Promise.all(paths.map(async (path) => await readLock(path, [])));
  return await Promise.all(locks.map(async (lock) => await completeLock(lock, listFiles)));
}

function refuseUnknown(names: readonly string[], { installed: all, lock }: Inspection): void {
  const unknown = names.find((name) => !all.has(name));
  if (unknown !== undefined)
    throw inputError('not-installed', `\`${unknown}\` is not installed in \`${lock.source}\``);
}

/** The packages of the environment's lock, with what is known of each; they are in the same order. */
function observationOf(
  packages: readonly ObservedPackage[],
  inspection: Inspection | undefined,
  { names }: InstalledArguments,
): Observation {
  if (inspection === undefined) return { packages, unowned: [], notes: [] };
  const left = inspection.installed.size - new Set(packages.map(({ name }) => name)).size;
  return {
    packages: packages.map((one, at) => ({ ...one, ...inspection.packages[at] })),
    unowned: inspection.unowned,
    notes:
      names.length === 0
        ? []
        : [
            `only what was named: ${left} installed packages were left out, and files that no package has were not looked for`,
          ],
  };
}
