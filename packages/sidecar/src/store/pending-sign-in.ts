import type { Secret } from '../secret/index.ts';

/** A sign-in between its authorization request and the browser's return. Its secrets never leave the store. */
export interface PendingSignIn {
  readonly signInId: string;
  /** Which credential it is for. */
  readonly credentialId: string;
  readonly state: Secret;
  readonly codeVerifier: Secret;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly authorizationUrl: string;
  /** What the tokens will be bound to; absent: nothing. */
  readonly proofKey?: Secret | undefined;
  readonly startedAtMs: number;
  /** Unix ms; five minutes after its start. */
  readonly expiresAtMs: number;
}
