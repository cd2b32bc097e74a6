import { expired, type SignIn } from '../credentials/index.ts';
import type { RefreshWish } from './access-tokens.ts';

/** What to do about a record that was just read under the lock. */
export type RefreshDecision =
  /** Somebody was faster. */
  | { readonly do: 'adopt' }
  | { readonly do: 'stop'; readonly why: 'not_signed_in' | 'reauthorization_required' | 'not_refreshable' }
  /** Not yet: the last attempt asked for rest. */
  | { readonly do: 'rest'; readonly retryAtMs: number }
  /** The refresh token is possibly spent, and the access token still lives. */
  | { readonly do: 'uncertain' }
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
  if (record.intent !== null) return possiblySpent(record, record.tokens.expiresAtMs, nowMs);
  const rests = record.failedAttempt !== null && record.failedAttempt.retryAtMs > nowMs;
  if (rests && (wish === 'due' || hadItsTry))
    return { do: 'rest', retryAtMs: record.failedAttempt?.retryAtMs ?? nowMs };
  return { do: 'send', late: false };
}

function possiblySpent(record: SignIn, expiresAtMs: number, nowMs: number): RefreshDecision {
  // A refused access token has ended whatever its clock says.
  const ended = record.status === 'rejected' || nowMs >= expiresAtMs;
  if (!ended) return { do: 'uncertain' };
  const { failedAttempt } = record;
  const rests =
    failedAttempt !== null && failedAttempt.code !== 'refresh_uncertain' && failedAttempt.retryAtMs > nowMs;
  if (rests) return { do: 'rest', retryAtMs: failedAttempt.retryAtMs };
  return { do: 'send', late: true };
}
