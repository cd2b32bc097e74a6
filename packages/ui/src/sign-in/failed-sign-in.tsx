import { Button, FailureNotice } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';

interface FailedSignInProps {
  readonly failure: Failure;
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

/** A failed sign-in: why, and a way to retry. */
export function FailedSignIn({ failure, onAgain, onClose }: FailedSignInProps) {
  return (
    <div className="stack">
      <FailureNotice failure={failure} />
      <div className="row dialog-actions">
        <Button look="primary" onClick={onAgain}>
          Try again
        </Button>
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
      </div>
    </div>
  );
}
