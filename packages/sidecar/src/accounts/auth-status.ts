import { type AuthStatus, type ErrorCode, errorTable, type StoreHealth } from '@postern/contract';
import { expiresSoon, instant, type SignIn, type SignInStanding, standingOf } from '../credentials/index.ts';
import type { PendingSignIn } from '../store/index.ts';

/** A failure to tell the user of, until something newer happened. */
export interface NotedError {
  readonly code: ErrorCode;
  readonly atMs: number;
  /** What is particular to it, for the user; never a secret. */
  readonly detail?: string | null;
}

/** Everything the status of one sign-in is derived from. */
export interface AuthStatusFacts {
  readonly record: SignIn;
  readonly pending: PendingSignIn | null;
  readonly signInError: NotedError | null;
  readonly provider: string | null;
  /** It bills an organization, by request. */
  readonly linkedBilling: boolean;
  /** When the service said that the link of this sign-in has ended; null: it did not. */
  readonly linkEndedAtMs: number | null;
  readonly fallbackAvailable: boolean;
  readonly activeCredential: AuthStatus['activeCredential'];
  readonly store: StoreHealth;
  readonly revocation: AuthStatus['revocation'];
  readonly nowMs: number;
}

/** With linked billing a sign-in that ended is a link that has ended, as far as Postern can know; and the other way round. */
const linkEnded = {
  title: 'The organization is no longer linked, or its approval has ended',
  nextStep: 'Link it again. Your conversations and settings are kept.',
};

/** Where the access has ended and the server itself refuses to renew it, no patience helps. */
export const renewalRefused =
  'The server refuses to renew it, and its access has ended: sign in again. What is stored is kept until then.';

/** `GET /auth/anthropic/status`, from facts. Pure. */
export function authStatusOf(facts: AuthStatusFacts): AuthStatus {
  const { record, pending, nowMs } = facts;
  const { tokens } = record;
  const standing = standingNow(facts);
  const state = standing.state === 'signed_out' && pending !== null ? 'pending' : standing.state;
  return {
    state,
    connected:
      record.acceptedAtMs !== null &&
      record.status === 'active' &&
      state !== 'reauthorization_required' &&
      (standing.serves || record.failedAttempt === null),
    expiresAt: tokens === null ? null : instant(tokens.expiresAtMs),
    expiresSoon:
      tokens !== null && record.supplied !== true && expiresSoon(tokens, standing.refreshable, nowMs),
    refreshable: standing.refreshable,
    connectAgain: standing.connectAgain,
    scopes: [...(tokens?.scopes ?? [])],
    account: record.account,
    provider: facts.provider,
    billing: facts.linkedBilling ? 'linked_organization' : 'plan',
    supplied: record.supplied === true,
    fallbackAvailable: facts.fallbackAvailable,
    activeCredential: facts.activeCredential,
    store: facts.store,
    pendingSignIn:
      pending === null
        ? null
        : {
            signInId: pending.signInId,
            authorizationUrl: pending.authorizationUrl,
            expiresAt: instant(pending.expiresAtMs),
          },
    lastError: lastError(facts, standing, state),
    // What became of an earlier sign-in says nothing of the present one.
    revocation: tokens === null ? facts.revocation : null,
  };
}

function standingNow({ record, linkEndedAtMs, nowMs }: AuthStatusFacts): SignInStanding {
  const standing = standingOf(record, nowMs);
  if (linkEndedAtMs === null || standing.state === 'signed_out') return standing;
  return { ...standing, state: 'reauthorization_required', connectAgain: true };
}

function lastError(
  { record, signInError, nowMs, linkedBilling, linkEndedAtMs }: AuthStatusFacts,
  { connectAgain }: SignInStanding,
  state: AuthStatus['state'],
): AuthStatus['lastError'] {
  const { failedAttempt, tokens } = record;
  // Without a refresh token nothing has to fail: the sign-in ends with its access token, or when that was refused.
  const endedAtMs = linkEndedAtMs ?? failedAttempt?.atMs ?? Math.min(tokens?.expiresAtMs ?? nowMs, nowMs);
  const ofRecord: NotedError | null =
    state === 'reauthorization_required'
      ? { code: 'reauthorization_required', atMs: endedAtMs }
      : failedAttempt;
  const newest =
    signInError !== null && (ofRecord === null || signInError.atMs >= ofRecord.atMs) ? signInError : ofRecord;
  if (newest === null) return null;
  const { title, nextStep } =
    linkedBilling && newest.code === 'reauthorization_required' ? linkEnded : errorTable[newest.code];
  const { detail = null } = newest;
  return {
    code: newest.code,
    title,
    at: instant(newest.atMs),
    nextStep: newest === failedAttempt && connectAgain ? renewalRefused : nextStep,
    ...(detail !== null && detail !== nextStep && { detail }),
  };
}
