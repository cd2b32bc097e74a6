import type { SignIn, Tokens } from './sign-in.ts';

/**
 * The tokens of a sign-in that may be sent to be revoked, or null. A token that was rejected, or whose refresh was sent without an
 * answer, may have been rotated out: servers that detect reuse take its return, even for revocation, for theft, and end every
 * sign-in of that user, newer ones included. Pure.
 * Source: RFC 7009, section 2.1; RFC 9700, section 4.14.2.
 */
export function revocableTokens(signIn: SignIn, nowMs: number): Tokens | null {
  const { status, tokens, intent, failedAttempt } = signIn;
  if (status === 'absent' || status === 'reauthorization_required' || tokens === null) return null;
  if (intent !== null || failedAttempt?.refused === true) return null;
  const accessTokenIsOver = status === 'rejected' || nowMs >= tokens.expiresAtMs;
  return tokens.refreshToken === null && accessTokenIsOver ? null : tokens;
}

/** Nothing of the sign-in is left at its server: the server said so, or the only token has expired. Pure. */
export function isOverAtServer(signIn: SignIn, nowMs: number): boolean {
  const { status, reason, tokens } = signIn;
  if (status === 'absent' || tokens === null) return true;
  if (status === 'reauthorization_required') return reason === 'refresh_rejected';
  return tokens.refreshToken === null && (status === 'rejected' || nowMs >= tokens.expiresAtMs);
}
