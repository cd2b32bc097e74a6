import type { ErrorCode, SignInState } from '@postern/contract';
import { backoffUntilMs } from './freshness.ts';
import type { SignIn } from './sign-in.ts';

/** How a stored sign-in stands at one moment. Everything that shows, chooses, refuses or renews a sign-in reads it here. */
export interface SignInStanding {
  /** In one word; `pending` is not about the stored sign-in. */
  readonly state: Exclude<SignInState, 'pending'>;
  /** Its access token may be sent: the service has not rejected it, and it has not ended. */
  readonly serves: boolean;
  /** Another access token can be had without the user. */
  readonly refreshable: boolean;
  /** It serves, or a refresh may be tried now. */
  readonly usable: boolean;
  /** Why it is not usable; null where it is. */
  readonly code: ErrorCode | null;
  /** Unix ms from which it may be tried again; null where it is usable, or time alone does not help. */
  readonly retryAtMs: number | null;
  /** A new sign-in is what helps: it has ended, or its access token has and the server itself refuses to renew it. */
  readonly connectAgain: boolean;
}

/** What an operator's program or file failed to give. */
const sourceFaults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'client_assertion_unavailable',
  'token_source_unavailable',
]);

/**
 * Derives the standing from the stored facts and the clock. A refresh that a crash cut off counts as one that may be tried: only
 * the lock can tell it from one that is being sent right now. Pure.
 */
export function standingOf(signIn: SignIn, nowMs: number): SignInStanding {
  const { status, tokens, failedAttempt } = signIn;
  if (status === 'absent' || tokens === null) return needsUser('signed_out', 'not_signed_in');
  if (status === 'reauthorization_required')
    return needsUser('reauthorization_required', 'reauthorization_required');
  const serves = status === 'active' && nowMs < tokens.expiresAtMs;
  const refreshable = tokens.refreshToken !== null || signIn.supplied === true;
  // Without a refresh token nothing has to fail first: it ends with its access token, or when that is rejected.
  if (!serves && !refreshable) return needsUser('reauthorization_required', 'reauthorization_required');
  const state =
    failedAttempt === null
      ? 'signed_in'
      : failedAttempt.code === 'misconfigured'
        ? 'misconfigured'
        : 'refresh_failing';
  // While a refresh backs off, the access token serves to its very end.
  const retryAtMs = serves ? null : backoffUntilMs(failedAttempt, nowMs);
  const connectAgain = !serves && failedAttempt?.refused === true;
  if (failedAttempt === null || retryAtMs === null)
    return { state, serves, refreshable, usable: true, code: null, retryAtMs: null, connectAgain };
  // For a caller that needs a token it is one more temporary refresh failure; the status says which.
  const code = sourceFaults.has(failedAttempt.code) ? 'refresh_unavailable' : failedAttempt.code;
  return { state, serves, refreshable, usable: false, code, retryAtMs, connectAgain };
}

function needsUser(state: SignInStanding['state'], code: ErrorCode): SignInStanding {
  const nothing = { serves: false, refreshable: false, usable: false, retryAtMs: null };
  return { state, ...nothing, code, connectAgain: true };
}
