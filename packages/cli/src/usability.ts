import type { AuthStatus, CredentialView } from '@postern/contract';

/** What `postern status` says by its exit code. */
export const statusExitCode = { usable: 0, signedOut: 1, needsUser: 2, unreachable: 3 } as const;

/**
 * `usable`: a query can be sent now, if need be with a question first. A working credential that the policy lets nothing fall back to is
 * of no use to it. Otherwise `needsUser` where something is there that only the user (or time) can repair, else `signedOut`. Pure.
 */
export function usability(
  auth: AuthStatus,
  credentials: readonly CredentialView[],
): Exclude<keyof typeof statusExitCode, 'unreachable'> {
  if (auth.activeCredential !== null) return 'usable';
  const broken = credentials.some((each) => each.status !== 'absent' && each.status !== 'not_configured');
  const signedOut = auth.state === 'signed_out' || auth.state === 'pending';
  return signedOut && !broken && auth.store.healthy ? 'signedOut' : 'needsUser';
}
