import { createHash, randomBytes } from 'node:crypto';
import { approveOverHttp, type Sandbox } from '@postern/sandbox';

/** A client of the stand-in's token endpoint with a sign-in of its own. */
export interface TokenEndpoint {
  /** One refresh and how long it took, from the request to the whole answer. */
  refreshMs(): Promise<number>;
}

const redirectUri = 'http://127.0.0.1:54321/auth/anthropic/callback';

/** Signs in once. @throws Error where the stand-in does not let it */
export async function openTokenEndpoint(
  service: Pick<Sandbox, 'issuer' | 'clientId'>,
): Promise<TokenEndpoint> {
  const response = await fetch(`${service.issuer}/.well-known/oauth-authorization-server`);
  const metadata = (await response.json()) as Readonly<Record<string, string>>;
  const tokenUrl = metadata['token_endpoint'] ?? '';

  async function send(parameters: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({ client_id: service.clientId, ...parameters }),
    });
    const { refresh_token } = (await answer.json()) as { readonly refresh_token?: string };
    if (refresh_token === undefined) throw new Error(`the token endpoint answered ${answer.status}`);
    return refresh_token;
  }

  const [verifier, state] = [randomBytes(32).toString('base64url'), randomBytes(16).toString('base64url')];
  const url = new URL(metadata['authorization_endpoint'] ?? '');
  url.search = new URLSearchParams({
    client_id: service.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'user:inference user:profile',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
  }).toString();
  const redirect = new URL(await approveOverHttp(url.href));
  let refreshToken = await send({
    grant_type: 'authorization_code',
    code: redirect.searchParams.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: verifier,
    state,
  });
  return {
    async refreshMs() {
      const startedAt = performance.now();
      refreshToken = await send({ grant_type: 'refresh_token', refresh_token: refreshToken });
      return performance.now() - startedAt;
    },
  };
}
