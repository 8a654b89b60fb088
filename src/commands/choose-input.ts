import { access } from 'node:fs/promises';
import { inputError } from '../errors.ts';
import { findLocks, LOCK_READERS } from '../lock-source/index.ts';
import { optionWithoutValue, readLockArguments, type LockArguments } from '../pip/index.ts';
import { listInWords, printable, withoutUserinfo } from '../printable.ts';
import type { CommandContext } from './contract.ts';
import type { Settings } from './settings.ts';

/**
 * What is to be checked, where the command line names nothing: the lock of the current directory, or else its project, which
 * pip locks.
 *
 * @returns the context, with settings that say it
 * @throws ProvpinError, exit code 2: for several locks, for none and no project, and for arguments that nothing would look at
 */
export async function chooseInput(context: CommandContext): Promise<CommandContext> {
  const { settings } = context;
  const cut = optionWithoutValue(settings.pipArgs);
  if (cut !== undefined) throw inputError('usage', `\`${printable(cut, 200)}\` needs a value`);
  const args = readLockArguments(settings.pipArgs);
  const isNamed = settings.lockPaths.length > 0 || args.naming !== undefined;
  const chosen = isNamed ? settings : await chooseHere(context, args);
  refuseContradictions(chosen, args);
  return { ...context, settings: chosen };
}

async function chooseHere(
  { settings, stderr }: CommandContext,
  { resolving }: LockArguments,
): Promise<Settings> {
  const [lock, ...others] = await findLocks(process.cwd());
  if (others.length > 0) throw severalLocks([lock ?? '', ...others]);
  if (lock !== undefined) {
    if (resolving !== undefined) throw resolvesBesideLock(resolving, lock);
    if (!settings.quiet) stderr(`checking \`${printable(lock)}\`, the lock in this directory\n`);
    return { ...settings, lockPaths: [lock] };
  }
  if (!(await isThere('pyproject.toml'))) throw nothingHere();
  if (!settings.quiet) stderr('checking what `pip lock` makes of `pyproject.toml` in this directory\n');
  return { ...settings, pipArgs: [...settings.pipArgs, '.'] };
}

/** Either may be meant, and the lock is what would be checked and installed without the option. */
function resolvesBesideLock(option: string, lock: string): Error {
  return inputError(
    'usage',
    `\`${shown(option)}\` is for \`pip lock\`, which does not run where there is a lock: \`${printable(lock)}\` in this directory`,
    ['leave it out, or name what pip is to lock: `.` is the project in this directory'],
  );
}

/** An argument, fit to be shown. */
function shown(argument: string): string {
  return printable(withoutUserinfo(argument), 200);
}

function severalLocks(names: readonly string[]): Error {
  const list = listInWords(names.map((name) => `\`${printable(name)}\``));
  return inputError('usage', `there are several locks here: ${list}`, [
    'name the one that you install from, or each of them: `provpin -L PATH -L PATH`',
  ]);
}

function nothingHere(): Error {
  return inputError('usage', 'there is nothing to check: neither a lock here nor a `pyproject.toml`', [
    `a lock is ${listInWords(
      LOCK_READERS.map(({ summary }) => summary),
      'or',
    )}`,
    'name what to lock, as for `pip lock`: `provpin -r requirements.txt`',
    'or read a lock that is somewhere else: `provpin -L PATH`',
  ]);
}

/** Arguments that nothing would look at are refused: somebody believes that they are checked, or that they check. */
function refuseContradictions(
  { lockPaths, only, offline }: Settings,
  { naming, resolving }: LockArguments,
): void {
  const useless = lockPaths.length === 0 ? undefined : (naming ?? resolving);
  if (useless !== undefined) {
    throw inputError(
      'usage',
      `\`${shown(useless)}\` is for \`pip lock\`, which does not run with \`--lock-path\``,
      ['leave it out: a lock is checked, and installed, as it is'],
    );
  }
  if (offline && lockPaths.length === 0) {
    throw inputError('usage', '`--offline` cannot run `pip lock`', [
      'read a lock: `provpin --offline -L pylock.toml`',
    ]);
  }
  if (only.length > 0 && lockPaths.length === 0) {
    throw inputError('usage', '`--only` chooses from a lock, and `pip lock` locks what it is asked for', [
      'name the groups and extras to pip: `--group dev`, `.[docs]`',
    ]);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
