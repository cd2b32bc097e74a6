import { useState } from 'react';
import { Button, Dialog, FailureNotice, Field } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';

interface ConversationDialogProps {
  readonly title: string;
  /** While it answers it cannot be deleted. */
  readonly running: boolean;
  /** Each gives what went wrong, or null. */
  readonly onRename: (title: string) => Promise<Failure | null>;
  readonly onDelete: () => Promise<Failure | null>;
  readonly onClose: () => void;
}

const longestTitle = 200;

/** Renames a conversation, or deletes it once that was said a second time. */
export function ConversationDialog({ title, running, onRename, onDelete, onClose }: ConversationDialogProps) {
  const [wanted, setWanted] = useState(title);
  const [deleting, setDeleting] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const run = async (work: () => Promise<Failure | null>): Promise<void> => {
    setBusy(true);
    const failed = await work();
    setBusy(false);
    setFailure(failed);
    if (failed === null) onClose();
  };
  const problem = failure === null ? null : <FailureNotice failure={failure} />;
  if (deleting) {
    // Keyed: a dialog of its own opens, takes the focus and is read out.
    return (
      <Dialog key="delete" title="Delete this conversation?" onClose={onClose}>
        <p>
          “{title === '' ? 'Untitled' : title}” and everything said in it is removed from this computer. It
          cannot be brought back. Its receipts stay, and so do the files it changed.
        </p>
        {problem}
        <div className="row dialog-actions">
          <Button look="danger" busy={busy} onClick={() => void run(onDelete)}>
            Delete
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog key="rename" title="Conversation" isForm onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (busy || wanted.trim() === '') return;
          void run(() => onRename(wanted));
        }}
      >
        <Field label="Title">
          {(wiring) => (
            <input
              {...wiring}
              type="text"
              value={wanted}
              maxLength={longestTitle}
              onChange={(event) => setWanted(event.target.value)}
            />
          )}
        </Field>
        {problem}
        <div className="row dialog-actions">
          <Button look="primary" submit busy={busy} disabled={wanted.trim() === ''}>
            Save
          </Button>
          <Button
            look="danger"
            disabled={running}
            title={running ? 'It is still answering.' : undefined}
            onClick={() => setDeleting(true)}
          >
            Delete…
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
