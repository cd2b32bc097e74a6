import { approveOverHttp, type Sandbox, startSandbox } from '@postern/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, failureOf } from '../../test/support/oauth/fake-server.ts';
import { redirectPage } from '../door/index.ts';
import type { OAuthClient, OAuthConfiguration, TokenGrant } from './oauth-client.ts';
import { openRedirectListener } from './open-redirect-listener.ts';
import { parsePastedCode } from './pasted-code.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: 'localhost', accessTokenSeconds: 60 });
});
afterAll(() => sandbox.close());

function sandboxClient(more: Partial<OAuthConfiguration> = {}): OAuthClient {
  return clientOf(sandbox.issuer, { clientId: sandbox.clientId, ...more }, { clock: Date.now });
}

/** Signs in through the sandbox's own pages and a listener at `redirectUri`. */
async function signIn(client: OAuthClient, redirectUri: string): Promise<TokenGrant> {
  const granted = Promise.withResolvers<TokenGrant>();
  const listener = await openRedirectListener({
    redirectUri,
    log: () => undefined,
    onRedirect: async (response) => {
      const { code } = await client.judgeResponse(response, request);
      granted.resolve(await client.exchange(code, request));
      await listener.close();
      return 'signed_in';
    },
  });
  const request = await client.begin(listener.redirectUri);
  const page = await fetch(await approveOverHttp(request.authorizationUrl));
  expect(page.status).toBe(200);
  expect(await page.text()).toBe(redirectPage('signed_in').body.toString());
  return granted.promise;
}

describe('against the sandbox’s authorization server', () => {
  it.each(['http://localhost:{port}/callback', 'http://127.0.0.1:{port}/callback'])(
    'a person signs in through a listener at %s',
    async (redirectUri) => {
      const { tokens } = await signIn(sandboxClient(), redirectUri);
      expect(tokens.refreshToken).not.toBeNull();
      expect([...tokens.scopes].sort()).toEqual(['user:inference', 'user:profile']);
      expect(tokens.expiresAtMs - tokens.issuedAtMs).toBe(60_000);
    },
  );

  it.each(['form', 'json'] as const)(
    'a refresh as %s rotates, and the old token ends the family',
    async (tokenBody) => {
      const client = sandboxClient({ tokenBody });
      const { tokens } = await signIn(client, 'http://localhost:{port}/callback');
      const next = await client.refresh(tokens);
      expect(next.tokens.refreshToken?.fingerprint()).not.toBe(tokens.refreshToken?.fingerprint());
      for (const spent of [tokens, next.tokens])
        expect(await failureOf(client.refresh(spent))).toMatchObject({
          name: 'ReauthorizationRequiredError',
          code: 'reauthorization_required',
        });
    },
  );

  it('F36: a revoked sign-in cannot be renewed', async () => {
    const client = sandboxClient();
    const { tokens } = await signIn(client, 'http://localhost:{port}/callback');
    if (tokens.refreshToken === null) throw new Error('no refresh token');
    expect(await client.revoke(tokens.refreshToken, 'refresh_token')).toBe('done');
    expect(await failureOf(client.refresh(tokens))).toMatchObject({ code: 'reauthorization_required' });
  });

  it('F05: a person says no', async () => {
    const client = sandboxClient();
    const request = await client.begin('http://127.0.0.1:54321/auth/anthropic/callback');
    const redirect = new URL(await approveOverHttp(request.authorizationUrl, { decision: 'deny' }));
    const failure = await failureOf(client.judgeResponse({ parameters: redirect.searchParams }, request));
    expect(failure).toMatchObject({ code: 'access_denied' });
  });

  it('F13: a pasted address works once, and its code is refused the second time', async () => {
    const client = sandboxClient();
    const request = await client.begin('http://127.0.0.1:54321/auth/anthropic/callback');
    const { code: pasted, state } = parsePastedCode(await approveOverHttp(request.authorizationUrl));
    const parameters = new URLSearchParams({ code: pasted, state });
    const { code } = await client.judgeResponse({ parameters, pasted: true }, request);
    await client.exchange(code, request);
    expect(await failureOf(client.exchange(code, request))).toMatchObject({ code: 'code_rejected' });
  });
});
