import { Badge, Button } from '../controls/index.ts';
import type { Readiness } from './readiness.ts';
import { readinessWording } from './readiness-wording.ts';

interface StatusLineProps {
  readonly readiness: Readiness;
  readonly nowMs: number;
  readonly onAccounts: () => void;
}

/** Whether a prompt can go out and who would pay. Announced when it changes, not when a clock ticks. */
export function StatusLine({ readiness, nowMs, onAccounts }: StatusLineProps) {
  const { tone, text, leadsTo } = readinessWording(readiness, nowMs);
  return (
    <div className="status-line">
      <div role="status" aria-label="Readiness">
        <Badge tone={tone}>{text}</Badge>
      </div>
      {leadsTo === null ? null : (
        <Button look="quiet" size="s" onClick={onAccounts}>
          See accounts
        </Button>
      )}
    </div>
  );
}
