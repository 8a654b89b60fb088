import { inputError } from '../errors.ts';
import { bashCompletion } from './completion-bash.ts';
import { fishCompletion } from './completion-fish.ts';
import { completedCommands } from './completion-words.ts';
import { zshCompletion } from './completion-zsh.ts';
import type { Command } from './contract.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

/**
 * Prints what makes a shell complete the command line, from the lists of commands and options.
 *
 * @param commands every command, this one among them
 */
export function completionOf(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    usage: [
      `provpin completion ${Object.keys(SHELLS).join('|')}`,
      '',
      'Prints a script that makes the shell complete the options of provpin.',
    ],
    options: [],
    choices: Object.keys(SHELLS),
    run: async ({ settings: { pipArgs } }) => {
      const [shell = '', ...rest] = pipArgs;
      if (!isShell(shell) || rest.length > 0) {
        throw inputError('usage', '`provpin completion` takes the name of one shell', [
          `shells: \`${Object.keys(SHELLS).join('`, `')}\``,
        ]);
      }
      return { exitCode: 0, output: SHELLS[shell](completedCommands(commands())) };
    },
  };
}

function isShell(name: string): name is keyof typeof SHELLS {
  return Object.hasOwn(SHELLS, name);
}
