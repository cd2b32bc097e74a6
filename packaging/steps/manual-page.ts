import { type CommandNode, commandTree } from './command-tree.ts';

/** The manual page in roff, made from the commands themselves. Pure. */
export function manualPage(version: string): string {
  const program = commandTree(version);
  const sections = [
    `.TH POSTERN 1 "" "postern ${version}" "User commands"`,
    '.SH NAME',
    'postern \\- a local door to Claude, with the sign\\-in you are entitled to',
    '.SH SYNOPSIS',
    '.B postern',
    '.RI [ options ] " command " [ arguments ]',
    '.SH DESCRIPTION',
    'Postern runs on this machine and talks to Claude with your own sign\\-in or key. It keeps secrets sealed, renews sign\\-ins, falls back as you allowed, and says who pays for each answer. It is an independent project, not made by Anthropic.',
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => described(command, '')),
    '.SH OPTIONS OF EVERY COMMAND',
    ...options(program),
    '.SH EXIT STATUS',
    'As in sysexits.h: 0 well, 64 usage, 69 unavailable, 73 cannot create, 74 input or output, 77 the user must act, 78 configuration; 130 interrupted. ',
    '.B postern status',
    'gives 0 usable, 1 not signed in, 2 needs you, 3 unreachable.',
    '.SH ENVIRONMENT',
    'POSTERN_PORT, POSTERN_DATA_DIR and POSTERN_STORE stand for the options. POSTERN_CLAUDE_PROGRAM is the path of the Agent SDK\\(aqs program. POSTERN_OAUTH_* and POSTERN_API_BASE_URL are the operator\\(aqs: see the user guide. HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are heeded.',
    '.SH FILES',
    '.I ~/.local/share/postern',
    'is the data directory, unless another was named.',
  ];
  return `${sections.join('\n')}\n`;
}

function described(command: CommandNode, parent: string): readonly string[] {
  const name = `${parent}${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((each) => described(each, `${name} `));
  const args = command.registeredArguments.map((each) => ` [${each.name()}]`).join('');
  return [
    '.TP',
    `.B ${escaped(`${name}${args}`)}`,
    escaped(command.description()),
    ...(command.options.length === 0 ? [] : ['.RS', ...options(command), '.RE']),
  ];
}

function options(command: CommandNode): readonly string[] {
  return command.options.flatMap((option) => [
    '.TP',
    `.B ${escaped(option.flags)}`,
    escaped(option.description),
  ]);
}

/** Roff reads a line that begins with a dot or a quote, and every backslash and hyphen, in its own way. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('\n', ' ').replace(/^[.']/, '\\&$&');
}
