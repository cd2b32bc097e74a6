import { backoffUntilMs, type FailedAttempt } from '../credentials/index.ts';
import type { RefreshFailureCode, RefreshTrigger } from './access-tokens.ts';

const transientStepsMs = [5_000, 15_000, 45_000, 120_000, 300_000, 600_000] as const;
/** A network that just lost an answer (a machine that wakes up) is given this long before the one late try. */
export const networkSettlesMs = 5_000;
const misconfiguredStepMs = 20 * 60_000;
const longestRetryAfterMs = 3_600_000;

/** What a failed attempt is built from. `random` is 0 to 1; `endOfTokenMs` is when the living access token ends. */
export interface FailureCircumstances {
  readonly code: RefreshFailureCode;
  readonly trigger: RefreshTrigger;
  readonly previous: FailedAttempt | null;
  /** From `Retry-After`, Unix ms, or null. */
  readonly retryAtMs: number | null;
  readonly endOfTokenMs: number;
  readonly nowMs: number;
  readonly random: number;
  /** The server itself answered, and did not take the token. */
  readonly refused: boolean;
}

/**
 * The attempt to remember. `Retry-After` wins over our own step; a try outside the back-off (the user's, or after a 401) leaves the
 * scheduled one where it was. An unanswered refresh is not tried again before the access token has ended, nor at once where it has: the
 * one late try must not fall into the same second of bad network (a machine that wakes up) that cost the first. A back-off from under
 * a clock that was set back since is void: nothing is outside it, and its end is not carried on.
 */
export function failedAttempt(of: FailureCircumstances): FailedAttempt {
  const outside = of.trigger !== 'due' && backoffUntilMs(of.previous, of.nowMs) !== null;
  const count = outside ? (of.previous?.count ?? 1) : (of.previous?.count ?? 0) + 1;
  const attempt: FailedAttempt = {
    code: of.code,
    atMs: of.nowMs,
    count,
    retryAtMs: retryAt(of, count, outside),
    ...(of.refused && { refused: true }),
  };
  if (!outside) return attempt;
  return { ...attempt, triedOutside: [...new Set([...(of.previous?.triedOutside ?? []), of.trigger])] };
}

function retryAt(of: FailureCircumstances, count: number, outside: boolean): number {
  const step = stepMs(of.code, count) * (0.8 + 0.4 * of.random);
  if (of.code === 'refresh_uncertain') return Math.max(of.endOfTokenMs, of.nowMs + Math.round(step));
  if (of.retryAtMs !== null)
    return Math.min(Math.max(of.retryAtMs, of.nowMs), of.nowMs + longestRetryAfterMs);
  if (outside && of.previous !== null) return of.previous.retryAtMs;
  return of.nowMs + Math.round(step);
}

function stepMs(code: RefreshFailureCode, count: number): number {
  if (code === 'misconfigured') return misconfiguredStepMs;
  if (code === 'refresh_uncertain') return networkSettlesMs;
  return transientStepsMs[Math.min(count, transientStepsMs.length) - 1] ?? transientStepsMs[0];
}
