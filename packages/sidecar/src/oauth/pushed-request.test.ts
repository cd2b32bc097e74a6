import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clientOf,
  failureOf,
  impatient,
  json,
  metadataOf,
  now,
  type StandIn,
  silence,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import { Secret } from '../secret/index.ts';
import { assertionFault } from './client-assertion.ts';
import type { OAuthConfiguration } from './oauth-client.ts';

const wellKnown = '/.well-known/oauth-authorization-server';
const redirectUri = 'https://app.example.com/postern/code';
const pushed = { request_uri: 'urn:ietf:params:oauth:request_uri:abc', expires_in: 60 };
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = {
  iss: 'https://idp.example',
  sub: 'app',
  aud: 'expected',
  iat: now / 1000,
  exp: now / 1000 + 60,
};
const jwt = (payload: unknown = claims, header: unknown = { alg: 'ES256' }): string =>
  `${part(header)}.${part(payload)}.canary-signature`;

let directory: string;
let assertionFile: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postern-par-'));
  assertionFile = join(directory, 'assertion');
  writeFileSync(assertionFile, `${jwt()}\n`);
});
afterEach(async () => rm(directory, { recursive: true, force: true }));

/** The documented service, with the stand-in's endpoints. */
const platform = (server: StandIn, more: Partial<OAuthConfiguration> = {}): Partial<OAuthConfiguration> => ({
  issuer: null,
  authorizationEndpoint: `${server.origin}/authorize`,
  tokenEndpoint: `${server.origin}/token`,
  revocationEndpoint: `${server.origin}/revoke`,
  parEndpoint: `${server.origin}/par`,
  profile: 'claude_platform',
  par: 'require',
  scopes: ['billing:attribution', 'offline_access'],
  clientAssertion: { kind: 'file', path: assertionFile },
  parParameters: { user_profile_id: 'uprof_1' },
  ...more,
});

describe('a pushed request', () => {
  it('carries everything, and the address only the reference to it', async () => {
    await using server = await startStandIn();
    server.on('/par', json(pushed, 201));
    const request = await clientOf('', platform(server)).begin(redirectUri);
    expect(Object.fromEntries(new URL(request.authorizationUrl).searchParams)).toEqual({
      client_id: 'postern-test',
      request_uri: pushed.request_uri,
    });
    const body = new URLSearchParams(server.at('/par')[0]?.body);
    expect(Object.fromEntries(body)).toMatchObject({
      response_type: 'code',
      client_id: 'postern-test',
      redirect_uri: redirectUri,
      scope: 'billing:attribution offline_access',
      state: request.state.reveal(),
      code_challenge_method: 'S256',
      user_profile_id: 'uprof_1',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: jwt(),
    });
    expect(server.at('/par')[0]?.headers.authorization).toBeUndefined();
  });

  it('is taken with 200 as well as with 201', async () => {
    await using server = await startStandIn();
    server.on('/par', json({ request_uri: pushed.request_uri }, 200));
    await clientOf('', platform(server)).begin(redirectUri);
  });

  it.each<[string, ReturnType<typeof json>, object]>([
    [
      '401 invalid_client',
      json({ error: 'invalid_client', error_description: 'canary' }, 401),
      { code: 'misconfigured' },
    ],
    ['400 invalid_request', json({ error: 'invalid_request' }, 400), { code: 'misconfigured' }],
    ['401 without a word', text('canary', 401), { code: 'misconfigured' }],
    ['404', text('', 404), { code: 'misconfigured' }],
    ['429', text('', 429, { 'retry-after': '9' }), { code: 'metadata_unavailable', retryAtMs: now + 9_000 }],
    ['503', text('', 503), { code: 'metadata_unavailable' }],
    ['a body without a reference', json({ expires_in: 60 }, 201), { code: 'token_response_invalid' }],
    ['no JSON', text('canary', 201), { code: 'token_response_invalid' }],
    ['a link that is there', json({ error: 'user_profile_already_linked' }, 400), { code: 'already_linked' }],
    ['a demand for DPoP', json({ error: 'use_dpop_nonce' }, 400), { code: 'server_unsupported' }],
    ['silence', silence, { code: 'metadata_unavailable' }],
  ])('that is answered with %s opens no browser, and says why', async (what, answer, expected) => {
    await using server = await startStandIn();
    server.on('/par', answer);
    const lines: string[] = [];
    const client = clientOf('', platform(server), {
      log: (line) => void lines.push(line),
      ...(what === 'silence' ? impatient : {}),
    });
    const failure = await failureOf(client.begin(redirectUri));
    expect(failure).toMatchObject(expected);
    expect(JSON.stringify([failure, String(failure), lines])).not.toContain('canary');
    expect(server.at('/par')).toHaveLength(1);
  });

  it('is made wherever the server takes one, unless it is switched off', async () => {
    await using server = await startStandIn();
    const metadata = {
      ...metadataOf(server.origin),
      pushed_authorization_request_endpoint: `${server.origin}/par`,
    };
    server.on(wellKnown, json(metadata));
    server.on('/par', json(pushed, 201));
    expect((await clientOf(server.origin).begin(redirectUri)).authorizationUrl).toContain('request_uri=');
    const off = await clientOf(server.origin, { par: 'off' }).begin(redirectUri);
    expect(off.authorizationUrl).toContain('code_challenge=');
    server.on(wellKnown, json({ ...metadata, require_pushed_authorization_requests: true }));
    expect(await failureOf(clientOf(server.origin, { par: 'off' }).begin(redirectUri))).toMatchObject({
      code: 'server_unsupported',
    });
    server.on(wellKnown, json(metadataOf(server.origin)));
    expect((await clientOf(server.origin).begin(redirectUri)).authorizationUrl).not.toContain('request_uri=');
    expect(await failureOf(clientOf(server.origin, { par: 'require' }).begin(redirectUri))).toMatchObject({
      code: 'invalid_configuration',
      detail: expect.stringContaining('POSTERN_OAUTH_PAR_ENDPOINT'),
    });
    server.on(wellKnown, json({ ...metadataOf(server.origin), require_pushed_authorization_requests: true }));
    expect(await failureOf(clientOf(server.origin).begin(redirectUri))).toMatchObject({
      code: 'server_unsupported',
      detail: expect.stringContaining('POSTERN_OAUTH_PAR_ENDPOINT'),
    });
    server.on(
      wellKnown,
      json({ ...metadata, pushed_authorization_request_endpoint: 'https://evil.example/par' }),
    );
    expect(await failureOf(clientOf(server.origin).begin(redirectUri))).toMatchObject({
      code: 'metadata_rejected',
    });
  });
});

describe('a client assertion', () => {
  it('is read anew for each request that goes to the server, and keeps the link’s id', async () => {
    await using server = await startStandIn();
    server.on('/par', json(pushed, 201));
    const client = clientOf('', platform(server));
    const request = await client.begin(redirectUri);
    const answer = { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', connection_id: 'ocon_1' };
    server.on('/token', json(answer));
    const assertionAt = (path: string): string | null =>
      new URLSearchParams(server.at(path).at(-1)?.body).get('client_assertion');
    writeFileSync(assertionFile, jwt({ ...claims, n: 1 }));
    const { tokens, account } = await client.exchange(new Secret('code'), request);
    expect(account).toMatchObject({ connectionId: 'ocon_1' });
    expect(assertionAt('/token')).toBe(jwt({ ...claims, n: 1 }));
    writeFileSync(assertionFile, jwt({ ...claims, n: 2 }));
    await client.refresh(tokens);
    expect(assertionAt('/token')).toBe(jwt({ ...claims, n: 2 }));
    await client.revoke(new Secret('r'), 'refresh_token');
    expect(assertionAt('/revoke')).toBe(jwt({ ...claims, n: 2 }));
  });

  it('that cannot be had sends nothing, and says so', async () => {
    await using server = await startStandIn();
    const lines: string[] = [];
    const client = clientOf('', platform(server), { log: (line) => void lines.push(line) });
    for (const content of ['', 'canary-no-jwt', jwt({ ...claims, exp: now / 1000 })]) {
      writeFileSync(assertionFile, content);
      const failure = await failureOf(client.begin(redirectUri));
      expect(failure).toMatchObject({ code: 'client_assertion_unavailable', sent: false });
      expect(JSON.stringify([failure, lines])).not.toContain('canary');
    }
    expect(server.received).toEqual([]);
  });

  it.each<[string, string | null]>([
    [jwt(), null],
    [jwt({ ...claims, aud: ['expected'] }), null],
    [jwt({ ...claims, aud: ['a', 'b'] }), 'it has not exactly one audience'],
    [jwt({ ...claims, aud: undefined }), 'it has not exactly one audience'],
    [jwt({ ...claims, exp: undefined }), 'it does not say when it ends'],
    [jwt({ ...claims, exp: now / 1000 - 1 }), 'it has expired'],
    [jwt(claims, { alg: 'HS256' }), 'its algorithm is not an asymmetric one'],
    [jwt(claims, { alg: 'none' }), 'its algorithm is not an asymmetric one'],
    [jwt(claims, { alg: 'PS512' }), null],
    ['a.b', 'it is not a signed JWT of three parts'],
    [`${jwt()}.more`, 'it is not a signed JWT of three parts'],
    [`${part(claims)}.bm8.x`, 'its parts are not JSON'],
    [jwt({ ...claims, more: 'x'.repeat(17_000) }), 'it is longer than 16 KiB'],
  ])('is judged before it is sent: case %#', (assertion, fault) => {
    expect(assertionFault(assertion, now)).toBe(fault);
  });

  it('is what the profile lives by: without a source nothing is configured', async () => {
    await using server = await startStandIn();
    const client = clientOf('', platform(server, { clientAssertion: null }));
    expect(client.configured).toBe(false);
    expect(await failureOf(client.begin(redirectUri))).toMatchObject({ code: 'oauth_not_configured' });
  });
});

describe('what the approval page answers', () => {
  it.each([
    [
      'error=access_denied&error_description=the+user+declined+the+request',
      'access_denied',
      'does not say which',
    ],
    [
      'error=access_denied&error_description=the+request+cannot+be+approved+for+this+organization',
      'access_denied',
      'pick another one',
    ],
    [
      'error=user_profile_already_linked&error_description=This+organization+already+has+an+active+connection+to+it',
      'already_linked',
      'by another profile',
    ],
    ['error=user_profile_already_linked', 'already_linked', 'The organization or the profile'],
  ])('%s', async (query, code, words) => {
    await using server = await startStandIn();
    server.on('/par', json(pushed, 201));
    const client = clientOf('', platform(server));
    const request = await client.begin(redirectUri);
    const parameters = new URLSearchParams(`${query}&state=${request.state.reveal()}`);
    const failure = await failureOf(client.judgeResponse({ parameters }, request));
    expect(failure).toMatchObject({ code, detail: expect.stringContaining(words) });
    expect(JSON.stringify(failure)).not.toMatch(/you declined/i);
  });

  it('the exchange may say, too, that the link is there', async () => {
    await using server = await startStandIn();
    server.on('/par', json(pushed, 201));
    server.on('/token', json({ error: 'user_profile_already_linked' }, 400));
    const client = clientOf('', platform(server));
    const request = await client.begin(redirectUri);
    expect(await failureOf(client.exchange(new Secret('code'), request))).toMatchObject({
      code: 'already_linked',
    });
  });
});
