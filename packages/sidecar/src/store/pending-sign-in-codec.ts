import { z } from 'zod';
import { Secret } from '../secret/index.ts';
import type { Codec } from './codec.ts';
import type { PendingSignIn } from './pending-sign-in.ts';

/** The sealed record of a sign-in that waits. Instants are Unix milliseconds; the rest as in RFC 6749 and RFC 7636. */
const sealedPendingSchema = z.object({
  sign_in_id: z.string(),
  credential_id: z.string(),
  state: z.string().min(1),
  code_verifier: z.string().min(1),
  issuer: z.string(),
  redirect_uri: z.string(),
  authorization_url: z.string(),
  dpop_key: z.string().min(1).optional(),
  started_at: z.number(),
  expires_at: z.number(),
});

/** A pending sign-in under the RFCs' names, and back. */
export const pendingSignInCodec: Codec<PendingSignIn> = {
  name: 'pending_sign_in',
  format: 1,
  toText(pending) {
    const sealed: z.infer<typeof sealedPendingSchema> = {
      sign_in_id: pending.signInId,
      credential_id: pending.credentialId,
      state: pending.state.reveal(),
      code_verifier: pending.codeVerifier.reveal(),
      issuer: pending.issuer,
      redirect_uri: pending.redirectUri,
      authorization_url: pending.authorizationUrl,
      ...(pending.proofKey === undefined ? {} : { dpop_key: pending.proofKey.reveal() }),
      started_at: pending.startedAtMs,
      expires_at: pending.expiresAtMs,
    };
    return JSON.stringify(sealed);
  },
  fromText(text) {
    const sealed = sealedPendingSchema.parse(JSON.parse(text));
    return {
      signInId: sealed.sign_in_id,
      credentialId: sealed.credential_id,
      state: new Secret(sealed.state),
      codeVerifier: new Secret(sealed.code_verifier),
      issuer: sealed.issuer,
      redirectUri: sealed.redirect_uri,
      authorizationUrl: sealed.authorization_url,
      ...(sealed.dpop_key === undefined ? {} : { proofKey: new Secret(sealed.dpop_key) }),
      startedAtMs: sealed.started_at,
      expiresAtMs: sealed.expires_at,
    };
  },
};
