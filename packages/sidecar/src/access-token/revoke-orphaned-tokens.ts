import type { Tokens } from '../credentials/index.ts';
import type { OAuthClient } from '../oauth/index.ts';

/** Revokes tokens that arrived too late to be used. Never throws: they are not stored, and they expire. */
export async function revokeOrphanedTokens(
  deps: { readonly oauth: Pick<OAuthClient, 'revoke'>; readonly log: (line: string) => void },
  { refreshToken, accessToken, proofKey }: Tokens,
): Promise<void> {
  try {
    await (refreshToken === null
      ? deps.oauth.revoke(accessToken, 'access_token', proofKey)
      : deps.oauth.revoke(refreshToken, 'refresh_token', proofKey));
  } catch (error) {
    deps.log(`late tokens could not be revoked: ${error instanceof Error ? error.name : 'unknown'}`);
  }
}
