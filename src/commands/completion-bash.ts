import {
  everyOption,
  everyVariant,
  spellings,
  type CompletedCommand,
  type CompletedOption,
} from './completion-words.ts';

/** For bash 3.2 and later, without the bash-completion package. Where it has nothing to offer, bash completes file names. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const options = everyOption(commands);
  const chosen = everyVariant(commands).filter(({ option }) => hasChoices(option));
  const named = commands.filter(({ name }) => name !== '');
  return `# bash completion of provpin: source it, or write it to ~/.local/share/bash-completion/completions/provpin
_provpin() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command='' i word
  # bash takes the \`=\` of \`--format=json\` for a word of its own.
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case $word in
      ${options
        .filter(({ value }) => value !== undefined)
        .flatMap(spellings)
        .join('|')})
        [[ \${COMP_WORDS[i+1]} == = ]] && ((i += 2)) || ((i += 1)) ;;
      -*) ;;
      *) command=$word; break ;;
    esac
  done
  COMPREPLY=()
  case $command in
    ${named.map(({ name }) => name).join('|')}) word=$command ;;
    *) word='' ;;
  esac
  case $word/$prev in
${chosen.map(valueCase).join('\n')}
  esac
  case $prev in
    ${options
      .filter((one) => one.value !== undefined && !hasChoices(one))
      .flatMap(spellings)
      .join('|')})
      return ;;
  esac
  case $command in
${named.map(commandCase).join('\n')}
    *)
      [[ $cur == -* ]] && COMPREPLY=($(compgen -W '${wordsOf(commands[0])}' -- "$cur"))
      [[ -z $command && $cur != -* ]] && COMPREPLY=($(compgen -W '${named.map(({ name }) => name).join(' ')}' -- "$cur")) ;;
  esac
}
complete -o default -F _provpin provpin
`;
}

function hasChoices({ value }: CompletedOption): boolean {
  return value !== undefined && value.choices.length > 0;
}

/** A choice that ends with \`=\` is not followed by a blank. */
function valueCase({ option, takers }: ReturnType<typeof everyVariant>[number]): string {
  const choices = option.value?.choices ?? [];
  const places = takers.flatMap(({ name }) => spellings(option).map((word) => `${name}/${word}`));
  const nospace = choices.some((choice) => choice.endsWith('='))
    ? '\n      compopt -o nospace 2>/dev/null'
    : '';
  return `    ${places.join('|')})
      COMPREPLY=($(compgen -W '${choices.join(' ')}' -- "$cur"))${nospace}
      return ;;`;
}

function commandCase(command: CompletedCommand): string {
  const choices = (command.choices ?? []).join(' ');
  const words =
    choices === ''
      ? ''
      : `
      [[ $cur != -* ]] && COMPREPLY=($(compgen -W '${choices}' -- "$cur"))`;
  return `    ${command.name})
      [[ $cur == -* ]] && COMPREPLY=($(compgen -W '${wordsOf(command)}' -- "$cur"))${words} ;;`;
}

function wordsOf(command: CompletedCommand | undefined): string {
  return (command?.options ?? []).flatMap(spellings).join(' ');
}
