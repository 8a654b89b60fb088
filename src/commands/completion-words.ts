import type { Command } from './contract.ts';
import { describeFormats, OPTIONS, type OptionSpec } from './options.ts';

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
  return commands.map(({ name, usage, options, choices, formats }) => ({
    name,
    describe: usage[2] ?? '',
    options: [...new Set([...options, 'help', 'version'])].flatMap((option) =>
      completedOption(option, formats),
    ),
    ...(choices === undefined ? {} : { choices }),
  }));
}

/** @param formats those of the command, where they are not those of a report */
function completedOption(name: string, formats: readonly string[] | undefined): readonly CompletedOption[] {
  const general = OPTIONS[name];
  if (general === undefined || general.hidden === true) return [];
  const spec = formats === undefined ? general : { ...general, ...ofFormats(name, formats) };
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

function ofFormats(name: string, formats: readonly string[]): Partial<OptionSpec> {
  if (name === 'format') return { choices: formats, describe: describeFormats(formats) };
  return name === 'report' ? { choices: formats.map((format) => `${format}=`) } : {};
}

/** Every option of any of these commands, once. */
export function everyOption(commands: readonly CompletedCommand[]): readonly CompletedOption[] {
  return [...new Map(everyVariant(commands).map(({ option }) => [option.name, option] as const)).values()];
}

/** Every option of any of these commands, once for all of them that complete it alike, with these commands. */
export function everyVariant(
  commands: readonly CompletedCommand[],
): readonly { readonly option: CompletedOption; readonly takers: readonly CompletedCommand[] }[] {
  const taken = commands.flatMap((command) => command.options.map((option) => ({ option, command })));
  return [...Map.groupBy(taken, ({ option }) => JSON.stringify(option)).values()].flatMap((alike) => {
    const [first] = alike;
    return first === undefined ? [] : [{ option: first.option, takers: alike.map(({ command }) => command) }];
  });
}

/** The words of an option as they are typed. */
export function spellings({ name, alias }: CompletedOption): readonly string[] {
  return [...(alias === undefined ? [] : [`-${alias}`]), `--${name}`];
}
