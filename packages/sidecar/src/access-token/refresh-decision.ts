import {
  backoffUntilMs,
  expired,
  type FailedAttempt,
  type RefreshIntent,
  type SignIn,
  standingOf,
  type Tokens,
} from '../credentials/index.ts';
import type { RefreshTrigger } from './access-tokens.ts';
import { networkSettlesMs } from './back-off.ts';

/** What to do about a record that was just read under the lock. */
export type RefreshDecision =
  /** Another process was faster. */
  | { readonly do: 'adopt' }
  | { readonly do: 'stop'; readonly why: 'not_signed_in' | 'reauthorization_required' | 'not_refreshable' }
  /** Not yet: the last attempt failed. */
  | { readonly do: 'back_off'; readonly retryAtMs: number }
  /** The refresh token is possibly spent, and the access token still lives. */
  | { readonly do: 'uncertain' }
  /** Possibly spent, and a crash cut off the late try: it must not be sent a third time. */
  | { readonly do: 'give_up' }
  /** `late`: the one try that is allowed with a possibly spent token. */
  | { readonly do: 'send'; readonly late: boolean };

/** Whether the trigger already had its one try outside the present back-off. */
export type BypassUsed = boolean;

/**
 * What to do about the record that was read under the lock. Pure. Source: docs/spec/refresh.md#decision.
 * `askedVersion` is the version the caller knew when it asked; `limitedUntilMs` is when the hourly limit lets anything be sent again.
 */
export function refreshDecision(
  record: SignIn,
  askedVersion: number,
  trigger: RefreshTrigger,
  bypassUsed: BypassUsed,
  nowMs: number,
  limitedUntilMs: number | null = null,
): RefreshDecision {
  const { state, refreshable } = standingOf(record, nowMs);
  if (state === 'signed_out' || record.tokens === null) return { do: 'stop', why: 'not_signed_in' };
  if (state === 'reauthorization_required') return { do: 'stop', why: 'reauthorization_required' };
  if (record.version > askedVersion && record.status === 'active' && !expired(record.tokens, nowMs))
    return { do: 'adopt' };
  if (!refreshable) return { do: 'stop', why: 'not_refreshable' };
  if (record.intent !== null) return possiblySpent(record, record.intent, record.tokens, trigger, nowMs);
  const backoffEndMs = trigger === 'due' || bypassUsed ? backoffUntilMs(record.failedAttempt, nowMs) : null;
  const retryAtMs = Math.max(backoffEndMs ?? nowMs, limitedUntilMs ?? nowMs);
  return retryAtMs > nowMs ? { do: 'back_off', retryAtMs } : { do: 'send', late: false };
}

function possiblySpent(
  record: SignIn,
  intent: RefreshIntent,
  tokens: Tokens,
  trigger: RefreshTrigger,
  nowMs: number,
): RefreshDecision {
  // A refused access token has ended whatever its clock says.
  const ended = record.status === 'rejected' || nowMs >= tokens.expiresAtMs;
  if (!ended) return { do: 'uncertain' };
  if (intent.triedLate) return { do: 'give_up' };
  const retryAtMs = lateTryBackoffMs(record.failedAttempt, trigger, nowMs);
  return retryAtMs === null ? { do: 'send', late: true } : { do: 'back_off', retryAtMs };
}

/** A back-off that the server asked for binds every caller; one after a lost answer binds only automatic refreshes. */
function lateTryBackoffMs(
  attempt: FailedAttempt | null,
  trigger: RefreshTrigger,
  nowMs: number,
): number | null {
  const untilMs = backoffUntilMs(attempt, nowMs);
  if (attempt === null || untilMs === null || attempt.code !== 'refresh_uncertain') return untilMs;
  switch (trigger) {
    case 'person':
      return null;
    case 'due':
      return untilMs;
    case 'rejected': {
      // The access token ended earlier than its clock says: the late try is due as soon as the network had time to settle.
      const settledAtMs = Math.min(untilMs, attempt.atMs + networkSettlesMs);
      return settledAtMs > nowMs ? settledAtMs : null;
    }
  }
}
