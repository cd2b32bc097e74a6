import type { Command, Option } from 'commander';

/** Shells that completion is written for. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;
/** One of them. */
export type CompletionShell = (typeof completionShells)[number];

/** What stands after an option. */
type Value =
  | { readonly type: 'none' }
  | { readonly type: 'choice'; readonly choices: readonly string[] }
  | { readonly type: 'file' }
  /** Nothing that could be guessed. */
  | { readonly type: 'free' };

interface Flag {
  readonly name: string;
  readonly description: string;
  readonly value: Value;
}

/** One command: its words (`key set`), what it does, and what can follow. */
interface Place {
  readonly words: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  /** What its argument may be, where that is a list. */
  readonly choices: readonly string[];
  readonly options: readonly Flag[];
}

/** The script that the user's shell reads, made from the commands themselves. Pure. */
export function completionScript(shell: CompletionShell, program: Command): string {
  const places = placesOf(program, [], []);
  switch (shell) {
    case 'bash':
      return bash(places);
    case 'zsh':
      return zsh(places);
    case 'fish':
      return fish(places);
  }
}

function placesOf(command: Command, words: readonly string[], inherited: Place['options']): readonly Place[] {
  const own = command.options
    .filter(({ hidden }) => !hidden)
    .flatMap((option): Flag[] =>
      typeof option.long === 'string'
        ? [{ name: option.long, description: option.description, value: whatFollows(option) }]
        : [],
    );
  const options = [...own, ...inherited];
  const commands = command.commands.map((each) => ({ name: each.name(), description: each.description() }));
  // The program's own options stand after every command too, but for the version.
  const passedOn = words.length === 0 ? own.filter(({ name }) => name !== '--version') : inherited;
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  return [
    { words: words.join(' '), commands, choices, options },
    ...command.commands.flatMap((each) => placesOf(each, [...words, each.name()], passedOn)),
  ];
}

function whatFollows({ required, argChoices, flags }: Option): Value {
  if (!required) return { type: 'none' };
  if (argChoices !== undefined) return { type: 'choice', choices: argChoices };
  return { type: /<(?:dir|path|file)>/.test(flags) ? 'file' : 'free' };
}

/** What is offered after an option that takes a value, as the arms of a `case` on that option. */
function valueArms(
  places: readonly Place[],
  say: (value: Exclude<Value, { type: 'none' }>) => string,
): string {
  const arms = new Map<string, string>();
  for (const { name, value } of places.flatMap(({ options }) => options))
    if (value.type !== 'none') arms.set(name, say(value));
  return [...arms].map(([name, what]) => `  ${name}) ${what}; return ;;`).join('\n');
}

function knownWords(places: readonly Place[]): string {
  return places
    .filter(({ words }) => words !== '')
    .map(({ words }) => quoted(words))
    .join('|');
}

function bash(places: readonly Place[]): string {
  const offer = (words: readonly string[]) => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$current"))`;
  const cases = places.map(({ words, commands, choices, options }) => {
    const next = [
      ...commands.map(({ name }) => name),
      ...choices,
      ...options.map(({ name }) => name),
      '--help',
    ];
    return `  '${words}') ${offer(next)} ;;`;
  });
  const values = valueArms(places, (value) => {
    if (value.type === 'choice') return offer(value.choices);
    return value.type === 'file' ? 'COMPREPLY=($(compgen -f -- "$current"))' : 'COMPREPLY=()';
  });
  return `_postern() {
  local current="\${COMP_WORDS[COMP_CWORD]}" place='' word next
  case "\${COMP_WORDS[COMP_CWORD-1]}" in
${values}
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${place:+$place }$word"
    case "$next" in
    ${knownWords(places)}) place="$next" ;;
    esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _postern postern
`;
}

/** Read with `source`, and as the file `_postern` in a folder of `fpath`. Its own tongue: bash's subscripts mean something else to zsh. */
function zsh(places: readonly Place[]): string {
  const described = ({ name, description }: { readonly name: string; readonly description: string }) =>
    quoted(`${name}:${description}`);
  const cases = places.map(({ words, commands, choices, options }) => {
    const next = [...commands.map(described), ...choices.map(quoted)];
    return `  ${quoted(words)})
    follows=(${next.join(' ')})
    options=(${options.map(described).join(' ')} '--help:display help for command') ;;`;
  });
  const values = valueArms(places, (value) => {
    if (value.type === 'choice') return `compadd -- ${value.choices.join(' ')}`;
    return value.type === 'file' ? '_files' : `_message 'a value'`;
  });
  return `#compdef postern
_postern() {
  local place='' word next
  local -a follows options
  case "\${words[CURRENT-1]}" in
${values}
  esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${place:+$place }$word"
    case "$next" in
    ${knownWords(places)}) place="$next" ;;
    esac
  done
  case "$place" in
${cases.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then _describe -o 'option' options
  elif (( \${#follows} )); then _describe 'command' follows
  else _files
  fi
}
if [[ "\${funcstack[1]}" == _postern ]]; then _postern "$@"; else compdef _postern postern; fi
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ words, commands, choices, options }) => {
    const when = condition(words, commands);
    return [
      ...commands.map(
        ({ name, description }) =>
          `complete -c postern -f -n '${when}' -a ${name} -d ${fishQuoted(description)}`,
      ),
      ...choices.map((choice) => `complete -c postern -f -n '${when}' -a ${choice}`),
      ...options.map(
        ({ name, description, value }) =>
          `complete -c postern -n '${when}' -l ${name.slice(2)}${fishValue(value)} -d ${fishQuoted(description)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function fishValue(value: Value): string {
  switch (value.type) {
    case 'none':
      return '';
    case 'choice':
      return ` -x -a '${value.choices.join(' ')}'`;
    case 'file':
      return ' -r -F';
    case 'free':
      return ' -x';
  }
}

function condition(words: string, commands: Place['commands']): string {
  if (words === '') return '__fish_use_subcommand';
  const seen = words.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const notYet = commands.map(({ name }) => name).join(' ');
  return [...seen, ...(notYet === '' ? [] : [`not __fish_seen_subcommand_from ${notYet}`])].join('; and ');
}

/** As bash and zsh read it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
