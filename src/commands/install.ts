import { incompleteError, inputError } from '../errors.ts';
import { installLock, installLockOf, runPipInstall, type CheckedFile } from '../lock-source/index.ts';
import {
  refuseConfiguredRequirements,
  splitInstallArguments,
  targetPython,
  type InstallArguments,
} from '../pip/index.ts';
import { printable } from '../printable.ts';
import { chooseInput } from './choose-input.ts';
import {
  choosePackages,
  packagesOf,
  whyNotInstalled,
  type InstallChoice,
  type InstalledPackage,
} from './choose-packages.ts';
import type { Command, CommandContext, CommandResult } from './contract.ts';
import { locatePackages, sha256At } from './locate-packages.ts';
import { pipEnvironment } from './open-index.ts';
import { CHECK_OPTIONS } from './options.ts';
import { runCheck, type PassedCheck } from './run-check.ts';
import { withPip } from './with-pip.ts';

/** Checks, and then has pip install the files that were checked: nothing is resolved twice. */
export const install: Command = {
  name: 'install',
  usage: [
    'provpin install [options] [pip lock and pip install arguments ...]',
    '',
    'Does the same, and has pip install the files that were checked, and no others, if the check passes.',
  ],
  options: Object.keys(CHECK_OPTIONS),
  run,
};

async function run(context: CommandContext): Promise<CommandResult> {
  const { settings } = context;
  if (settings.offline) throw inputError('usage', '`--offline` cannot install: pip downloads the files');
  const args = splitInstallArguments(settings.pipArgs);
  refuseConfiguredRequirements(args.install, pipEnvironment(context.env));
  const target = targetPython(args.install, pipEnvironment(context.env));
  const checked = { ...context, settings: { ...settings, pipArgs: args.lock } };
  let choice: InstallChoice | undefined;
  return await runCheck(await chooseInput(checked), {
    admit: async (locks, sources) => {
      const { noBuildIsolation: builds, ignoresPython } = args;
      choice = await choosePackages(context, locks, sources, { target, builds, ignoresPython });
    },
    whenPassed: async (passed) => {
      if (choice !== undefined) await installChecked(context, { args, target, choice }, passed);
    },
  });
}

interface Install {
  readonly args: InstallArguments;
  readonly target: string | undefined;
  readonly choice: InstallChoice;
}

async function installChecked(
  context: CommandContext,
  { args: { install: args, noBuildIsolation: builds }, target, choice }: Install,
  { packages, index, cacheDir }: PassedCheck,
): Promise<void> {
  const { source } = choice.lock;
  const installed = packagesOf(choice, packages);
  refuseElsewhere(installed);
  if (installed.length === 0) {
    context.stderr(`nothing of \`${printable(source)}\` is for this environment: pip does not run\n`);
    return;
  }
  const lock =
    choice.kind === 'whole'
      ? installLock(choice.lock.pylock, { source, checked: installed.flatMap(checkedFiles), sdists: builds })
      : installLockOf(await locatePackages(installed, index), { sdists: builds });
  await withPip(
    context,
    { index, cacheDir },
    async (pip) => await runPipInstall({ lock, builds, args, target }, pip),
  );
}

/** A file may turn out to be from elsewhere than an index only when that is asked. */
function refuseElsewhere(installed: readonly InstalledPackage[]): void {
  for (const { locked, observed } of installed)
    for (const { outcome } of observed.files)
      if (outcome.kind === 'not-covered')
        throw incompleteError('install-not-covered', whyNotInstalled(locked.name, outcome.reason));
}

function checkedFiles({ locked, observed }: InstalledPackage): readonly CheckedFile[] {
  return locked.files.flatMap(({ filename, hashes }, place) => {
    const sha256 = sha256At(observed, place, filename);
    return sha256 === undefined ? [] : [{ filename, hashes, sha256 }];
  });
}
