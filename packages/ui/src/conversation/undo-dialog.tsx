import type { Rewind } from '@postern/contract';
import { useEffect, useRef, useState } from 'react';
import { Badge, Button, Dialog, FailureNotice, VisibleText } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';

/** What can be undone or was, or what went wrong. */
export type UndoAnswer = { readonly rewind: Rewind } | { readonly failure: Failure };

interface UndoDialogProps {
  /** Says what would be undone. */
  readonly onLook: () => Promise<UndoAnswer>;
  /** Undoes it, unless the files changed since `state`. */
  readonly onUndo: (state: string) => Promise<UndoAnswer>;
  readonly onClose: () => void;
}

/** Shows which files go back to what they were before a message, and does it once that was seen. */
export function UndoDialog({ onLook, onUndo, onClose }: UndoDialogProps) {
  const [seen, setSeen] = useState<UndoAnswer | null>(null);
  const [done, setDone] = useState<UndoAnswer | null>(null);
  const [busy, setBusy] = useState(false);
  const look = useRef(async () => {
    setDone(null);
    setSeen(null);
    setSeen(await onLook());
  });
  useEffect(() => void look.current(), []);
  const undo = async (state: string): Promise<void> => {
    setBusy(true);
    setDone(await onUndo(state));
    setBusy(false);
  };
  const failure = failureIn(done) ?? failureIn(seen);
  if (failure !== null) {
    return (
      <Dialog title="Undo file changes" onClose={onClose}>
        <FailureNotice failure={failure} />
        <div className="row dialog-actions">
          {failure.retryable ? (
            <Button icon="retry" onClick={() => void look.current()}>
              {failure.code === 'files_changed' ? 'Look again' : 'Try again'}
            </Button>
          ) : null}
          <Close onClose={onClose} />
        </div>
      </Dialog>
    );
  }
  if (done !== null && 'rewind' in done) return <Done rewind={done.rewind} onClose={onClose} />;
  if (seen === null || !('rewind' in seen)) {
    return (
      <Dialog title="Undo file changes" onClose={onClose}>
        <p role="status">Looking at the files…</p>
      </Dialog>
    );
  }
  const { files, insertions, deletions, state } = seen.rewind;
  if (files.length === 0) {
    return (
      <Dialog title="Nothing to undo" onClose={onClose}>
        <p>The files are as they were before this message.</p>
        <div className="row dialog-actions">
          <Close onClose={onClose} />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title="Undo file changes?" onClose={onClose}>
      <p>
        These files go back to what they were before this message. What later messages changed in them is
        undone as well.
      </p>
      <FileList files={files} />
      <p className="soft">
        {`${lines(insertions)} restored, ${lines(deletions)} removed. What commands changed stays as it is. You can’t redo this.`}
      </p>
      <div className="row dialog-actions">
        <Button look="danger" busy={busy} onClick={() => void undo(state)}>
          Undo changes
        </Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}

function Done({ rewind, onClose }: { readonly rewind: Rewind; readonly onClose: () => void }) {
  const { files, skipped } = rewind;
  return (
    <Dialog title={skipped.length === 0 ? 'Changes undone' : 'Not everything was undone'} onClose={onClose}>
      <p role="status">
        {`${files.length === 1 ? '1 file is' : `${files.length} files are`} as before this message.`}
      </p>
      {skipped.length === 0 ? null : (
        <>
          <p>These files could not be restored. Take them from version control or a backup:</p>
          <FileList files={skipped.map((path) => ({ path, changedSince: false }))} />
        </>
      )}
      <div className="row dialog-actions">
        <Close onClose={onClose} />
      </div>
    </Dialog>
  );
}

function FileList({ files }: Pick<Rewind, 'files'>) {
  return (
    <ul className="undo-files">
      {files.map(({ path, changedSince }) => (
        <li key={path}>
          <code>
            <VisibleText text={path} />
          </code>
          {changedSince ? (
            <>
              {' '}
              <Badge tone="warn">Changed after the agent’s work: that is lost too</Badge>
            </>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function Close({ onClose }: Pick<UndoDialogProps, 'onClose'>) {
  return (
    <Button look="quiet" onClick={onClose}>
      Close
    </Button>
  );
}

function failureIn(answer: UndoAnswer | null): Failure | null {
  return answer !== null && 'failure' in answer ? answer.failure : null;
}

function lines(count: number): string {
  return count === 1 ? '1 line' : `${count} lines`;
}
