import type { ErrorCode } from '@postern/contract';
import type { SignIn, Tokens } from '../credentials/index.ts';
import type { TokenGrant } from '../oauth/index.ts';
import type { Secret } from '../secret/index.ts';

/** An access token that may be sent, with the version it belongs to: whoever reports on it says which one it was. */
export interface UsableToken {
  readonly credentialId: string;
  readonly accessToken: Secret;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly scopes: readonly string[];
}

/** A usable access token of a stored sign-in: cache, single flight, refresh, background renewal (docs/spec/refresh.md). */
export interface AccessTokens {
  /**
   * A token that is not known to be expired or refused. With `rejectedVersion`, one that is newer than that version: the current
   * one if somebody was faster, else the result of one forced refresh.
   * @throws InvalidRequestError `not_signed_in`; ReauthorizationRequiredError; OAuthResponseError `misconfigured`; TransientError
   * `refresh_unavailable` or `refresh_uncertain`; StoreError
   */
  get(credentialId: string, options?: { readonly rejectedVersion?: number }): Promise<UsableToken>;
  /**
   * At least `minValidSeconds` of life, by refreshing where fewer are left, unless the token is fresh and was never granted for more, or
   * cannot be renewed (docs/spec/contract.md#command-line: `postern token`). Same errors as `get`; a token with less is not given instead.
   */
  getValidFor(credentialId: string, minValidSeconds: number): Promise<UsableToken>;
  /** The person's Refresh: once outside the back-off. Same errors as `get`. */
  refreshNow(credentialId: string): Promise<SignIn>;
  /** The record as it stands, from memory while the store is locked; one of another server or client is as absent here. */
  current(credentialId: string): Promise<SignIn>;
  /**
   * Stores what a sign-in brought, whole, and gives the tokens it replaces, for the caller to revoke; null where there are none, or they
   * belong to another server. @throws StoreError
   */
  issue(
    credentialId: string,
    grant: TokenGrant,
    issuer: string,
    clientId: string,
  ): Promise<{ readonly record: SignIn; readonly replaced: Tokens | null }>;
  /**
   * Removes a sign-in durably, under the lock where that can be had soon, and gives what it held, for the caller to revoke; null where
   * that belongs to another server. Idempotent. @throws StoreError
   */
  end(credentialId: string): Promise<{ readonly wasSignedIn: boolean; readonly removed: Tokens | null }>;
  /** The service accepted this version just now. */
  noteAccepted(credentialId: string, version: number): Promise<void>;
  /** The token that a forced refresh had just brought was rejected as well: the credential cools down for five minutes. */
  noteRejectedAgain(credentialId: string, version: number): Promise<void>;
  /** True while a refresh of this credential is under way in this process. */
  isRefreshing(credentialId: string): boolean;
  /** False while what a refresh brought lives in memory only. */
  isSaved(credentialId: string): boolean;
  /** Renews every stored sign-in before it expires, from now on. */
  startRenewal(): void;
  /** Stops the timers and waits for a refresh that was sent: what it brings must not be lost. */
  close(): Promise<void>;
}

/** Why somebody wants a refresh: it is due, the service refused the token, or the person asked. */
export type RefreshWish = 'due' | 'rejected' | 'person';

/** Codes a refresh may leave in `failedAttempt`. */
export type RefreshFailureCode = Extract<
  ErrorCode,
  'refresh_unavailable' | 'refresh_uncertain' | 'misconfigured'
>;

/** Runs `run` once after `delayMs`; the result cancels it. */
export type Schedule = (delayMs: number, run: () => void) => () => void;
