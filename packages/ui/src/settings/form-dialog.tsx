import type { ReactNode } from 'react';
import { Button, Dialog, FailureNotice } from '../controls/index.ts';
import type { Run } from './use-run.ts';

interface FormDialogProps {
  readonly title: string;
  /** On the button that sends it. */
  readonly action: string;
  readonly run: Pick<Run, 'busy' | 'failure'>;
  /** Not called while what was sent is under way. */
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  /** Its fields. */
  readonly children: ReactNode;
}

/** A dialog that sends what its fields hold: by its button or Enter, and says what went wrong. */
export function FormDialog({ title, action, run, onSubmit, onClose, children }: FormDialogProps) {
  return (
    <Dialog title={title} isForm onClose={onClose}>
      <form
        className="key-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!run.busy) onSubmit();
        }}
      >
        {children}
        {run.failure === null ? null : <FailureNotice failure={run.failure} />}
        <div className="row dialog-actions">
          <Button look="primary" submit busy={run.busy}>
            {action}
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
