import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clientOf, failureOf, now, startStandIn, text } from '../../test/support/oauth/fake-server.ts';
import { InvalidRequestError, TransientError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';

const redirectUri = 'http://localhost:4711/callback';
const current = {
  accessToken: new Secret('a'),
  refreshToken: new Secret('r'),
  tokenType: 'Bearer',
  scopes: [],
  issuedAtMs: now,
  expiresAtMs: now,
  loginEndsAtMs: null,
};

describe('an authorization request', () => {
  it('asks for a code with PKCE S256, a state of its own and the scopes, and keeps both secrets out of print', async () => {
    await using standIn = await startStandIn();
    const client = clientOf(standIn.origin);
    const request = await client.begin(redirectUri);
    const url = new URL(request.authorizationUrl);
    const challenge = createHash('sha256').update(request.codeVerifier.reveal()).digest('base64url');
    expect(`${url.origin}${url.pathname}`).toBe(`${standIn.origin}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'postern-test',
      redirect_uri: redirectUri,
      scope: 'user:inference user:profile',
      state: request.state.reveal(),
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    expect(request.state.reveal()).toMatch(/^[\w-]{43}$/);
    expect(request.codeVerifier.reveal()).toMatch(/^[\w-]{43}$/);
    expect(request.state.reveal()).not.toBe(request.codeVerifier.reveal());
    expect(JSON.stringify(request)).not.toContain(request.codeVerifier.reveal());
    const again = await client.begin(redirectUri);
    expect(again.state.reveal()).not.toBe(request.state.reveal());
    expect(again.codeVerifier.reveal()).not.toBe(request.codeVerifier.reveal());
  });

  it('leaves out a scope where none is configured', async () => {
    await using standIn = await startStandIn();
    const { authorizationUrl } = await clientOf(standIn.origin, { scopes: [] }).begin(redirectUri);
    expect(new URL(authorizationUrl).searchParams.has('scope')).toBe(false);
  });
});

describe('a client that is not configured', () => {
  it.each([
    ['nothing', { clientId: null, issuer: null }, /./],
    ['no client id', { clientId: null }, /client id .* Set POSTERN_OAUTH_CLIENT_ID, or/],
    [
      'no client id for a platform',
      { clientId: null, profile: 'claude_platform' },
      /Set POSTERN_OAUTH_CLIENT_ID, or/,
    ],
    ['no server', { issuer: null }, /Set POSTERN_OAUTH_ISSUER, or/],
    [
      'half a server',
      { issuer: null, authorizationEndpoint: 'https://as.example/authorize' },
      /Set POSTERN_OAUTH_ISSUER, or/,
    ],
  ] as const)('with %s says so, and has nothing to revoke', async (_, configuration, detail) => {
    const client = clientOf('https://as.example', configuration);
    expect(client.configured).toBe(false);
    const failure = await failureOf(client.begin(redirectUri));
    expect(failure).toBeInstanceOf(InvalidRequestError);
    expect(failure).toMatchObject({
      ...{ code: 'oauth_not_configured', detail: expect.stringMatching(detail) },
    });
    expect(await client.revoke(new Secret('x'), 'refresh_token')).toBe('unsupported');
  });
});

describe('a client of a profile whose proof is not configured', () => {
  it('begins nothing, and says of a refresh that nothing was sent: the sign-in is only in want of the proof', async () => {
    const lines: string[] = [];
    const client = clientOf(
      'https://as.example',
      { profile: 'claude_platform', clientAssertion: null },
      { log: (line) => lines.push(line) },
    );
    expect(client).toMatchObject({
      configured: false,
      issuer: 'https://as.example',
      clientId: 'postern-test',
    });
    expect(await failureOf(client.begin(redirectUri))).toMatchObject({
      code: 'oauth_not_configured',
      detail: expect.stringContaining('POSTERN_OAUTH_CLIENT_ASSERTION_COMMAND'),
    });
    const failure = await failureOf(client.refresh(current));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({ code: 'client_assertion_unavailable', sent: false });
    expect(lines.join()).toContain('POSTERN_OAUTH_CLIENT_ASSERTION_FILE');
  });
});

describe('the word for the provider', () => {
  it.each([
    ['https://claude.com', 'anthropic'],
    ['https://platform.claude.com', 'anthropic'],
    ['https://api.anthropic.com/x', 'anthropic'],
    ['https://notclaude.com', 'notclaude.com'],
    ['https://claude.com.evil.example', 'claude.com.evil.example'],
    ['https://sso.example:8443', 'sso.example:8443'],
  ])('of %s is %s', (issuer, provider) => {
    expect(clientOf(issuer).provider).toBe(provider);
  });

  it('is compose’s where it gives one, and null without a server', () => {
    expect(clientOf('http://127.0.0.1:1', {}, { provider: 'sandbox' }).provider).toBe('sandbox');
    expect(clientOf('', { issuer: null }, { provider: 'sandbox' }).provider).toBeNull();
  });

  it('needs no trailing slash to be the same issuer', () => {
    expect(clientOf('https://as.example/').issuer).toBe('https://as.example');
    expect(clientOf('https://as.example/tenant').issuer).toBe('https://as.example/tenant');
  });
});

describe('without metadata', () => {
  it('nothing is sent, and each request fails in its own words', async () => {
    await using standIn = await startStandIn();
    const begun = await clientOf(standIn.origin).begin(redirectUri);
    for (const answer of [text('', 503), text('', 302, { location: '/token' })]) {
      standIn.on('/.well-known/oauth-authorization-server', answer);
      const client = clientOf(standIn.origin);
      expect(await failureOf(client.refresh(current))).toMatchObject({
        code: 'refresh_unavailable',
        sent: false,
      });
      expect(await failureOf(client.exchange(new Secret('c'), begun))).toMatchObject({
        code: 'metadata_unavailable',
        sent: false,
      });
      expect(await failureOf(client.revoke(new Secret('r'), 'refresh_token'))).toMatchObject({
        code: 'metadata_unavailable',
        sent: false,
      });
    }
    expect(standIn.at('/token')).toEqual([]);
  });
});
