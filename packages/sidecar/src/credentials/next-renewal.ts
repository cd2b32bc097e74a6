import { backoffUntilMs, renewalDueAtMs } from './freshness.ts';
import type { SignIn } from './sign-in.ts';
import { standingOf } from './sign-in-standing.ts';

/** Unix ms at which a background renewal of this record is due, or null where there is nothing to renew. */
export function nextRenewalAtMs(record: SignIn, nowMs: number): number | null {
  const { tokens, status, intent, failedAttempt } = record;
  if (tokens === null || !standingOf(record, nowMs).refreshable) return null;
  const backedOffMs = backoffUntilMs(failedAttempt, nowMs) ?? nowMs;
  // A possibly spent refresh token is not sent again before the access token has ended.
  if (intent !== null) return Math.max(tokens.expiresAtMs, backedOffMs);
  if (failedAttempt !== null) return backedOffMs;
  return status === 'rejected' ? nowMs : renewalDueAtMs(tokens);
}
