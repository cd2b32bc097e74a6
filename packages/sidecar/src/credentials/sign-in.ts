import type { ErrorCode } from '@postern/contract';
import type { Secret } from '../secret/index.ts';

/** Statuses that are stored. *Refreshing* and *expired* are not: one would be wrong after a crash, the other is derived from the clock. */
export const signInStatuses = ['absent', 'active', 'rejected', 'reauthorization_required'] as const;
export type SignInStatus = (typeof signInStatuses)[number];

/** What a token response gave, in our words. */
export interface Tokens {
  readonly accessToken: Secret;
  readonly refreshToken: Secret | null;
  readonly tokenType: string;
  readonly scopes: readonly string[];
  /** Unix ms by our clock, read before the request was sent, so that expiry is never late. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** Unix ms at which the login itself ends, where the server says; refreshing does not move it. */
  readonly loginEndsAtMs: number | null;
  /** The key that these tokens are bound to; absent: they are bearer tokens. Source: RFC 9449. */
  readonly proofKey?: Secret | undefined;
}

export interface Account {
  readonly email: string | null;
  readonly organization: string | null;
  /** As the server shows it, where it says. */
  readonly name?: string | undefined;
  /** Of linked billing: which link to which organization these tokens bill. No secret. */
  readonly connectionId?: string | undefined;
}

/** The last attempt to refresh that did not succeed. */
export interface FailedAttempt {
  readonly code: ErrorCode;
  readonly atMs: number;
  /** How many in a row. */
  readonly count: number;
  /** Unix ms before which it is not retried automatically. */
  readonly retryAtMs: number;
  /** Triggers that have used the one try each has before that; absent: none. Stored, so that all processes share it. */
  readonly triedOutside?: readonly BypassTrigger[];
  /** The authorization server itself answered, and did not take the refresh token; absent: it did not. */
  readonly refused?: boolean;
}

/** Who may try a refresh once although a back-off runs: after a 401 from upstream, and the user (docs/spec/refresh.md#back-off). */
export const bypassTriggers = ['rejected', 'person'] as const;
type BypassTrigger = (typeof bypassTriggers)[number];

/** Written before a refresh token is sent, removed when its answer is known. */
export interface RefreshIntent {
  readonly refreshTokenFingerprint: string;
  readonly atMs: number;
  /** True once the answer is known to be lost: the token is possibly spent. */
  readonly unanswered: boolean;
  /** True once the one late try was made. */
  readonly triedLate: boolean;
}

/** One stored sign-in: facts only. The version grows with every change of its tokens and never shrinks. */
export interface SignIn {
  readonly version: number;
  readonly status: SignInStatus;
  /** Why the user is needed, where one is. */
  readonly reason: 'refresh_rejected' | 'interrupted_refresh' | null;
  readonly tokens: Tokens | null;
  readonly issuer: string | null;
  readonly clientId: string | null;
  readonly account: Account | null;
  readonly failedAttempt: FailedAttempt | null;
  readonly intent: RefreshIntent | null;
  readonly acceptedAtMs: number | null;
  readonly cooldown: { readonly untilMs: number; readonly version: number } | null;
  /** Its tokens come from a program or a file of the operator; such a record is never stored. */
  readonly supplied?: true;
}

/** A sign-in that is not there. Keeps its version: a late answer about an earlier one must find a higher number. */
export function absentSignIn(version: number): SignIn {
  return {
    version,
    status: 'absent',
    reason: null,
    tokens: null,
    issuer: null,
    clientId: null,
    account: null,
    failedAttempt: null,
    intent: null,
    acceptedAtMs: null,
    cooldown: null,
  };
}
