import { describe, expect, it } from 'vitest';
import {
  type Answer,
  clientOf,
  cutOff,
  failureOf,
  impatient,
  json,
  metadataOf,
  now,
  reset,
  silence,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import { OAuthResponseError, TransientError } from '../errors/index.ts';
import { longestAnswer } from './send-once.ts';

const wellKnown = '/.well-known/oauth-authorization-server';
const openidConfiguration = '/.well-known/openid-configuration';
const redirectUri = 'http://127.0.0.1:1/auth/anthropic/callback';

async function startFailure(metadata: (origin: string) => unknown): Promise<unknown> {
  await using standIn = await startStandIn();
  standIn.on(wellKnown, json(metadata(standIn.origin)));
  return await failureOf(clientOf(standIn.origin).begin(redirectUri));
}

describe('F09: an address in the metadata that is not to be opened', () => {
  it.each([
    ['javascript:', 'javascript:alert(1)'],
    ['file:', 'file:///etc/passwd'],
    ['data:', 'data:text/html,x'],
    ['http not on loopback', 'http://as.example/authorize'],
    ['http on a name that only looks like loopback', 'http://127.0.0.1.example/authorize'],
    ['a user name', 'https://user@as.example/authorize'],
    ['an empty user name', 'https://@as.example/authorize'],
    ['an option of a program', '-a'],
    ['an option of a program, long', '--app=https://as.example'],
    ['another host', 'https://evil.example/authorize'],
    ['another port of this machine', 'http://127.0.0.1:1/authorize'],
    ['a fragment', 'https://as.example/authorize#x'],
    ['a blank before it', ' https://as.example/authorize'],
    ['a line break in it', 'https://as.example/a\nuthorize'],
    ['a backslash', 'https:\\\\as.example/authorize'],
    ['nothing', ''],
    ['a number', 7],
    ['something 4 KB long', `https://as.example/${'a'.repeat(4096)}`],
  ])('refuses %s for every endpoint', async (_, address) => {
    for (const name of ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint']) {
      const failure = await startFailure((origin) => ({ ...metadataOf(origin), [name]: address }));
      expect(failure, name).toBeInstanceOf(OAuthResponseError);
      expect(failure, name).toMatchObject({ code: 'metadata_rejected' });
    }
  });

  it('refuses metadata without the endpoints it needs, and takes one without a revocation endpoint', async () => {
    for (const name of ['authorization_endpoint', 'token_endpoint']) {
      const failure = await startFailure((origin) => ({ ...metadataOf(origin), [name]: undefined }));
      expect(failure).toMatchObject({ code: 'metadata_rejected' });
    }
    const failure = await startFailure((origin) => ({
      ...metadataOf(origin),
      revocation_endpoint: undefined,
    }));
    expect(failure).toMatchObject({ message: 'it succeeded' });
  });

  it('takes a host that is named in the configuration', async () => {
    await using standIn = await startStandIn();
    standIn.on(
      wellKnown,
      json({ ...metadataOf(standIn.origin), authorization_endpoint: 'https://login.example/authorize' }),
    );
    const client = clientOf(standIn.origin, { revocationEndpoint: 'https://login.example/revoke' });
    const { authorizationUrl } = await client.begin(redirectUri);
    expect(new URL(authorizationUrl).host).toBe('login.example');
  });
});

describe('F10: metadata that is not to be trusted', () => {
  it.each([
    ['another issuer', (origin: string) => ({ ...metadataOf(origin), issuer: 'https://evil.example' })],
    ['another path in the issuer', (origin: string) => ({ ...metadataOf(origin), issuer: `${origin}/x` })],
    ['no issuer', (origin: string) => ({ ...metadataOf(origin), issuer: undefined })],
    ['an issuer that is no address', (origin: string) => ({ ...metadataOf(origin), issuer: '-' })],
    [
      'plain PKCE only',
      (origin: string) => ({ ...metadataOf(origin), code_challenge_methods_supported: ['plain'] }),
    ],
    ['no PKCE', (origin: string) => ({ ...metadataOf(origin), code_challenge_methods_supported: undefined })],
    [
      'PKCE as a text',
      (origin: string) => ({ ...metadataOf(origin), code_challenge_methods_supported: 'S256' }),
    ],
    ['a list', () => []],
    ['null', () => null],
  ])('refuses %s', async (_, metadata) => {
    expect(await startFailure(metadata)).toMatchObject({ code: 'metadata_rejected' });
  });

  it.each([
    ['HTML', text('<!doctype html><title>Welcome', 200, { 'content-type': 'text/html' })],
    ['JSON that says it is HTML', text('{}', 200, { 'content-type': 'text/html' })],
    ['JSON that says nothing', text('{}')],
    ['half of it', text('{"issuer":', 200, { 'content-type': 'application/json' })],
    ['2 MiB', json({ issuer: 'x'.repeat(2 * longestAnswer) })],
    ['404', text('', 404)],
    ['401', json({ error: 'invalid_client' }, 401)],
  ])('refuses %s', async (_, answer) => {
    await using standIn = await startStandIn();
    standIn.on(wellKnown, answer);
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
    });
  });

  it.each([301, 302, 303, 307, 308])('refuses a redirect with %i and does not follow it', async (status) => {
    await using standIn = await startStandIn();
    await using other = await startStandIn();
    standIn.on(wellKnown, text('', status, { location: `${other.origin}${wellKnown}` }));
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
    });
    expect(other.received).toEqual([]);
  });
});

describe('a server that cannot be reached', () => {
  it.each([
    ['503', json({}, 503, { 'retry-after': '7' })],
    ['429', text('', 429, { 'retry-after': '7' })],
    ['a reset', reset],
    ['an answer that breaks off', cutOff('{"issuer":')],
    ['silence', silence],
  ])('is unavailable after %s, and asked again the next time', async (what, answer) => {
    await using standIn = await startStandIn();
    standIn.on(wellKnown, answer);
    const client = clientOf(standIn.origin, {}, what === 'silence' ? impatient : {});
    const failure = await failureOf(client.begin(redirectUri));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure).toMatchObject({
      code: 'metadata_unavailable',
      retryAtMs: /^\d/.test(what) ? now + 7000 : null,
    });
    standIn.on(wellKnown, json(metadataOf(standIn.origin)));
    await client.begin(redirectUri);
  });

  it('is unavailable where nobody listens', async () => {
    const standIn = await startStandIn();
    await standIn[Symbol.asyncDispose]();
    expect(await failureOf(clientOf(standIn.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_unavailable',
      sent: false,
    });
  });
});

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
