import type { Command } from 'commander';

/** Shells that completion is written for. */
export const completionShells = ['bash', 'zsh', 'fish'] as const;
/** One of them. */
export type CompletionShell = (typeof completionShells)[number];

/** One command: its words (`key set`), what it does, and what can follow. */
interface Place {
  readonly words: string;
  readonly commands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly { readonly flag: string; readonly description: string }[];
}

/** The script that a person's shell reads, made from the commands themselves. Pure. */
export function completionScript(shell: CompletionShell, program: Command): string {
  const places = placesOf(program, [], []);
  switch (shell) {
    case 'bash':
      return bash(places);
    case 'zsh':
      return `#compdef postern\nautoload -U +X bashcompinit && bashcompinit\n${bash(places)}`;
    case 'fish':
      return fish(places);
  }
}

function placesOf(command: Command, words: readonly string[], inherited: Place['options']): readonly Place[] {
  const own = command.options.flatMap(({ long, description }) =>
    typeof long === 'string' ? [{ flag: long, description }] : [],
  );
  const options = [...own, ...inherited];
  const commands = command.commands.map((each) => ({ name: each.name(), description: each.description() }));
  // The program's own options stand after every command too, but for the version.
  const passedOn = words.length === 0 ? own.filter(({ flag }) => flag !== '--version') : inherited;
  return [
    { words: words.join(' '), commands, options },
    ...command.commands.flatMap((each) => placesOf(each, [...words, each.name()], passedOn)),
  ];
}

function bash(places: readonly Place[]): string {
  const known = places.filter(({ words }) => words !== '').map(({ words }) => `'${words}'`);
  const cases = places.map(({ words, commands, options }) => {
    const next = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag), '--help'];
    return `    '${words}') COMPREPLY=($(compgen -W '${next.join(' ')}' -- "$current")) ;;`;
  });
  return `_postern() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words='' word next
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${words:+$words }$word"
    case "$next" in
    ${known.join('|')}) words="$next" ;;
    esac
  done
  case "$words" in
${cases.join('\n')}
  esac
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _postern postern
`;
}

function fish(places: readonly Place[]): string {
  const lines = places.flatMap(({ words, commands, options }) => {
    const when = condition(words, commands);
    return [
      ...commands.map(
        ({ name, description }) => `complete -c postern -f -n '${when}' -a ${name} -d ${quoted(description)}`,
      ),
      ...options.map(
        ({ flag, description }) =>
          `complete -c postern -n '${when}' -l ${flag.slice(2)} -d ${quoted(description)}`,
      ),
    ];
  });
  return `${lines.join('\n')}\n`;
}

function condition(words: string, commands: Place['commands']): string {
  if (words === '') return '__fish_use_subcommand';
  const seen = words.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const notYet = commands.map(({ name }) => name).join(' ');
  return [...seen, ...(notYet === '' ? [] : [`not __fish_seen_subcommand_from ${notYet}`])].join('; and ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
