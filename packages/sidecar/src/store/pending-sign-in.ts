import type { Secret } from '../secret/index.ts';

/** A sign-in between its authorization request and the browser's return. `codeVerifier` and `state` never leave the store. */
export interface PendingSignIn {
  readonly signInId: string;
  /** Which credential it is for. */
  readonly credentialId: string;
  readonly state: Secret;
  readonly codeVerifier: Secret;
  readonly issuer: string;
  readonly redirectUri: string;
  readonly authorizationUrl: string;
  readonly startedAtMs: number;
  /** Unix ms; five minutes after its start. */
  readonly expiresAtMs: number;
}
