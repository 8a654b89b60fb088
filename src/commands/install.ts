import { inputError } from '../errors.ts';
import { installLock, runPipInstall, type CheckedFile } from '../lock-source/index.ts';
import type { Lock, LockedPackage } from '../model.ts';
import {
  refuseConfiguredRequirements,
  splitInstallArguments,
  targetPython,
  type InstallArguments,
} from '../pip/index.ts';
import { chooseInput } from './choose-input.ts';
import type { Command, CommandContext, CommandResult } from './contract.ts';
import { onlyPylock } from './lock-output.ts';
import { pipEnvironment } from './open-index.ts';
import { runCheck, type PassedCheck } from './run-check.ts';
import { CHECK_OPTIONS } from './options.ts';
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
  const checked = { ...context, settings: { ...settings, pipArgs: args.lock } };
  return await runCheck(await chooseInput(checked), {
    admit: (locks) => {
      const lock = onlyPylock(locks, '`provpin install` installs');
      refuseUnchecked(lock);
      if (!args.noBuildIsolation) refuseSdists(lock);
    },
    whenPassed: async (passed) => await installChecked(context, args, passed),
  });
}

/** What no index serves cannot be checked, and has no hash that would make sure that it is what was looked at. */
function refuseUnchecked({ packages }: Lock): void {
  const [unchecked] = packages.flatMap((locked) => {
    const reason = reasonNotCovered(locked);
    return reason === undefined ? [] : [{ name: locked.name, reason }];
  });
  if (unchecked === undefined) return;
  throw inputError(
    'install-not-covered',
    `\`${unchecked.name}\` is not covered (${unchecked.reason}), and \`provpin install\` installs only what can be checked`,
    ['leave it out here, and install it afterwards: `pip install --no-deps -e .`'],
  );
}

/** The build of an sdist would get what it requires from an index, unchecked. */
function refuseSdists({ packages }: Lock): void {
  const sdist = packages.find(({ files }) => files.every(({ kind }) => kind === 'sdist'));
  if (sdist === undefined) return;
  throw inputError(
    'install-sdist',
    `\`${sdist.name}\` has no wheel in the lock, and a build would take what it requires from the index, unchecked`,
    ['with `--no-build-isolation` it is built with what is installed already'],
  );
}

function reasonNotCovered({ notCovered, files }: LockedPackage): string | undefined {
  return notCovered ?? files.find((file) => file.notCovered !== undefined)?.notCovered;
}

async function installChecked(
  context: CommandContext,
  { install: args, noBuildIsolation }: InstallArguments,
  { locks, packages, index, cacheDir }: PassedCheck,
): Promise<void> {
  const { source, pylock, packages: locked } = onlyPylock(locks, '`provpin install` installs');
  const checked = locked.flatMap(({ files }, at) =>
    files.flatMap(({ filename, hashes }, place): readonly CheckedFile[] => {
      const observed = packages[at]?.files[place];
      return observed?.sha256 === undefined || observed.filename !== filename
        ? []
        : [{ filename, hashes, sha256: observed.sha256 }];
    }),
  );
  const lock = installLock(pylock, { source, checked, sdists: noBuildIsolation });
  const target = targetPython(args, pipEnvironment(context.env));
  await withPip(
    context,
    { index, cacheDir },
    async (pip) => await runPipInstall({ lock, builds: noBuildIsolation, args, target }, pip),
  );
}
