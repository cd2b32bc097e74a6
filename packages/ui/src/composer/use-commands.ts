import type { WorkspaceLook } from '@postern/contract';
import { useEffect, useId, useRef, useState } from 'react';
import { type Command, commandsOf, offeredCommands } from './command-list.ts';
import type { Draft } from './composer.tsx';

interface CommandOffer {
  readonly commands: readonly Command[];
  readonly offered: readonly Command[];
  readonly active: number;
  readonly listId: string;
  /** Takes a key of the prompt; true where it was about the list. */
  readonly onKey: (event: React.KeyboardEvent) => boolean;
  readonly take: (command: Command) => void;
  /** What the prompt's field says about the list. */
  readonly wiring: React.TextareaHTMLAttributes<HTMLTextAreaElement>;
}

/** Commands that complete what is being typed: the arrows move, Tab and Enter take one, Escape closes the list until the next change. */
export function useCommands(
  draft: Draft,
  look: (path: string) => Promise<WorkspaceLook>,
  onDraft: (draft: Draft) => void,
): CommandOffer {
  const listId = useId();
  const { workspace, prompt } = draft;
  const [found, setFound] = useState<WorkspaceLook | null>(null);
  const [moved, setMoved] = useState({ prompt, name: '' });
  const [closedAt, setClosedAt] = useState<string | null>(null);
  const looking = useRef(look);
  looking.current = look;
  const isTyping = prompt.startsWith('/') && draft.mayBeCommand;
  // The folder may have been trusted, or changed, since it was looked at last: it is looked at when a name begins.
  useEffect(() => {
    let current = true;
    if (!isTyping) return;
    setFound(null);
    if (workspace === '') return;
    looking.current(workspace).then(
      (seen) => {
        if (current) setFound(seen);
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [workspace, isTyping]);
  const commands = commandsOf(found);
  const offered = closedAt === prompt ? [] : offeredCommands(draft, commands);
  // By its name: the list changes when the folder is read. What is typed next begins at the first again.
  const meant = moved.prompt === prompt ? offered.findIndex(({ name }) => name === moved.name) : 0;
  const at = Math.max(meant, 0);
  const take = ({ name }: Command) => onDraft({ ...draft, prompt: `/${name} ` });
  return {
    commands,
    offered,
    active: at,
    listId,
    take,
    onKey: (event) => {
      const chosen = offered[at];
      if (chosen === undefined) return false;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setMoved({ prompt, name: offered.at((at + step) % offered.length)?.name ?? '' });
      } else if (event.key === 'Escape') {
        setClosedAt(prompt);
        event.stopPropagation();
      } else if (event.key === 'Tab' && !event.shiftKey) {
        take(chosen);
      } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
        // A name that is whole is sent; one that is not is completed first.
        if (prompt === `/${chosen.name}`) return false;
        take(chosen);
      } else return false;
      event.preventDefault();
      return true;
    },
    // A field of several lines cannot be a combobox: it stays a text field with a list of its own.
    wiring:
      offered.length === 0
        ? {}
        : {
            'aria-autocomplete': 'list',
            'aria-haspopup': 'listbox',
            'aria-controls': listId,
            'aria-activedescendant': `${listId}-${at}`,
          },
  };
}
