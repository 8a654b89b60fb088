import { check } from './check.ts';
import { completionOf } from './completion.ts';
import type { Command } from './contract.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { install } from './install.ts';
import { installed } from './installed.ts';
import { proxy } from './proxy.ts';

/** Every command; the first is what runs when none is named. */
export const COMMANDS: readonly Command[] = [
  check,
  install,
  proxy,
  installed,
  diff,
  explain,
  completionOf(() => COMMANDS),
];

/**
 * The command that a command line names, and the arguments that remain for it. A package of that name is written after `--`, or as
 * `NAME>=0`.
 */
export function commandFor(args: readonly string[]): {
  readonly command: Command;
  readonly args: readonly string[];
} {
  const [first = '', ...rest] = args;
  const named = COMMANDS.find(({ name }) => name !== '' && name === first);
  return named === undefined ? { command: check, args } : { command: named, args: rest };
}
