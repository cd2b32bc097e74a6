import { createHash } from 'node:crypto';
import type { Secret } from '../secret/index.ts';

/**
 * The nonce of an authorization request, derived from its code verifier, so that nothing more has to be kept for the answer. Knowing
 * the nonce reveals nothing about the verifier. Source: OpenID Connect Core 1.0, section 15.5.2.
 */
export function nonceOf(codeVerifier: Secret): string {
  return createHash('sha256').update(`nonce ${codeVerifier.reveal()}`).digest('base64url');
}
