import { describe, expect, it } from 'vitest';
import { readProof, sha256 } from '../../test/support/dpop/read-proof.ts';
import {
  type Answer,
  clientOf,
  failureOf,
  goodTokens,
  json,
  metadataOf,
  now,
  reset,
  type StandIn,
  startStandIn,
  text,
} from '../../test/support/oauth/fake-server.ts';
import type { Tokens } from '../credentials/index.ts';
import { generateProofKey } from '../dpop/index.ts';
import { Secret } from '../secret/index.ts';

const wellKnown = '/.well-known/oauth-authorization-server';
const redirectUri = 'http://127.0.0.1:7777/auth/anthropic/callback';
const boundTokens = { ...goodTokens, token_type: 'DPoP' };
const code = new Secret('canary-code');

/** Metadata of a server that demands DPoP. */
const demanding = ({ origin }: StandIn): Record<string, unknown> => ({
  ...metadataOf(origin),
  dpop_bound_access_tokens_required: true,
  dpop_signing_alg_values_supported: ['RS256', 'ES256'],
});

/** Refuses a proof without the nonce, as RFC 9449 has it, and answers `good` to one with it. */
const wantsNonce =
  (good: Answer): Answer =>
  (response, received) =>
    readProof(received.headers['dpop']).claims.nonce === 'n-1'
      ? good(response, received)
      : json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'n-1' })(response, received);

const boundTo = (proofKey: Secret): Tokens => ({
  accessToken: new Secret('canary-access'),
  refreshToken: new Secret('canary-refresh'),
  tokenType: 'DPoP',
  scopes: [],
  issuedAtMs: now,
  expiresAtMs: now + 1,
  loginEndsAtMs: null,
  proofKey,
});

describe('a sign-in at a server that demands DPoP', () => {
  it('proves one key of its own at the push, for the code and at every refresh', async () => {
    await using server = await startStandIn();
    server.on(
      wellKnown,
      json({ ...demanding(server), pushed_authorization_request_endpoint: `${server.origin}/par` }),
    );
    server.on('/par', wantsNonce(json({ request_uri: 'urn:pushed' }, 201)));
    server.on('/token', json(boundTokens));
    const client = clientOf(server.origin);
    const request = await client.begin(redirectUri);
    const { tokens } = await client.exchange(code, request);
    expect(tokens).toMatchObject({ tokenType: 'DPoP', proofKey: request.proofKey });
    const renewed = await client.refresh(tokens);
    expect(renewed.tokens).toMatchObject({ tokenType: 'DPoP', proofKey: request.proofKey });

    const proofs = [...server.at('/par'), ...server.at('/token')].map(({ headers }) =>
      readProof(headers['dpop']),
    );
    const pushed = new URLSearchParams(server.at('/par')[1]?.body);
    expect(new Set(proofs.map(({ thumbprint }) => thumbprint))).toEqual(new Set([pushed.get('dpop_jkt')]));
    expect(new Set(proofs.map(({ claims }) => claims.jti)).size).toBe(4);
    expect(proofs.map(({ claims }) => [new URL(claims.htu).pathname, claims.htm, claims.nonce])).toEqual([
      ['/par', 'POST', undefined],
      ['/par', 'POST', 'n-1'],
      ['/token', 'POST', 'n-1'],
      ['/token', 'POST', 'n-1'],
    ]);
    expect(JSON.stringify(server.received)).not.toContain(request.proofKey?.reveal());
  });

  it('proves the key for a revocation too, which some servers pretend to do otherwise', async () => {
    await using server = await startStandIn();
    server.on('/revoke', wantsNonce(text('')));
    const { proofKey, refreshToken } = boundTo(generateProofKey());
    const outcome = clientOf(server.origin).revoke(refreshToken ?? code, 'refresh_token', proofKey);
    expect(await outcome).toBe('done');
    const proofs = server.at('/revoke').map(({ headers }) => readProof(headers['dpop']).claims);
    expect(proofs).toMatchObject([{ htm: 'POST', htu: `${server.origin}/revoke` }, { nonce: 'n-1' }]);
    expect(proofs[1]).not.toHaveProperty('ath');
  });

  it('names its key in the address where nothing is pushed, and another sign-in has another', async () => {
    await using server = await startStandIn();
    server.on(wellKnown, json(demanding(server)));
    const client = clientOf(server.origin);
    const keys = [await client.begin(redirectUri), await client.begin(redirectUri)].map((request) =>
      new URL(request.authorizationUrl).searchParams.get('dpop_jkt'),
    );
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/), expect.stringMatching(/^[\w-]{43}$/)]);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('refuses a bearer token where it asked for a bound one', async () => {
    await using server = await startStandIn();
    server.on(wellKnown, json(demanding(server)));
    const client = clientOf(server.origin);
    expect(await failureOf(client.exchange(code, await client.begin(redirectUri)))).toMatchObject({
      code: 'token_response_invalid',
      detail: 'The answer is unusable: its token type is not DPoP.',
    });
  });

  it('asks whose it is with a proof as well', async () => {
    await using server = await startStandIn();
    server.on(wellKnown, json({ ...demanding(server), userinfo_endpoint: `${server.origin}/userinfo` }));
    server.on('/userinfo', (response, received) => {
      const { claims } = readProof(received.headers['dpop']);
      const isGood = claims.nonce === 'r-1' && claims.ath === sha256('canary-access');
      if (isGood && received.headers.authorization === 'DPoP canary-access')
        return json({ sub: 'ada', email: 'ada@example.org' })(response, received);
      const refused = { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'r-1' };
      return json({}, 401, refused)(response, received);
    });
    const tokens = { ...boundTo(generateProofKey()), scopes: ['openid'] };
    expect(await clientOf(server.origin).whose(tokens, 'ada')).toMatchObject({ email: 'ada@example.org' });
    expect(server.at('/userinfo')).toHaveLength(2);
  });
});

describe('a refresh with a proof', () => {
  const refresh = async (answers: readonly Answer[]) => {
    await using server = await startStandIn();
    let at = 0;
    server.on('/token', (response, received) => {
      answers[Math.min(at, answers.length - 1)]?.(response, received);
      at += 1;
    });
    const outcome = clientOf(server.origin).refresh(boundTo(generateProofKey()));
    const failure = await outcome.then(
      () => null,
      (error: unknown) => error,
    );
    return { failure, sent: server.at('/token').length };
  };
  const nonceRefused = json({ error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': 'n-2' });

  it('is sent once more where only the nonce was refused, and no third time', async () => {
    expect(await refresh([nonceRefused, json(boundTokens)])).toEqual({ failure: null, sent: 2 });
    expect(await refresh([nonceRefused])).toMatchObject({ failure: { code: 'misconfigured' }, sent: 2 });
  });

  it('is not sent again where the refresh token itself was refused, or the answer was lost', async () => {
    const invalid = json({ error: 'invalid_grant' }, 400, { 'dpop-nonce': 'n-2' });
    expect(await refresh([invalid])).toMatchObject({
      failure: { code: 'reauthorization_required' },
      sent: 1,
    });
    expect(await refresh([reset])).toMatchObject({ failure: { code: 'refresh_uncertain' }, sent: 1 });
    expect(await refresh([nonceRefused, reset])).toMatchObject({
      failure: { code: 'refresh_uncertain', sent: true },
      sent: 2,
    });
  });

  it('takes the server’s time where the clock here is wrong', async () => {
    const date = new Date(now + 86_400_000).toUTCString();
    const early: Answer = (response, received) =>
      readProof(received.headers['dpop']).claims.iat === now / 1000 + 86_400
        ? json(boundTokens)(response, received)
        : json({ error: 'invalid_dpop_proof' }, 400, { date })(response, received);
    expect(await refresh([early])).toEqual({ failure: null, sent: 2 });
  });
});

describe('DPoP is left out', () => {
  it('where the server merely offers it: every service takes a bearer token', async () => {
    await using server = await startStandIn();
    const { dpop_signing_alg_values_supported } = demanding(server);
    server.on(wellKnown, json({ ...metadataOf(server.origin), dpop_signing_alg_values_supported }));
    const client = clientOf(server.origin);
    const request = await client.begin(redirectUri);
    expect((await client.exchange(code, request)).tokens.tokenType).toBe('Bearer');
    expect(request.authorizationUrl).not.toContain('dpop_jkt');
    expect(server.at('/token')[0]?.headers).not.toHaveProperty('dpop');
    const bound = await clientOf(server.origin, { dpop: 'require' }).begin(redirectUri);
    expect(bound.authorizationUrl).toContain('dpop_jkt=');
  });

  it('at an MCP server, before a browser opens', async () => {
    await using server = await startStandIn();
    server.on(wellKnown, json(demanding(server)));
    const client = clientOf(server.origin, { namedBy: 'mcp_server', dpop: 'off' });
    expect(await failureOf(client.begin(redirectUri))).toMatchObject({
      code: 'server_unsupported',
      detail: expect.stringContaining('cannot do at an MCP server'),
    });
  });

  it.each([
    ['off', {}, 'POSTERN_OAUTH_DPOP is off'],
    ['auto', { dpop_signing_alg_values_supported: ['EdDSA'] }, 'does not say that it takes ES256'],
    ['auto', { dpop_signing_alg_values_supported: undefined }, 'does not say that it takes ES256'],
    [
      'require',
      { dpop_bound_access_tokens_required: false, dpop_signing_alg_values_supported: [] },
      'is require',
    ],
  ] as const)('with %s and %j, before a browser opens', async (dpop, more, why) => {
    await using server = await startStandIn();
    server.on(wellKnown, json({ ...demanding(server), ...more }));
    expect(await failureOf(clientOf(server.origin, { dpop }).begin(redirectUri))).toMatchObject({
      code: 'server_unsupported',
      detail: expect.stringContaining(why),
    });
  });
});
