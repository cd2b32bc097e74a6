import type { AvailableCommand, SessionUpdate } from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import { visibleText, type WorkspaceLook } from '@postern/contract';

/** The program's own that Postern passes on. Its words are those of the window, whose `clear` an editor has as a new session. */
const compact: AvailableCommand = {
  name: 'compact',
  description: 'Summarize what was said, to make space in the context',
  input: { hint: '[what to keep]' },
};

/** The commands and skills of a trusted folder by name, one of the folder's before Postern's own of the same name. Pure. */
export function commandsOf({ trust, items }: WorkspaceLook): readonly AvailableCommand[] {
  if (trust !== 'trusted') return [];
  const ofFolder = items.flatMap(({ loads, command }) => (loads && command !== undefined ? [command] : []));
  const byName = new Map([[compact.name, compact]]);
  for (const { name, description, argumentHint } of ofFolder)
    byName.set(name, {
      name,
      description: visibleText(description),
      ...(argumentHint === null ? {} : { input: { hint: visibleText(argumentHint) } }),
    });
  return [...byName.values()].toSorted((one, other) => one.name.localeCompare(other.name));
}

/** What an editor was offered to type after a `/`. */
export class OfferedCommands {
  readonly #folder: string;
  readonly #update: (update: SessionUpdate) => Promise<void>;
  /** The list as it was sent last. A session begins without one. */
  #sent = '[]';
  #isOver = false;

  constructor(folder: string, update: (update: SessionUpdate) => Promise<void>) {
    this.#folder = folder;
    this.#update = update;
  }

  /** Sends the list if it is another than before. Never rejects: a folder that cannot be read now has the commands it had. */
  async offer(sidecar: Pick<PosternClient, 'workspace'>): Promise<void> {
    try {
      const availableCommands = [...commandsOf(await sidecar.workspace(this.#folder))];
      const list = JSON.stringify(availableCommands);
      if (this.#isOver || list === this.#sent) return;
      await this.#update({ sessionUpdate: 'available_commands_update', availableCommands });
      this.#sent = list;
    } catch {
      // What can be typed is a help: prompts do without.
    }
  }

  /** The editor knows the session no longer: nothing is sent from here on. */
  end(): void {
    this.#isOver = true;
  }
}
