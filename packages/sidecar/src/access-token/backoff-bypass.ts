import type { FailedAttempt } from '../credentials/index.ts';
import type { RefreshTrigger } from './access-tokens.ts';

const hourMs = 3_600_000;
const misconfiguredTriesAnHour = 5;

/**
 * Who already had the one try that is allowed outside a back-off (docs/spec/refresh.md#back-off). A sidecar keeps it in memory, so that
 * starting it again, perhaps with what was wrong put right, gives another; commands that live for one try share what the record says.
 */
export interface BackoffBypass {
  has(id: string, trigger: RefreshTrigger, attempt: FailedAttempt | null): boolean;
  /**
   * Unix ms until which nothing at all is sent: this installation is refused, and has been so often within an hour that the server
   * may take it for a storm. Null where it is not.
   */
  limitedUntilMs(id: string, attempt: FailedAttempt | null, nowMs: number): number | null;
  note(id: string, trigger: RefreshTrigger, attempt: FailedAttempt | null, nowMs: number): void;
  forget(id: string): void;
  /** This process is a sidecar. */
  markLongLived(): void;
}

export function createBackoffBypass(): BackoffBypass {
  /** Trigger and credential → the step of the back-off (its count) in which it was used. */
  const used = new Map<string, number>();
  const sentAtMs = new Map<string, readonly number[]>();
  let longLived = false;
  // One that lies in the future is from before the clock was set back.
  const recent = (id: string, nowMs: number): readonly number[] =>
    (sentAtMs.get(id) ?? []).filter((at) => at <= nowMs && nowMs - at < hourMs);
  return {
    has(id, trigger, attempt) {
      if (attempt === null || trigger === 'due') return false;
      return longLived
        ? used.get(`${trigger} ${id}`) === attempt.count
        : attempt.triedOutside?.includes(trigger) === true;
    },
    limitedUntilMs(id, attempt, nowMs) {
      if (attempt?.code !== 'misconfigured') return null;
      const oldest = recent(id, nowMs).at(-misconfiguredTriesAnHour);
      return oldest === undefined ? null : oldest + hourMs;
    },
    note(id, trigger, attempt, nowMs) {
      if (attempt !== null) used.set(`${trigger} ${id}`, attempt.count);
      sentAtMs.set(id, [...recent(id, nowMs), nowMs]);
    },
    forget(id) {
      for (const trigger of ['rejected', 'person'] as const) used.delete(`${trigger} ${id}`);
      sentAtMs.delete(id);
    },
    markLongLived() {
      longLived = true;
    },
  };
}
