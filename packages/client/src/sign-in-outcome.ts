import type { AuthStatus, ErrorCode } from '@postern/contract';

/** What a status says of a sign-in that was begun. `settling`: its answer has come and is being exchanged. */
export type SignInOutcome =
  | { readonly type: 'waiting' | 'settling' | 'signed_in' | 'superseded' }
  | { readonly type: 'failed'; readonly code: string };

/** How a sign-in can end badly; any other error is about the sign-in that was there before. */
const badEnds: ReadonlySet<string> = new Set<ErrorCode>([
  'access_denied',
  'authorization_failed',
  'callback_invalid',
  'code_rejected',
  'credential_store_locked',
  'credential_store_unavailable',
  'exchange_ambiguous',
  'issuer_mismatch',
  'metadata_rejected',
  'metadata_unavailable',
  'sign_in_cancelled',
  'sign_in_expired',
  'storage_full',
  'token_response_invalid',
]);

/** Judges by comparing with the status from before the sign-in, which may have been good, or failed, already. Pure. */
export function signInOutcome(before: AuthStatus, now: AuthStatus, signInId: string): SignInOutcome {
  if (now.pendingSignIn?.signInId === signInId) return { type: 'waiting' };
  const changed = before.state !== now.state || before.expiresAt !== now.expiresAt;
  if (now.state === 'signed_in' && changed) return { type: 'signed_in' };
  if (now.pendingSignIn !== null) return { type: 'superseded' };
  const { lastError } = now;
  if (lastError !== null && lastError.at !== before.lastError?.at && badEnds.has(lastError.code))
    return { type: 'failed', code: lastError.code };
  return { type: 'settling' };
}
