import { statSync } from 'node:fs';
import { win32 } from 'node:path';

/** What Windows tries behind a name without an ending, where the environment does not say. */
const usualEndings = '.COM;.EXE;.BAT;.CMD';

/**
 * The program of a server as it is started. On Windows a bare name, such as `npx`, is looked for in the folders of PATH, with the endings of
 * PATHEXT: `npx.cmd` is none that the system would find for a program. The folder that the server runs in is not among them, unlike for the
 * system itself: what is in it may not be trusted. A name that is nowhere stays, and its start says so. Elsewhere the command as it is.
 * Not tried on Windows. Source: https://learn.microsoft.com/windows-server/administration/windows-commands/path
 */
export function serverCommand(
  command: string,
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
  isFile: (path: string) => boolean = isFileThere,
): string {
  if (platform !== 'win32' || /[\\/:]/.test(command)) return command;
  const folders = variable(environment, 'PATH').split(win32.delimiter).map(unquoted).filter(win32.isAbsolute);
  const endings = (variable(environment, 'PATHEXT') || usualEndings).split(win32.delimiter);
  const hasEnding = endings.some((ending) => command.toUpperCase().endsWith(ending.toUpperCase()));
  const names = hasEnding ? [command] : endings.map((ending) => `${command}${ending.toLowerCase()}`);
  const places = folders.flatMap((folder) => names.map((name) => win32.join(folder, name)));
  return places.find(isFile) ?? command;
}

/** Names of variables have no case on Windows. */
function variable(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  return Object.entries(environment).find(([each]) => each.toUpperCase() === name)?.[1] ?? '';
}

function unquoted(folder: string): string {
  return folder.replace(/^"(.*)"$/, '$1');
}

function isFileThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
