import { everyVariant, type CompletedCommand, type CompletedOption } from './completion-words.ts';

/** For fish 3. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const names = commands.filter(({ name }) => name !== '').map(({ name }) => name);
  const alone = `not __fish_seen_subcommand_from ${names.join(' ')}`;
  const lines = [
    ...commands
      .filter(({ name }) => name !== '')
      .map(
        ({ name, describe }) => `complete -c provpin -n ${quoted(alone)} -a ${name} -d ${quoted(describe)}`,
      ),
    ...commands.flatMap(choicesLine),
    ...everyVariant(commands).map(({ option, takers }) =>
      optionLine(option, condition(takers, commands, alone)),
    ),
  ];
  return `# fish completion of provpin: write it to ~/.config/fish/completions/provpin.fish\n${lines.join('\n')}\n`;
}

function choicesLine({ name, choices }: CompletedCommand): readonly string[] {
  if (choices === undefined) return [];
  return [
    `complete -c provpin -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -f -a ${quoted(choices.join(' '))}`,
  ];
}

/** Where an option may stand: after the commands that take it, and for the default command where no other is named. */
function condition(
  takers: readonly CompletedCommand[],
  commands: readonly CompletedCommand[],
  alone: string,
): string {
  if (takers.length === commands.length) return '';
  const named = takers.filter((command) => command.name !== '').map((command) => command.name);
  const after = `__fish_seen_subcommand_from ${named.join(' ')}`;
  if (takers.length === named.length) return ` -n ${quoted(after)}`;
  return ` -n ${quoted(named.length === 0 ? alone : `${alone}; or ${after}`)}`;
}

function optionLine({ name, alias, describe, value }: CompletedOption, where: string): string {
  const short = alias === undefined ? '' : ` -s ${alias}`;
  return `complete -c provpin${where} -l ${name}${short}${valueOf(value)} -d ${quoted(describe)}`;
}

/** `-x` takes a value that is no file, `-r -F` one that is. */
function valueOf(value: CompletedOption['value']): string {
  if (value === undefined) return '';
  const choices = value.choices.length === 0 ? '' : ` -a ${quoted(value.choices.join(' '))}`;
  return value.isPath ? ` -r -F${choices}` : ` -x${choices}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, (character) => `\\${character}`)}'`;
}
