import type { AccessTokens } from '../access-token/index.ts';
import type { Tokens } from '../credentials/index.ts';
import { loggableError, TransientError } from '../errors/index.ts';
import type { OAuthClient, TokenGrant } from '../oauth/index.ts';
import type { Secret } from '../secret/index.ts';
import type { PendingSignIn, Store } from '../store/index.ts';

/** A refresh that is under way gets this long to end before the sign-in it belongs to is left alone. */
const lockWithinMs = 5_000;

export interface CodeExchangeDeps {
  readonly oauth: Pick<OAuthClient, 'exchange' | 'revoke'>;
  readonly accessTokens: Pick<AccessTokens, 'revocable' | 'end'>;
  readonly store: Pick<Store, 'exclusively'>;
  readonly log: (line: string) => void;
}

/**
 * Exchanges the code of a sign-in. A living sign-in that it replaces is revoked before the code is sent, never after: a server that
 * detects reuse ends everything of that user, the new sign-in included, when an old token comes late. The lock is held meanwhile, so
 * that no process sends the refresh token that was just revoked.
 * @throws as `OAuthClient.exchange`; StoreError
 */
export async function exchangeCode(
  deps: CodeExchangeDeps,
  code: Secret,
  pending: PendingSignIn,
): Promise<TokenGrant> {
  const id = pending.credentialId;
  if ((await deps.accessTokens.revocable(id)) === null) return await deps.oauth.exchange(code, pending);
  let hasLock = false;
  try {
    return await deps.store.exclusively(
      async () => {
        hasLock = true;
        return await replaceLiving(deps, code, pending);
      },
      { timeoutMs: lockWithinMs },
    );
  } catch (error) {
    if (hasLock || !(error instanceof TransientError)) throw error;
    // Its holder may be sending the token right now: what becomes of it is not known, so it is not revoked.
    return await deps.oauth.exchange(code, pending);
  }
}

async function replaceLiving(
  deps: CodeExchangeDeps,
  code: Secret,
  pending: PendingSignIn,
): Promise<TokenGrant> {
  const id = pending.credentialId;
  const living = await deps.accessTokens.revocable(id);
  const mayBeGone = living !== null && (await revokeNow(deps, living));
  try {
    return await deps.oauth.exchange(code, pending);
  } catch (error) {
    // A token that may be revoked must not be kept: the next refresh would send it.
    if (mayBeGone) await deps.accessTokens.end(id, { lockHeld: true });
    throw error;
  }
}

/** Whether the tokens may be gone at the server now. */
async function revokeNow(deps: CodeExchangeDeps, tokens: Tokens): Promise<boolean> {
  try {
    const { accessToken, refreshToken, proofKey } = tokens;
    const outcome =
      refreshToken === null
        ? await deps.oauth.revoke(accessToken, 'access_token', proofKey)
        : await deps.oauth.revoke(refreshToken, 'refresh_token', proofKey);
    return outcome === 'done';
  } catch (error) {
    deps.log(`the sign-in that is replaced could not be revoked: ${loggableError(error)}`);
    return !(error instanceof TransientError) || error.sent;
  }
}
