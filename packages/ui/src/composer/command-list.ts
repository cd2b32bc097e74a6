import type { WorkspaceLook } from '@postern/contract';

/** A command that may be typed: one of the folder's, or one of Postern's own. */
export interface Command {
  /** Without the `/`. */
  readonly name: string;
  readonly description: string;
  /** What may follow the name; null where that is not said. */
  readonly argumentHint: string | null;
}

/** What can be typed in every folder. `clear` never reaches the program: it begins a new conversation in the same folder. */
export const ownCommands: readonly Command[] = [
  { name: 'clear', description: 'Begin a new conversation in this folder', argumentHint: null },
  {
    name: 'compact',
    description: 'Summarize what was said, to make space in the context',
    argumentHint: '[what to keep]',
  },
];

/** The commands and skills of a trusted folder, and Postern's own, by name; one of the folder's goes before one of the same name. Pure. */
export function commandsOf(look: WorkspaceLook | null): readonly Command[] {
  const items = look?.trust === 'trusted' ? look.items : [];
  const ofFolder = items.flatMap(({ loads, command }) => (loads ? (command ?? []) : []));
  const byName = new Map([...ownCommands, ...ofFolder].map((command) => [command.name, command]));
  return [...byName.values()].toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Most that are offered at once. */
const mostOffered = 8;

/**
 * What a draft may go on to: only while its name is being typed, and never where it was brought in. Names that begin with what is there go
 * before names that contain it. Pure.
 */
export function offeredCommands(
  { prompt, mayBeCommand }: { readonly prompt: string; readonly mayBeCommand: boolean },
  commands: readonly Command[],
): readonly Command[] {
  const typed = mayBeCommand ? /^\/(\S*)$/.exec(prompt)?.[1]?.toLowerCase() : undefined;
  if (typed === undefined) return [];
  const begins = commands.filter(({ name }) => name.toLowerCase().startsWith(typed));
  const contains = commands.filter(
    (each) => !begins.includes(each) && each.name.toLowerCase().includes(typed),
  );
  return [...begins, ...contains].slice(0, mostOffered);
}

/** Whether a prompt asks for a new conversation in the same folder. Pure. */
export function isClear(
  { prompt, mayBeCommand }: { readonly prompt: string; readonly mayBeCommand: boolean },
  commands: readonly Command[],
): boolean {
  const [own] = ownCommands;
  return mayBeCommand && prompt.trim() === '/clear' && commands.some((each) => each === own);
}
