import type { SignIn } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';

/** An access token that may be sent, with the version it belongs to: whoever reports on it says which one it was. */
export interface UsableToken {
  readonly credentialId: string;
  readonly accessToken: Secret;
  readonly version: number;
  readonly expiresAtMs: number;
  readonly scopes: readonly string[];
}

/** A usable access token of a stored sign-in: cache, single flight, refresh, background renewal (design, section 5). */
export interface AccessTokens {
  /**
   * A token that is not known to be expired or refused. With `rejectedVersion`, one that is newer than that version: the current one if
   * somebody was faster, else the result of one forced refresh.
   * @throws InvalidRequestError `not_signed_in`; ReauthorizationRequiredError; OAuthResponseError `misconfigured`; TransientError
   * `refresh_unavailable` or `refresh_uncertain`; StoreError
   */
  get(credentialId: string, options?: { readonly rejectedVersion?: number }): Promise<UsableToken>;
  /** The person's Refresh: once outside the back-off. Same errors as `get`. */
  refreshNow(credentialId: string): Promise<SignIn>;
  /** The record as it stands, from memory while the store is locked. */
  current(credentialId: string): Promise<SignIn>;
  /** The service accepted this version just now. */
  noteAccepted(credentialId: string, version: number): Promise<void>;
  /** The token that a forced refresh had just brought was refused as well: the credential rests for five minutes. */
  noteRejectedAgain(credentialId: string, version: number): Promise<void>;
  /** True while a refresh of this credential is under way in this process. */
  isRefreshing(credentialId: string): boolean;
}
