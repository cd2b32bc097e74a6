import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Control, control } from '../../test/control.ts';
import { type OAuthUser, oauthUser } from '../../test/oauth-user.ts';
import { approveOverHttp } from '../approve-over-http.ts';
import type { Sandbox } from '../sandbox.ts';
import { startSandbox } from '../start-sandbox.ts';

let sandbox: Sandbox;
let user: OAuthUser;
let trouble: Control;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', accessTokenSeconds: 3600 });
  user = await oauthUser(sandbox);
  trouble = control(sandbox);
});
beforeEach(async () => {
  await trouble.post('reset', {});
});
afterAll(() => sandbox.close());

async function apiStatus(accessToken: string): Promise<number> {
  const response = await fetch(`${sandbox.apiBaseUrl}/v1/models?limit=1`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  return response.status;
}

describe('the authorization server', () => {
  it('promises code with PKCE S256, iss and revocation in its metadata', () => {
    expect(user.server).toMatchObject({
      issuer: sandbox.issuer,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint: `${sandbox.issuer}/oauth/revoke`,
    });
    expect(user.server.scopes_supported).toEqual(expect.arrayContaining(['user:inference', 'user:profile']));
  });

  it('signs a person in and says who that is', async () => {
    const tokens = await user.signIn({ email: 'ada@example.org' });
    expect(tokens).toMatchObject({
      token_type: 'bearer',
      expires_in: 3600,
      scope: 'user:inference user:profile',
      account: { email_address: 'ada@example.org' },
      organization: { name: 'Sandbox (example.org)' },
      refresh_token_expires_in: 30 * 24 * 3600,
    });
    expect(await apiStatus(tokens.access_token)).toBe(200);
  });

  it('gives the same person the same account again', async () => {
    const [first, second] = [await user.signIn(), await user.signIn()];
    expect(first['account']).toEqual(second['account']);
    expect(first['account']).toMatchObject({ email_address: 'demo@example.com' });
  });

  it.each([
    'http://127.0.0.1:1234/auth/anthropic/callback',
    'http://localhost:60999/callback',
    'http://[::1]:4000/callback',
  ])('redirects to a loopback address on any port: %s', async (redirectUri) => {
    const { authorizationUrl, finish } = await user.begin({ redirectUri });
    const redirect = await approveOverHttp(authorizationUrl);
    expect(redirect.startsWith(`${redirectUri}?code=`)).toBe(true);
    expect((await finish(redirect)).status).toBe(200);
  });

  it.each([
    'http://127.0.0.1:1234/elsewhere',
    'https://evil.example/callback',
    'http://192.168.0.1:1/callback',
  ])('redirects to nobody who is not registered: %s', async (redirectUri) => {
    const { authorizationUrl } = await user.begin({ redirectUri });
    const response = await fetch(authorizationUrl, { redirect: 'manual' });
    expect(response.status).toBe(400);
    expect(response.headers.get('location')).toBeNull();
  });

  it('refuses a request without PKCE, or with a plain challenge', async () => {
    const { authorizationUrl } = await user.begin();
    const without = new URL(authorizationUrl);
    without.searchParams.delete('code_challenge');
    without.searchParams.delete('code_challenge_method');
    const plain = new URL(authorizationUrl);
    plain.searchParams.set('code_challenge_method', 'plain');
    for (const url of [without, plain]) {
      const location = (await fetch(url, { redirect: 'manual' })).headers.get('location') ?? '';
      expect(new URL(location).searchParams.get('error')).toBe('invalid_request');
    }
  });

  it('sends a person who says no back with access_denied, state and iss', async () => {
    const { authorizationUrl } = await user.begin();
    const redirect = new URL(await approveOverHttp(authorizationUrl, { decision: 'deny' }));
    expect(redirect.searchParams.get('error')).toBe('access_denied');
    expect(redirect.searchParams.get('iss')).toBe(sandbox.issuer);
    expect(redirect.searchParams.get('state')).toBe(new URL(authorizationUrl).searchParams.get('state'));
    expect(redirect.searchParams.has('code')).toBe(false);
  });

  it('honours a code once: sending it again ends what it brought', async () => {
    const { authorizationUrl, finish } = await user.begin();
    const redirect = await approveOverHttp(authorizationUrl);
    const tokens = (await (await finish(redirect)).json()) as { access_token: string };
    expect(await apiStatus(tokens.access_token)).toBe(200);
    expect((await finish(redirect)).status).toBe(400);
    expect(await apiStatus(tokens.access_token)).toBe(401);
  });

  it('rotates the refresh token; the login’s end stays where it was', async () => {
    const first = await user.signIn();
    const second = await user.refresh(first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(second['account']).toEqual(first['account']);
    expect(Number(second['refresh_token_expires_in'])).toBeLessThanOrEqual(
      Number(first['refresh_token_expires_in']),
    );
    expect(await apiStatus(second.access_token)).toBe(200);
  });

  it('ends the whole family when a refresh token comes back, living access tokens included', async () => {
    const first = await user.signIn();
    const other = await user.signIn();
    const second = await user.refresh(first.refresh_token ?? '');
    const replay = await user.rawRefresh(first.refresh_token ?? '');
    expect(replay.status).toBe(400);
    expect(JSON.parse(replay.body)).toMatchObject({ error: 'invalid_grant' });
    expect(await apiStatus(second.access_token)).toBe(401);
    expect((await user.rawRefresh(second.refresh_token ?? '')).status).toBe(400);
    expect(await apiStatus(other.access_token)).toBe(200);
    expect((await trouble.requests()).familiesEnded).toEqual({
      reuse: 1,
      revocation: 0,
      consent_withdrawn: 0,
    });
  });

  it('honours one of two refreshes that come at once with one token, and ends the family', async () => {
    const { refresh_token = '' } = await user.signIn();
    const answers = await Promise.all([user.rawRefresh(refresh_token), user.rawRefresh(refresh_token)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const good = answers.find(({ status }) => status === 200);
    const { access_token } = JSON.parse(good?.body ?? '{}') as { access_token: string };
    expect(await apiStatus(access_token)).toBe(401);
  });

  it('takes JSON at the token endpoint, and says invalid_request to what is neither', async () => {
    const { refresh_token = '' } = await user.signIn();
    const refreshed = await user.rawRefresh(refresh_token, 'json');
    expect(refreshed.status).toBe(200);
    expect(JSON.parse(refreshed.body)).toHaveProperty('account.email_address', 'demo@example.com');
    for (const body of ['[]', '{"grant_type":{}}', '{', 'null']) {
      const response = await fetch(user.server.token_endpoint ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_request' }),
      ]);
    }
  });

  it('revokes either token with its family (RFC 7009)', async () => {
    for (const which of ['refresh_token', 'access_token'] as const) {
      const tokens = await user.signIn();
      await user.revoke(tokens[which] ?? '');
      expect(await apiStatus(tokens.access_token)).toBe(401);
      expect((await user.rawRefresh(tokens.refresh_token ?? '')).status).toBe(400);
    }
    await user.revoke('never-issued');
    expect((await trouble.requests()).familiesEnded['revocation']).toBe(2);
  });

  it('lets nothing of another origin read its answers', async () => {
    for (const path of ['/.well-known/oauth-authorization-server', '/oauth/jwks']) {
      const response = await fetch(sandbox.url + path, { headers: { origin: 'https://evil.example' } });
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});
