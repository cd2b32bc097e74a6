import { randomBytes } from 'node:crypto';
import { Secret } from '../secret/index.ts';
import { sameSecret } from './same-secret.ts';

/** The token of one launch, 256 random bits; it opens this sidecar until it stops and is not a credential for any service. */
export function createLaunchToken(): Secret {
  return new Secret(`postern_${randomBytes(32).toString('base64url')}`);
}

/** Whether a caller presented the token of this launch, compared in constant time. */
export function isLaunchToken(token: Secret, presented: string): boolean {
  return sameSecret(token.reveal(), presented);
}

/** The token in clear, for the two places that hand it to the user's own programs: `POST /session` and `sidecar.json`. */
export function launchTokenText(token: Secret): string {
  return token.reveal();
}
