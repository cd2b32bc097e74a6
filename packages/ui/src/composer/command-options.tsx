import { VisibleText } from '../controls/index.ts';
import type { Command } from './command-list.ts';

interface CommandOptionsProps {
  readonly id: string;
  readonly offered: readonly Command[];
  readonly active: number;
  readonly onTake: (command: Command) => void;
}

/** The list that belongs to the prompt's field, which keeps the focus and takes the keys. */
export function CommandOptions({ id, offered, active, onTake }: CommandOptionsProps) {
  return (
    <div id={id} role="listbox" aria-label="Commands" className="command-list" hidden={offered.length === 0}>
      {offered.map((command, index) => (
        <div
          key={command.name}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === active}
          className="combo-option command-option"
          onPointerDown={(event) => {
            event.preventDefault();
            onTake(command);
          }}
        >
          <code>
            <VisibleText text={`/${command.name}`} dir="ltr" />
          </code>
          {command.argumentHint === null ? null : (
            <span className="small soft">
              <VisibleText text={command.argumentHint} dir="ltr" />
            </span>
          )}
          <span className="small soft command-about">
            <VisibleText text={command.description} />
          </span>
        </div>
      ))}
    </div>
  );
}
