import { expect, it } from 'vitest';
import {
  clientOf,
  goodTokens,
  json,
  metadataOf,
  now,
  type StandIn,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import { identityOf } from './id-token.ts';
import { nonceOf } from './nonce-of.ts';

const redirectUri = 'http://127.0.0.1:1/auth/anthropic/callback';
const expected = { issuer: 'https://as.example', clientId: 'client', nonce: 'n', nowMs: now };
const claims = {
  iss: 'https://as.example',
  aud: 'client',
  sub: 'user-1',
  exp: now / 1000 + 300,
  nonce: 'n',
  email: 'ada@example.org',
  name: 'Ada Lovelace',
};
const jwt = (payload: unknown): string =>
  ['{"alg":"ES256"}', JSON.stringify(payload), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');

it('is read from an id token that is for this client and this request', () => {
  const account = { email: 'ada@example.org', organization: null, name: 'Ada Lovelace' };
  expect(identityOf(jwt(claims), expected)).toEqual({ subject: 'user-1', account });
  expect(identityOf(jwt({ ...claims, aud: ['client', 'api'], azp: 'client' }), expected)).not.toBeNull();
  expect(identityOf(jwt({ ...claims, nonce: undefined }), { ...expected, nonce: null })).not.toBeNull();
});

it.each<[string, unknown]>([
  ['another issuer', jwt({ ...claims, iss: 'https://evil.example' })],
  ['another audience', jwt({ ...claims, aud: 'other' })],
  ['several audiences without an authorized party', jwt({ ...claims, aud: ['client', 'api'] })],
  ['another authorized party', jwt({ ...claims, azp: 'other' })],
  ['an end in the past', jwt({ ...claims, exp: now / 1000 - 61 })],
  ['no end', jwt({ ...claims, exp: undefined })],
  ['another nonce', jwt({ ...claims, nonce: 'x' })],
  ['no nonce', jwt({ ...claims, nonce: undefined })],
  ['no subject', jwt({ ...claims, sub: undefined })],
  ['no JSON', 'a.b.c'],
  ['five parts', `${jwt(claims)}.x.y`],
  ['a list', jwt([])],
  ['too much', `${jwt({ ...claims, more: 'x'.repeat(20_000) })}`],
  ['a number', 7],
])('is not read from an id token with %s', (_, idToken) => {
  expect(identityOf(idToken, expected)).toBeNull();
});

it('is not read where no issuer is known to compare with', () => {
  expect(identityOf(jwt(claims), { ...expected, issuer: null })).toBeNull();
});

/** Signs in with the scope openid, at a server whose id token is for that very request. */
async function signedIn(server: StandIn, more: Record<string, unknown> = {}) {
  server.on(
    '/.well-known/oauth-authorization-server',
    json({ ...metadataOf(server.origin), userinfo_endpoint: `${server.origin}/userinfo` }),
  );
  const client = clientOf(server.origin, { scopes: ['openid', 'email'] });
  const request = await client.begin(redirectUri);
  const nonce = new URL(request.authorizationUrl).searchParams.get('nonce');
  expect(nonce).toBe(nonceOf(request.codeVerifier));
  const idToken = jwt({ ...claims, iss: server.origin, aud: 'postern-test', nonce, ...more });
  server.on('/token', json({ ...goodTokens, scope: 'openid email', id_token: idToken }));
  const parameters = new URLSearchParams({ code: 'c', state: request.state.reveal(), iss: server.origin });
  const { code } = await client.judgeResponse({ parameters }, request);
  return { client, grant: await client.exchange(code, request) };
}

it('comes with the tokens where the scope openid was asked for', async () => {
  await using server = await startStandIn();
  const { grant } = await signedIn(server);
  expect(grant).toMatchObject({ account: { email: 'ada@example.org' }, subject: 'user-1' });
});

it('is nobody’s where the id token must not be believed, and the sign-in holds all the same', async () => {
  await using server = await startStandIn();
  const { grant } = await signedIn(server, { nonce: 'of another request' });
  expect(grant).toMatchObject({ account: null, subject: null });
  expect(grant.tokens.accessToken.reveal()).toBe('canary-access-token');
});

it('is asked of the userinfo endpoint where the id token names nobody, and must be the same one', async () => {
  await using server = await startStandIn();
  const { client, grant } = await signedIn(server, { email: undefined, name: undefined });
  const whose = () => client.whose(grant.tokens, grant.subject);
  server.on('/userinfo', json({ sub: 'user-1', preferred_username: 'ada' }));
  expect(await whose()).toEqual({ email: null, organization: null, name: 'ada' });
  expect(server.at('/userinfo')[0]?.headers.authorization).toBe('Bearer canary-access-token');
  server.on('/userinfo', json({ sub: 'user-2', email: 'eve@example.org' }));
  expect(await whose()).toBeNull();
  for (const answer of [text('', 401), text('no'), json([]), json(null)]) {
    server.on('/userinfo', answer);
    expect(await whose()).toBeNull();
  }
});

it('is not asked for without the scope openid', async () => {
  await using server = await startStandIn();
  const { client, grant } = await signedIn(server);
  await client.whose({ ...grant.tokens, scopes: ['email'] }, null);
  expect(server.at('/userinfo')).toEqual([]);
  const { authorizationUrl } = await clientOf(server.origin).begin(redirectUri);
  expect(authorizationUrl).not.toContain('nonce=');
});
