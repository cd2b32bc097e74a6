import { Button, HandFocusOn, Notice } from '../controls/index.ts';
import type { QueuedMessage } from '../state/queued-message.ts';

interface QueuedMessageNoteProps {
  readonly queued: QueuedMessage | null;
  readonly onSend: () => void;
  /** Puts it back where it can be written on. */
  readonly onEdit: (queued: QueuedMessage) => void;
  readonly onRemove: () => void;
}

const longestShown = 200;

/** What was sent while an answer is under way, and what will become of it. */
export function QueuedMessageNote({ queued, onSend, onEdit, onRemove }: QueuedMessageNoteProps) {
  const isHeld = queued?.isHeld === true;
  const title = isHeld ? 'Not sent: the answer before it did not finish' : 'Sends when this answer finishes';
  const { prompt = '', files = [] } = queued ?? {};
  return (
    <>
      {/* There all the time, so that a screen reader hears what changes in it. */}
      <p className="visually-hidden" role="status" aria-label="Queued message">
        {queued === null ? null : title}
      </p>
      {queued === null ? null : (
        <Notice
          tone={isHeld ? 'warn' : 'note'}
          title={title}
          actions={
            <HandFocusOn to="prompt">
              {isHeld ? (
                <Button size="s" icon="send" onClick={onSend}>
                  Send now
                </Button>
              ) : null}
              <Button size="s" onClick={() => onEdit(queued)}>
                Edit
              </Button>
              <Button size="s" look="quiet" onClick={onRemove}>
                Remove
              </Button>
            </HandFocusOn>
          }
        >
          <p dir="auto">
            “{prompt.slice(0, longestShown)}
            {prompt.length > longestShown ? '…' : ''}”
            {files.length === 0 ? null : ` with ${files.length === 1 ? 'a file' : `${files.length} files`}`}
          </p>
        </Notice>
      )}
    </>
  );
}
