import type { FailedAttempt } from '../credentials/index.ts';
import type { RefreshWish } from './access-tokens.ts';

const hourMs = 3_600_000;
const misconfiguredTriesAnHour = 5;

/** Who already had the one try that is allowed outside a back-off (design, section 5, step 9). Lives as long as the process. */
export interface TriesOutsideBackOff {
  has(id: string, wish: RefreshWish, resting: FailedAttempt | null, nowMs: number): boolean;
  note(id: string, wish: RefreshWish, resting: FailedAttempt | null, nowMs: number): void;
  forget(id: string): void;
}

export function createTriesOutsideBackOff(): TriesOutsideBackOff {
  /** Credential and wish → the step of the back-off (its count) in which it was used. */
  const used = new Map<string, number>();
  const sentAtMs = new Map<string, readonly number[]>();
  const key = (id: string, wish: RefreshWish): string => `${wish} ${id}`;
  const recent = (id: string, nowMs: number): readonly number[] =>
    (sentAtMs.get(id) ?? []).filter((at) => nowMs - at < hourMs);
  return {
    has(id, wish, resting, nowMs) {
      if (resting === null) return false;
      if (resting.code === 'misconfigured' && recent(id, nowMs).length >= misconfiguredTriesAnHour)
        return true;
      return used.get(key(id, wish)) === resting.count;
    },
    note(id, wish, resting, nowMs) {
      if (resting !== null) used.set(key(id, wish), resting.count);
      sentAtMs.set(id, [...recent(id, nowMs), nowMs]);
    },
    forget(id) {
      for (const wish of ['due', 'rejected', 'person'] as const) used.delete(key(id, wish));
      sentAtMs.delete(id);
    },
  };
}
