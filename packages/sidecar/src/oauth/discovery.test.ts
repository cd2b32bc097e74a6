import { describe, expect, it } from 'vitest';
import {
  type Answer,
  clientOf,
  cutOff,
  failureOf,
  json,
  metadataOf,
  now,
  reset,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';

const wellKnown = '/.well-known/oauth-authorization-server';
const openidConfiguration = '/.well-known/openid-configuration';
const redirectUri = 'http://127.0.0.1:1/auth/anthropic/callback';

describe('where metadata comes from', () => {
  it('is asked for once an hour, however many need it', async () => {
    await using standIn = await startStandIn();
    let clock = now;
    const client = clientOf(standIn.origin, {}, { clock: () => clock });
    await Promise.all([client.begin(redirectUri), client.begin(redirectUri)]);
    await client.begin(redirectUri);
    expect(standIn.at(wellKnown)).toHaveLength(1);
    clock += 3_600_000;
    await client.begin(redirectUri);
    clock -= 7_200_000;
    await client.begin(redirectUri);
    expect(standIn.at(wellKnown)).toHaveLength(3);
  });

  it('is the RFC 8414 address, before the path of an issuer that has one', async () => {
    await using standIn = await startStandIn();
    const issuer = `${standIn.origin}/tenant`;
    standIn.on(`${wellKnown}/tenant`, json({ ...metadataOf(standIn.origin), issuer }));
    const client = clientOf(issuer);
    expect((await client.begin(redirectUri)).issuer).toBe(issuer);
  });

  it.each<[string, Answer]>([
    ['404', text('', 404)],
    ['401', json({ error: 'unauthorized' }, 401)],
    ['400', text('', 400)],
    ['403', text('', 403)],
    ['405', text('', 405)],
    ['302', text('', 302, { location: '/login' })],
    ['500', text('', 500)],
    ['503', text('', 503)],
    ['429', text('', 429)],
    ['a page', text('<!doctype html>', 200, { 'content-type': 'text/html' })],
    ['JSON without metadata', json({ hello: true })],
    [
      'metadata without PKCE',
      (response, received) => json({ issuer: `http://${received.headers.host}` })(response, received),
    ],
    ['a reset', reset],
    ['half of it', cutOff('{"issuer":')],
  ])('is OpenID Connect’s address where RFC 8414’s gives %s', async (_, answer) => {
    await using standIn = await startStandIn();
    standIn.on(openidConfiguration, json(metadataOf(standIn.origin)));
    standIn.on(wellKnown, answer);
    await clientOf(standIn.origin).begin(redirectUri);
    expect(standIn.at(openidConfiguration)).toHaveLength(1);
  });

  it('is RFC 8414’s address alone where that is good, or names another issuer', async () => {
    await using standIn = await startStandIn();
    standIn.on(openidConfiguration, json(metadataOf(standIn.origin)));
    await clientOf(standIn.origin).begin(redirectUri);
    standIn.on(wellKnown, json({ ...metadataOf(standIn.origin), issuer: 'https://evil.example/x' }));
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
      detail: expect.stringContaining('evil.example/x'),
    });
    expect(standIn.at(openidConfiguration)).toEqual([]);
  });

  it('is said of both addresses where neither is good', async () => {
    await using standIn = await startStandIn();
    standIn.on(wellKnown, text('', 401));
    const failure = await failureOf(clientOf(standIn.origin).begin(redirectUri));
    expect(failure).toMatchObject({
      code: 'metadata_rejected',
      detail: `The metadata was refused: ${wellKnown}: status 401; ${openidConfiguration}: status 404.`,
    });
  });

  it('may lack PKCE where the operator vouches for it, and says how', async () => {
    await using standIn = await startStandIn();
    standIn.on(
      wellKnown,
      json({ ...metadataOf(standIn.origin), code_challenge_methods_supported: undefined }),
    );
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
      detail: expect.stringContaining('set POSTERN_OAUTH_ASSUME_S256=1'),
    });
    const { authorizationUrl } = await clientOf(standIn.origin, { assumeS256: true }).begin(redirectUri);
    expect(authorizationUrl).toContain('code_challenge_method=S256');
    standIn.on(
      wellKnown,
      json({ ...metadataOf(standIn.origin), code_challenge_methods_supported: ['plain'] }),
    );
    expect(await failureOf(clientOf(standIn.origin, { assumeS256: true }).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
    });
  });

  it.each([
    ['DPoP', { scopes_supported: ['atproto'] }],
    ['DPoP', { dpop_bound_access_tokens_required: true }],
  ])('says before the browser opens that the server demands %s', async (what, more) => {
    await using standIn = await startStandIn();
    standIn.on(wellKnown, json({ ...metadataOf(standIn.origin), ...more }));
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'server_unsupported',
      detail: expect.stringContaining(what),
    });
  });

  it('tells whether a second account may be chosen', async () => {
    await using standIn = await startStandIn();
    const urlOf = async () =>
      (await clientOf(standIn.origin).begin(redirectUri, { selectAccount: true })).authorizationUrl;
    expect(await urlOf()).not.toContain('prompt=');
    standIn.on(
      wellKnown,
      json({ ...metadataOf(standIn.origin), prompt_values_supported: ['select_account'] }),
    );
    expect(await urlOf()).toContain('&prompt=select_account');
    expect((await clientOf(standIn.origin).begin(redirectUri)).authorizationUrl).not.toContain('prompt=');
  });

  it.each([
    ['consent', {}, {}],
    ['consent', {}, { prompt_values_supported: ['none', 'consent'] }],
    ['consent', { scopes: [], prompt: 'consent' }, {}],
    ['select_account consent', {}, { prompt_values_supported: ['consent', 'select_account'] }],
    [null, {}, { prompt_values_supported: ['login'] }],
    [null, { prompt: 'off' }, {}],
    [null, { scopes: ['offline_access'] }, {}],
    [null, { scopes: ['openid'] }, {}],
  ] as const)(
    'asks with prompt %s where a refresh token depends on it: %j, %j',
    async (prompt, more, said) => {
      await using standIn = await startStandIn();
      standIn.on(wellKnown, json({ ...metadataOf(standIn.origin), ...said }));
      const client = clientOf(standIn.origin, { scopes: ['openid', 'offline_access'], ...more });
      const { authorizationUrl } = await client.begin(redirectUri, { selectAccount: true });
      expect(new URL(authorizationUrl).searchParams.get('prompt')).toBe(prompt);
    },
  );

  it('is nowhere with explicit endpoints: nothing is asked, and the issuer is the authorization endpoint’s origin', async () => {
    await using standIn = await startStandIn();
    const client = clientOf('', {
      issuer: null,
      authorizationEndpoint: 'https://login.example/cai/authorize?prompt=login',
      tokenEndpoint: `${standIn.origin}/token`,
    });
    const { authorizationUrl, issuer } = await client.begin(redirectUri);
    expect(issuer).toBe('https://login.example');
    expect(client.provider).toBe('login.example');
    expect(await client.describe()).toMatchObject({ issuer: null, readFrom: null });
    expect(authorizationUrl).toMatch(
      /^https:\/\/login\.example\/cai\/authorize\?prompt=login&response_type=code&/,
    );
    expect(standIn.received).toEqual([]);
  });

  it('is nowhere with explicit endpoints and an issuer: that is for comparing alone', async () => {
    await using standIn = await startStandIn();
    const client = clientOf(`${standIn.origin}/realms/one`, {
      authorizationEndpoint: 'https://login.example/authorize',
      tokenEndpoint: `${standIn.origin}/token`,
    });
    await client.begin(redirectUri);
    expect(await client.describe()).toMatchObject({ issuer: `${standIn.origin}/realms/one`, readFrom: null });
    expect(standIn.received).toEqual([]);
  });

  it('gives way to explicit endpoints beside an issuer', async () => {
    await using standIn = await startStandIn();
    standIn.on(
      wellKnown,
      json({ ...metadataOf(standIn.origin), authorization_endpoint: 'javascript:alert(1)' }),
    );
    const client = clientOf(standIn.origin, { authorizationEndpoint: 'https://login.example/authorize' });
    const { authorizationUrl, issuer } = await client.begin(redirectUri);
    expect(new URL(authorizationUrl).host).toBe('login.example');
    expect(issuer).toBe(standIn.origin);
  });
});
