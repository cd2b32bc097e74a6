import type { RejectedToken, ResolvedCredential } from '../selection/index.ts';

/** One request that was sent with a credential. */
export interface Attempt {
  readonly resolved: ResolvedCredential;
  /** The service rejected the access token itself. */
  readonly isTokenRejected: boolean;
  /** The answer is not used. */
  discard(): void;
}

/** The one refresh that a request may force; null while it is not used up. */
export interface ForcedRefresh {
  rejected: RejectedToken | null;
}

/**
 * Makes an attempt, and where the service rejects its access token a second one, for which a newer token is needed than the rejected
 * one: `attempt` gets it by one forced refresh, unless there is one already. Null where an attempt gives null.
 */
export async function withForcedRefresh<A extends Attempt>(
  refresh: ForcedRefresh,
  attempt: (rejected: RejectedToken | null) => Promise<A | null>,
): Promise<A | null> {
  for (;;) {
    const made = await attempt(refresh.rejected);
    if (made === null || !made.isTokenRejected) return made;
    const { resolved } = made;
    if (resolved.kind !== 'oauth' || refresh.rejected !== null) return made;
    refresh.rejected = { id: resolved.id, version: resolved.version };
    made.discard();
  }
}
