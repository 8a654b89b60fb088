import {
  everyOption,
  spellings,
  type CompletedCommand,
  type CompletedOption,
  type CompletedValue,
} from './completion-words.ts';

/** For zsh 5. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const named = commands.filter(({ name }) => name !== '');
  return `#compdef provpin
# zsh completion of provpin: write it to a file \`_provpin\` in a directory of your $fpath
_provpin() {
  local word command=''
  # The first word that is neither an option nor the value of one.
  local -a rest=("\${(@)words[2,CURRENT-1]}")
  while (( $#rest )); do
    word=$rest[1]
    shift rest
    case $word in
      ${valued(commands).join('|')}) (( $#rest )) && shift rest ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done
  case $command in
${named.map((command) => `    ${command.name})\n${argumentsOf(command)} ;;`).join('\n')}
    *)
${argumentsOf(commands[0], named)} ;;
  esac
}

_provpin_words() {
  _alternative ${quoted(`commands:command:((${named.map(describedName).join(' ')}))`)} 'files:file:_files'
}

# One of the words, or a path.
_provpin_or_file() {
  compadd -- "$@"
  _files
}

# One of the words, then \`=\` and a path.
_provpin_equals_file() {
  if compset -P '*='; then _files; else compadd -S= -- "$@"; fi
}

if [[ $funcstack[1] == _provpin ]]; then
  _provpin "$@"
else
  compdef _provpin provpin
fi
`;
}

function valued(commands: readonly CompletedCommand[]): readonly string[] {
  return everyOption(commands)
    .filter(({ value }) => value !== undefined)
    .flatMap(spellings);
}

/** What follows that is not an option goes to pip; where no command is named yet, it can be one. */
function argumentsOf(command: CompletedCommand | undefined, named: readonly CompletedCommand[] = []): string {
  const argument = named.length > 0 ? '*:word:_provpin_words' : '*:file:_files';
  const specs = [
    ...(command?.options ?? []).map(optionSpec),
    quoted(command?.choices === undefined ? argument : `2:word:(${command.choices.join(' ')})`),
  ];
  return `      _arguments ${specs.map((spec) => `\\\n        ${spec}`).join(' ')}`;
}

function optionSpec(option: CompletedOption): string {
  const words = spellings(option);
  const value = option.value === undefined ? '' : valueSpec(option.value);
  const text = `[${escaped(option.describe, /[[\]\\]/g)}]${value}`;
  const [first = ''] = words;
  if (words.length === 1)
    return `${option.repeatable ? quoted('*') : ''}${first}${equals(option)}${quoted(text)}`;
  const exclusion = option.repeatable ? quoted('*') : quoted(`(${words.join(' ')})`);
  return `${exclusion}{${words.map((word) => `${word}${word.startsWith('--') ? equals(option) : ''}`).join(',')}}${quoted(text)}`;
}

/** \`--name=value\` as well as \`--name value\`. */
function equals({ value }: CompletedOption): string {
  return value === undefined ? '' : '=';
}

function valueSpec({ placeholder, choices, isPath }: CompletedValue): string {
  const message = escaped(placeholder, /[:\\]/g);
  if (choices.some((choice) => choice.endsWith('=')))
    return `:${message}: _provpin_equals_file ${choices.map((choice) => choice.replace(/=$/, '')).join(' ')}`;
  if (choices.length > 0 && isPath) return `:${message}: _provpin_or_file ${choices.join(' ')}`;
  if (choices.length > 0) return `:${message}:(${choices.join(' ')})`;
  return isPath ? `:${message}:_files` : `:${message}: `;
}

function describedName({ name, describe }: CompletedCommand): string {
  return `${name}\\:${escaped(`"${describe.replaceAll('"', '')}"`, /[:\\]/g)}`;
}

function escaped(text: string, special: RegExp): string {
  return text.replaceAll(special, (character) => `\\${character}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
