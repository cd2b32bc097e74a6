import type { FailedAttempt } from '../credentials/index.ts';
import type { RefreshWish } from './access-tokens.ts';

const hourMs = 3_600_000;
const misconfiguredTriesAnHour = 5;

/**
 * Who already had the one try that is allowed outside a back-off (design, section 5, step 9). The record says it, for all processes;
 * what this process sent in the last hour holds it back besides where the configuration is at fault.
 */
export interface TriesOutsideBackOff {
  has(id: string, wish: RefreshWish, resting: FailedAttempt | null, nowMs: number): boolean;
  note(id: string, nowMs: number): void;
  forget(id: string): void;
}

export function createTriesOutsideBackOff(): TriesOutsideBackOff {
  const sentAtMs = new Map<string, readonly number[]>();
  const recent = (id: string, nowMs: number): readonly number[] =>
    (sentAtMs.get(id) ?? []).filter((at) => nowMs - at < hourMs);
  return {
    has(id, wish, resting, nowMs) {
      if (resting === null) return false;
      if (resting.code === 'misconfigured' && recent(id, nowMs).length >= misconfiguredTriesAnHour)
        return true;
      return wish !== 'due' && resting.triedOutside?.includes(wish) === true;
    },
    note(id, nowMs) {
      sentAtMs.set(id, [...recent(id, nowMs), nowMs]);
    },
    forget(id) {
      sentAtMs.delete(id);
    },
  };
}
