import type { ErrorCode } from '@postern/contract';
import type { Account, SignIn, Tokens } from '../credentials/index.ts';
import type { TokenGrant } from '../oauth/index.ts';
import type { Secret } from '../secret/index.ts';

/** An access token that may be sent, with its version, so that a report on it names the right one. */
export interface UsableToken {
  readonly credentialId: string;
  readonly accessToken: Secret;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly scopes: readonly string[];
  /** The key that it is bound to; absent: a bearer token. */
  readonly proofKey?: Secret | undefined;
}

/** A usable access token of a stored sign-in: cache, single flight, refresh, background renewal (docs/spec/refresh.md). */
export interface AccessTokens {
  /**
   * A token that is not known to be expired or refused. With `rejectedVersion`, one that is newer than that version: the current
   * one if another caller was faster, else the result of one forced refresh.
   * @throws InvalidRequestError `not_signed_in`; ReauthorizationRequiredError; OAuthResponseError `misconfigured`; TransientError
   * `refresh_unavailable`, `refresh_uncertain` or `client_assertion_unavailable`; StoreError
   */
  get(credentialId: string, options?: { readonly rejectedVersion?: number }): Promise<UsableToken>;
  /**
   * At least `minValidSeconds` of life, by refreshing where fewer are left, unless the token is fresh and was never granted for more, or
   * cannot be renewed (docs/spec/contract.md#command-line: `postern token`). Same errors as `get`; a token with less is not given instead.
   */
  getValidFor(credentialId: string, minValidSeconds: number): Promise<UsableToken>;
  /** The user's Refresh: once outside the back-off. Same errors as `get`. */
  refreshNow(credentialId: string): Promise<SignIn>;
  /** The record as it stands, from memory while the store is locked; one of another server or client is as absent here. */
  current(credentialId: string): Promise<SignIn>;
  /**
   * Stores what a sign-in brought, whole. What it replaces must have gone before the code was sent: see `revocable`.
   * @throws StoreError
   */
  issue(
    credentialId: string,
    grant: Pick<TokenGrant, 'tokens' | 'account'>,
    issuer: string,
    clientId: string,
  ): Promise<SignIn>;
  /** Tokens of the stored sign-in that may be sent to be revoked: not of another server, and neither rejected nor possibly spent. */
  revocable(credentialId: string): Promise<{ readonly version: number; readonly tokens: Tokens } | null>;
  /**
   * Removes a sign-in durably, under the lock where that can be had soon, and gives what may be sent to be revoked; `isOver` where
   * nothing of it is left at the server. Idempotent. @throws StoreError
   * @param options `lockHeld`: the caller has the lock; `version`: any other is left as it is
   */
  end(
    credentialId: string,
    options?: { readonly lockHeld?: boolean; readonly version?: number },
  ): Promise<{ readonly wasSignedIn: boolean; readonly removed: Tokens | null; readonly isOver: boolean }>;
  /** Whose sign-in this version is became known later. @throws StoreError */
  noteAccount(credentialId: string, version: number, account: Account): Promise<void>;
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

/** What triggered a refresh: it is due, the service rejected the token, or the user asked. */
export type RefreshTrigger = 'due' | 'rejected' | 'person';

/** Codes a refresh may leave in `failedAttempt`. */
export type RefreshFailureCode = Extract<
  ErrorCode,
  | 'refresh_unavailable'
  | 'refresh_uncertain'
  | 'misconfigured'
  | 'client_assertion_unavailable'
  | 'token_source_unavailable'
>;

/** Runs `run` once after `delayMs`; the result cancels it. */
export type Schedule = (delayMs: number, run: () => void) => () => void;
