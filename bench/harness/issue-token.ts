import type { AccessTokens } from '../../packages/sidecar/src/access-token/index.ts';
import { Secret } from '../../packages/sidecar/src/secret/index.ts';

export const credentialId = 'oauth:default';
const lifeMs = 8 * 3_600_000;

/** Stores a fresh token that no server granted: these benchmarks never renew it. */
export async function issueToken(
  accessTokens: Pick<AccessTokens, 'issue'>,
  service: { readonly issuer: string; readonly clientId: string },
): Promise<void> {
  const issuedAtMs = Date.now();
  const tokens = {
    accessToken: new Secret('bench-access-token'),
    refreshToken: new Secret('bench-refresh-token'),
    tokenType: 'Bearer',
    scopes: ['user:inference'],
    issuedAtMs,
    expiresAtMs: issuedAtMs + lifeMs,
    loginEndsAtMs: null,
  };
  await accessTokens.issue(credentialId, { tokens, account: null }, service.issuer, service.clientId);
}
