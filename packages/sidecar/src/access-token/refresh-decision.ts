import {
  expired,
  type FailedAttempt,
  type RefreshIntent,
  restsUntilMs,
  type SignIn,
  type Tokens,
} from '../credentials/index.ts';
import type { RefreshWish } from './access-tokens.ts';
import { networkSettlesMs } from './back-off.ts';

/** What to do about a record that was just read under the lock. */
export type RefreshDecision =
  /** Somebody was faster. */
  | { readonly do: 'adopt' }
  | { readonly do: 'stop'; readonly why: 'not_signed_in' | 'reauthorization_required' | 'not_refreshable' }
  /** Not yet: the last attempt asked for rest. */
  | { readonly do: 'rest'; readonly retryAtMs: number }
  /** The refresh token is possibly spent, and the access token still lives. */
  | { readonly do: 'uncertain' }
  /** Possibly spent, and a crash cut off the late try: it must not be sent a third time. */
  | { readonly do: 'give_up' }
  /** `late`: the one try that is allowed with a possibly spent token. */
  | { readonly do: 'send'; readonly late: boolean };

/** Whether the wish already had its one try outside the present back-off. */
export type HadItsTry = boolean;

/**
 * Steps 1, 4, 9 and 10 of the refresh algorithm as one pure decision (design, section 5).
 * `askedVersion` is the version the caller knew when it asked.
 */
export function refreshDecision(
  record: SignIn,
  askedVersion: number,
  wish: RefreshWish,
  hadItsTry: HadItsTry,
  nowMs: number,
): RefreshDecision {
  if (record.status === 'absent' || record.tokens === null) return { do: 'stop', why: 'not_signed_in' };
  if (record.status === 'reauthorization_required') return { do: 'stop', why: 'reauthorization_required' };
  if (record.version > askedVersion && record.status === 'active' && !expired(record.tokens, nowMs))
    return { do: 'adopt' };
  if (record.tokens.refreshToken === null) return { do: 'stop', why: 'not_refreshable' };
  if (record.intent !== null) return possiblySpent(record, record.intent, record.tokens, wish, nowMs);
  const retryAtMs = restsUntilMs(record.failedAttempt, nowMs);
  if (retryAtMs !== null && (wish === 'due' || hadItsTry)) return { do: 'rest', retryAtMs };
  return { do: 'send', late: false };
}

function possiblySpent(
  record: SignIn,
  intent: RefreshIntent,
  tokens: Tokens,
  wish: RefreshWish,
  nowMs: number,
): RefreshDecision {
  // A refused access token has ended whatever its clock says.
  const ended = record.status === 'rejected' || nowMs >= tokens.expiresAtMs;
  if (!ended) return { do: 'uncertain' };
  if (intent.triedLate) return { do: 'give_up' };
  const retryAtMs = lateTryRestsUntilMs(record.failedAttempt, wish, nowMs);
  return retryAtMs === null ? { do: 'send', late: true } : { do: 'rest', retryAtMs };
}

/** A server that asked for rest gets it from everybody; a lost answer holds up only those who do not wait for a person. */
function lateTryRestsUntilMs(attempt: FailedAttempt | null, wish: RefreshWish, nowMs: number): number | null {
  const untilMs = restsUntilMs(attempt, nowMs);
  if (attempt === null || untilMs === null || attempt.code !== 'refresh_uncertain') return untilMs;
  switch (wish) {
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
