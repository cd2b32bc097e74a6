import { Button, Notice } from '../controls/index.ts';

interface SucceededSignInProps {
  readonly title: string;
  /** What becomes of it now. */
  readonly text: string;
  readonly onClose: () => void;
}

/** A sign-in that is done. */
export function SucceededSignIn({ title, text, onClose }: SucceededSignInProps) {
  return (
    <div className="stack">
      <div role="status">
        <Notice tone="good" title={title}>
          <p>{text}</p>
        </Notice>
      </div>
      <div className="row dialog-actions">
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
