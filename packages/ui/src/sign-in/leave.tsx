import { Button } from '../controls/index.ts';

interface LeaveProps {
  readonly label: string;
  readonly onLeave: () => void;
}

/** The one way out of a dialog that has nothing else to offer. */
export function Leave({ label, onLeave }: LeaveProps) {
  return (
    <div className="row dialog-actions">
      <Button look="quiet" onClick={onLeave}>
        {label}
      </Button>
    </div>
  );
}
