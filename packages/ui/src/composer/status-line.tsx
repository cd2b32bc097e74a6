import { Badge, Button } from '../controls/index.ts';
import type { Readiness } from './readiness.ts';
import { type Run, readinessWording } from './readiness-wording.ts';

interface StatusLineProps {
  readonly readiness: Readiness;
  readonly nowMs: number;
  readonly run: Run;
  /** What the next query begins with; null if there is nothing to distinguish. */
  readonly next: string | null;
  readonly onAccounts: () => void;
}

/**
 * Whether a prompt can go out and who would pay. Announced when it changes, not when a clock ticks; while a query runs, the
 * announcer tells what is worth hearing, and once is enough.
 */
export function StatusLine({ readiness, nowMs, run, next, onAccounts }: StatusLineProps) {
  const { tone, text, leadsTo } = readinessWording(readiness, nowMs, run);
  const [state = text, ...detail] = text.split(' · ');
  return (
    <div className="status-line">
      <div role="status" aria-label="Readiness" aria-live={run === 'idle' ? 'polite' : 'off'}>
        <Badge tone={tone} detail={detail.map((each) => ` · ${each}`).join('')}>
          {state}
        </Badge>
      </div>
      {next === null && leadsTo === null ? null : (
        <div className="status-aside">
          {next === null ? null : (
            <p className="next-credential small soft" title={next}>
              Next<span className="visually-hidden"> question goes to</span>: {next}
            </p>
          )}
          {leadsTo === null ? null : (
            <Button look="quiet" size="s" onClick={onAccounts}>
              See accounts
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
