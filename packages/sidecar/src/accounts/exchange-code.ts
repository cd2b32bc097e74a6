import type { AccessTokens } from '../access-token/index.ts';
import type { SignIn, Tokens } from '../credentials/index.ts';
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
 * Exchanges the code of a sign-in and has `keep` store what it brings. A living sign-in that it replaces is revoked before the code is sent,
 * never after: a server that detects reuse ends everything of that user, the new sign-in included, when an old token comes late. Where
 * nothing comes in its place, what was revoked is removed. The lock is held meanwhile, so that no process sends the refresh token that was
 * just revoked.
 * @throws as `OAuthClient.exchange` and `keep`; StoreError
 */
export async function exchangeCode(
  deps: CodeExchangeDeps,
  code: Secret,
  pending: PendingSignIn,
  keep: (grant: TokenGrant) => Promise<SignIn>,
): Promise<SignIn> {
  const exchange = async (): Promise<SignIn> => await keep(await deps.oauth.exchange(code, pending));
  if ((await deps.accessTokens.revocable(pending.credentialId)) === null) return await exchange();
  let hasLock = false;
  try {
    return await deps.store.exclusively(
      async () => {
        hasLock = true;
        return await replaceLiving(deps, pending.credentialId, exchange);
      },
      { timeoutMs: lockWithinMs },
    );
  } catch (error) {
    if (hasLock || !(error instanceof TransientError)) throw error;
    // Its holder may be sending the token right now: what becomes of it is not known, so it is not revoked.
    return await exchange();
  }
}

async function replaceLiving(
  deps: CodeExchangeDeps,
  id: string,
  exchange: () => Promise<SignIn>,
): Promise<SignIn> {
  const living = await deps.accessTokens.revocable(id);
  const mayBeGone = living !== null && (await revokeNow(deps, living.tokens));
  try {
    return await exchange();
  } catch (error) {
    // A token that may be revoked must not be kept: the next refresh would send it. One that came since is another.
    if (mayBeGone) await deps.accessTokens.end(id, { lockHeld: true, version: living.version });
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
