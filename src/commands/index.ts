import { inputError } from '../errors.ts';
import { check } from './check.ts';
import { completionOf } from './completion.ts';
import type { Command } from './contract.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { install } from './install.ts';
import { proxy } from './proxy.ts';

/** Every command; the first is what runs when none is named. */
export const COMMANDS: readonly Command[] = [
  check,
  install,
  proxy,
  diff,
  explain,
  completionOf(() => COMMANDS),
];

/** Names kept for commands to come, lest `provpin install` ever mean a package called `install`. */
const RESERVED: ReadonlySet<string> = new Set(['installed']);

/**
 * The command that a command line names, and the arguments that remain for it.
 *
 * @throws ProvpinError, exit code 2, for a reserved name
 */
export function commandFor(args: readonly string[]): {
  readonly command: Command;
  readonly args: readonly string[];
} {
  const [first = '', ...rest] = args;
  if (RESERVED.has(first)) {
    throw inputError('usage', `\`provpin ${first}\` is not a command of this version`, [
      `to lock a package of that name, put an option or another name before it, or write \`${first}>=0\``,
    ]);
  }
  const named = COMMANDS.find(({ name }) => name !== '' && name === first);
  return named === undefined ? { command: check, args } : { command: named, args: rest };
}
