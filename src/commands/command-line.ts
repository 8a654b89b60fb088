import type { Command } from './contract.ts';
import { commandFor, COMMANDS } from './index.ts';
import { describeFormats, OPTIONS } from './options.ts';
import { toSettings, type ParsedOptions, type Settings } from './settings.ts';
import { refuseForeignOptions, splitArguments } from './split-arguments.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: 'version' }
  | { readonly kind: 'help'; readonly command: Command }
  | { readonly kind: 'command'; readonly command: Command; readonly settings: Settings };

const HELP_WIDTH = 100;

/**
 * Reads a command line and the environment.
 *
 * @throws ProvpinError, exit code 2, for what cannot mean anything
 */
export function parseCommandLine(argv: readonly string[], env: NodeJS.ProcessEnv): CommandLine {
  const { ours, pipArgs, afterEnd } = splitArguments(argv);
  const parsed = parseOurs(ours);
  if (parsed['version'] === true) return { kind: 'version' };
  const { command, args } = commandFor(pipArgs);
  if (parsed['help'] === true) return { kind: 'help', command };
  refuseForeignOptions(ours, command);
  const { formats, runsProgram = false } = command;
  const settings = toSettings(parsed, runsProgram ? args : [...args, ...afterEnd], env, {
    ...(formats === undefined ? {} : { formats }),
    ...(runsProgram ? { program: afterEnd } : {}),
  });
  return { kind: 'command', command, settings };
}

/** Our part of the command line alone, so that nothing that is meant for pip is ever looked at. */
function parseOurs(ours: readonly string[]): ParsedOptions {
  const options = Object.entries(OPTIONS).map(
    ([name, { type, array = false }]) => [name, { type, multiple: array }] as const,
  );
  const { parseArgs } = process.getBuiltinModule('node:util');
  return parseArgs({ args: [...ours], options: Object.fromEntries(options) }).values;
}

/** The same list, shown with each option's value by name, which the parser knows no way to say. */
export async function helpText(command: Command): Promise<string> {
  const { default: yargs } = await import('yargs');
  const usages = command.name === '' ? COMMANDS.map(({ usage }) => usage) : [command.usage];
  const shown = [...new Set([...command.options, 'help', 'version'])].flatMap((name) => {
    const spec = OPTIONS[name];
    if (spec === undefined || spec.hidden === true) return [];
    const isFormat = name === 'format' && command.formats !== undefined;
    return [[name, isFormat ? { ...spec, describe: describeFormats(command.formats) } : spec] as const];
  });
  const help = await yargs()
    .scriptName('provpin')
    .usage(usages.map((lines) => lines.join('\n')).join('\n\n'))
    .wrap(HELP_WIDTH)
    .help(false)
    .version(false)
    .options(
      Object.fromEntries(
        shown.map(([name, { alias, placeholder, describe, group }]) => [
          placeholder === undefined ? name : `${name} ${placeholder}`,
          { describe, group, ...(alias === undefined ? {} : { alias }) },
        ]),
      ),
    )
    .getHelp();
  return `${help}\n`;
}
