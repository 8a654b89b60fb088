import type { Command } from './contract.ts';
import { OPTIONS } from './options.ts';

/** An option as a shell completes it. */
export interface CompletedOption {
  readonly name: string;
  readonly alias?: string;
  readonly describe: string;
  readonly repeatable: boolean;
  /** Absent for an option without a value. */
  readonly value?: CompletedValue;
}

export interface CompletedValue {
  readonly placeholder: string;
  /** What it can be, or begin with where a choice ends with `=`. */
  readonly choices: readonly string[];
  /** Whether it can be a path, after that. */
  readonly isPath: boolean;
}

/** A command with all that may follow it. */
export interface CompletedCommand {
  /** Empty for the default command. */
  readonly name: string;
  readonly describe: string;
  readonly options: readonly CompletedOption[];
  /** What its argument can be; absent where that is anything. */
  readonly choices?: readonly string[];
}

/** What there is to complete, from the same lists as the help text; what is hidden there is hidden here. */
export function completedCommands(commands: readonly Command[]): readonly CompletedCommand[] {
  return commands.map(({ name, usage, options, choices }) => ({
    name,
    describe: usage[2] ?? '',
    options: [...new Set([...options, 'help', 'version'])].flatMap(completedOption),
    ...(choices === undefined ? {} : { choices }),
  }));
}

function completedOption(name: string): readonly CompletedOption[] {
  const spec = OPTIONS[name];
  if (spec === undefined || spec.hidden === true) return [];
  const { alias, describe, array = false, type, placeholder = '', choices = [] } = spec;
  const value = { placeholder, choices, isPath: /(?:^|[|=\]])(?:PATH|FILE|DIR)$/.test(placeholder) };
  return [
    {
      name,
      describe,
      repeatable: array,
      ...(alias === undefined ? {} : { alias }),
      ...(type === 'boolean' ? {} : { value }),
    },
  ];
}

/** Every option of any of these commands, once. */
export function everyOption(commands: readonly CompletedCommand[]): readonly CompletedOption[] {
  return [
    ...new Map(commands.flatMap(({ options }) => options).map((option) => [option.name, option])).values(),
  ];
}

/** The words of an option as they are typed. */
export function spellings({ name, alias }: CompletedOption): readonly string[] {
  return [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`];
}
