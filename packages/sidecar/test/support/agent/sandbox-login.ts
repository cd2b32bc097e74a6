import { createHash, randomBytes } from 'node:crypto';
import { approveOverHttp, type Sandbox } from '@postern/sandbox';

/** What a login at the sandbox brings. */
export interface SandboxLogin {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSeconds: number;
}

/** Signs in at the sandbox as another program would, by itself. */
export async function sandboxLogin(sandbox: Sandbox, email?: string): Promise<SandboxLogin> {
  const verifier = randomBytes(32).toString('base64url');
  const redirectUri = 'http://127.0.0.1:54321/callback';
  const authorization = new URL('/oauth/authorize', sandbox.url);
  authorization.search = new URLSearchParams({
    client_id: sandbox.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'user:inference user:profile',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state: 'state',
  }).toString();
  const redirect = await approveOverHttp(authorization.href, email === undefined ? {} : { email });
  const response = await fetch(new URL('/oauth/token', sandbox.url), {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: new URL(redirect).searchParams.get('code') ?? '',
      state: 'state',
      client_id: sandbox.clientId,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    }),
  });
  if (!response.ok) throw new Error(`the sandbox gave no token: ${await response.text()}`);
  const answer = (await response.json()) as Record<string, unknown>;
  return {
    accessToken: String(answer['access_token']),
    refreshToken: String(answer['refresh_token']),
    expiresInSeconds: Number(answer['expires_in']),
  };
}
