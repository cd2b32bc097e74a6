import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { noDelegatedSignIns } from '../../test/support/delegated/fake-sign-ins.ts';
import { type Respond, sendError, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { open, openHouse } from '../../test/support/gateway/harness.ts';

function onlyTheKey(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Respond {
  return (seen, response) =>
    seen.paidWith === 'key' ? sendStream(response) : sendError(response, status, type, message, headers);
}

describe('F38: what is refused before the first byte', () => {
  it.each([
    [
      'insufficient_scope',
      403,
      'permission_error',
      'OAuth token does not meet scope requirement user:inference',
    ],
    [
      'organization_not_allowed',
      403,
      'permission_error',
      'OAuth authentication is currently not allowed for this organization.',
    ],
    [
      'organization_not_allowed',
      401,
      'authentication_error',
      'OAuth authentication is currently not supported.',
    ],
  ])(
    'for %s (%i) goes on with the next in order without a refresh, and rests so that no query loops',
    async (code, status, type, message) => {
      const house = await openHouse({ respond: onlyTheKey(status, type, message) });
      const query = house.bind();
      expect((await query.post()).status).toBe(200);
      const next = house.bind();
      await next.post();

      expect(house.tokens.refreshes).toBe(0);
      expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'key', 'key']);
      expect(query.heard.switches).toEqual([{ from: 'oauth', to: 'api_key', reason: code }]);
      expect((await house.selection.candidates())[0]).toMatchObject({
        reason: code,
        cooldownReason: 'auth_failure',
      });
      expect((await house.tokens.current('oauth:default')).status).toBe('active');
      await house.tokens.signIn('token-2');
      await query.post();
      expect(house.upstream.seen.at(-2)?.paidWith).toBe('token-2');
    },
  );

  it.each([
    [
      'credential_policy',
      400,
      'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
    ],
    ['billing_problem', 400, 'Your credit balance is too low to access the Anthropic API.'],
    ['billing_problem', 402, 'Payment required'],
  ])('for %s (%i) stops, although the key would work', async (code, status, message) => {
    const house = await openHouse({ respond: onlyTheKey(status, 'invalid_request_error', message) });
    const query = house.bind();
    const answer = await query.post();
    await query.post();

    expect([answer.status, answer.headers['x-should-retry']]).toEqual([403, 'false']);
    expect(query.heard.givenUp.map((each) => each.code)).toEqual([code, code]);
    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1']);
    expect(query.heard.switches).toEqual([]);
  });

  it.each([
    ['upstream_throttled', 429, 'rate_limit_error', 'slow down'],
    ['upstream_overloaded', 529, 'overloaded_error', 'Overloaded'],
    ['upstream_unavailable', 500, 'api_error', 'oops'],
    ['upstream_refused', 400, 'invalid_request_error', 'messages: at least one'],
    ['upstream_refused', 403, 'permission_error', 'Model x is not allowed for this organization'],
    ['model_not_found', 404, 'not_found_error', 'model: x'],
  ])('as %s (%i) is passed on as it is and touches no credential', async (code, status, type, message) => {
    const house = await openHouse({ respond: onlyTheKey(status, type, message, { 'retry-after': '7' }) });
    const query = house.bind();
    const answer = await query.post();

    expect(answer.status).toBe(status);
    expect(answer.headers['retry-after']).toBe('7');
    expect(JSON.parse(answer.text)).toMatchObject({ error: { type, message } });
    expect(query.heard.passedThrough).toEqual([{ code, status }]);
    expect(house.upstream.seen).toHaveLength(1);
    expect((await house.selection.candidates())[0]).toMatchObject({ usable: true, cooldownUntilMs: null });
  });

  it('with a long body is passed on whole, and not read to its end first', async () => {
    const half = 'x'.repeat(150_000);
    const { promise: begun, resolve } = Promise.withResolvers<ServerResponse>();
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(500, { 'content-type': 'text/html' }).write(half);
        resolve(response);
      },
    });
    const query = house.bind();
    const answer = await open(house.gateway.url, query.secret);
    expect(answer.statusCode).toBe(500);
    (await begun).end(half);
    expect((await answer.body.text()).length).toBe(300_000);
  });

  it('as a redirect is not followed, and the program does not learn where to', async () => {
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(307, { location: `${house.upstream.url}/stolen` }).end();
      },
    });
    const answer = await house.bind().post();
    expect([answer.status, answer.headers['location']]).toEqual([403, undefined]);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('for a dead key ends the query at once; the next one tries it once more, and a good key clears it', async () => {
    let isDead = true;
    const house = await openHouse({
      signedIn: false,
      respond: (_seen, response) =>
        isDead ? sendError(response, 401, 'authentication_error', 'invalid x-api-key') : sendStream(response),
    });
    const query = house.bind();
    await query.post();
    await query.post();
    expect(query.heard.givenUp.map((each) => each.code)).toEqual(['api_key_rejected', 'api_key_rejected']);
    expect(house.upstream.seen).toHaveLength(1);
    expect((await house.selection.candidates()).at(-1)).toMatchObject({
      usable: false,
      reason: 'api_key_rejected',
    });

    isDead = false;
    expect((await house.bind().post()).status).toBe(200);
    await expect
      .poll(async () => (await house.selection.candidates()).at(-1), { interval: 1 })
      .toMatchObject({ usable: true, reason: null, acceptedAtMs: house.nowMs });
  });
});

describe('the choice before a query', () => {
  it('names the credential and why, or the code', async () => {
    const house = await openHouse({ respond: (_seen, response) => sendStream(response) });
    expect(await house.selection.choose()).toMatchObject({
      credential: { kind: 'oauth' },
      reason: 'preferred',
    });
    await house.tokens.signOut();
    expect(await house.selection.choose()).toMatchObject({
      credential: { kind: 'api_key' },
      reason: 'preferred',
    });
    await house.store.apiKeys.write('api_key:default', null);
    expect(await house.selection.choose()).toEqual({ code: 'not_signed_in', retryAtMs: null });
  });

  it('can fall on a delegated kind, which a request passes over', async () => {
    const signIn = {
      id: 'claude_code:default',
      kind: 'claude_code',
      fingerprint: 'ada',
      fault: null,
    } as const;
    const house = await openHouse({
      signedIn: false,
      respond: (_seen, response) => sendStream(response),
      deps: { delegated: { ...noDelegatedSignIns, all: () => [signIn] } },
    });
    expect(await house.selection.choose()).toMatchObject({ credential: { kind: 'claude_code' } });
    expect((await house.selection.candidates()).map(({ ref: { kind } }) => kind)).toEqual([
      'oauth',
      'claude_code',
      'api_key',
    ]);
    await house.bind().post();
    expect(house.upstream.seen[0]?.paidWith).toBe('key');
  });
});

describe('a trial', () => {
  it('is one free request; accepted is noted, and a refused token is refreshed once', async () => {
    const house = await openHouse({
      respond: (seen, response) => {
        if (seen.paidWith === 'token-1') response.writeHead(401).end();
        else response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
      },
    });
    expect(await house.gateway.tryCredential('oauth:default')).toEqual({ outcome: 'accepted', code: null });
    expect(
      house.upstream.seen.map((seen) => [seen.method, seen.url, seen.headers['anthropic-version']]),
    ).toEqual(Array(2).fill(['GET', '/v1/models?limit=1', '2023-06-01']));
    expect(house.tokens.acceptedVersions).toEqual([2]);
    expect(await house.gateway.tryCredential('api_key:default')).toEqual({ outcome: 'accepted', code: null });
    expect((await house.selection.candidates()).at(-1)).toMatchObject({ acceptedAtMs: house.nowMs });
  });

  it.each([
    [401, 'invalid x-api-key', 'refused', 'api_key_rejected'],
    [403, 'This credential is only authorized for use with Claude Code', 'refused', 'credential_policy'],
    [400, 'This credential is only authorized for use with Claude Code', 'unknown', null],
    [403, 'no', 'unknown', null],
    [500, 'no', 'unknown', null],
    [404, 'no', 'unknown', null],
  ])('of a key that gets %i (%s) is %s', async (status, message, outcome, code) => {
    const house = await openHouse({
      respond: (_seen, response) => sendError(response, status, 'error', message),
    });
    expect(await house.gateway.tryCredential('api_key:default')).toEqual({ outcome, code });
  });

  it('of a sign-in that is refused again rests it; where nobody answers nothing is learnt', async () => {
    const house = await openHouse({
      respond: (_seen, response) => sendError(response, 401, 'authentication_error', 'no'),
    });
    expect(await house.gateway.tryCredential('oauth:default')).toEqual({
      outcome: 'refused',
      code: 'no_working_credential',
    });
    expect((await house.selection.candidates())[0]).toMatchObject({ cooldownReason: 'auth_failure' });
    for (const [message, code] of [
      ['OAuth token does not meet scope requirement user:inference', 'insufficient_scope'],
      ['OAuth authentication is currently not allowed for this organization.', 'organization_not_allowed'],
    ] as const) {
      const narrow = await openHouse({
        respond: (_seen, response) => sendError(response, 403, 'permission_error', message),
      });
      expect(await narrow.gateway.tryCredential('oauth:default')).toEqual({ outcome: 'refused', code });
      expect((await narrow.selection.candidates())[0]).toMatchObject({
        reason: code,
        cooldownReason: 'auth_failure',
      });
    }
    const silent = await openHouse({ respond: () => {}, deps: { apiBaseUrl: 'http://127.0.0.1:9' } });
    expect(await silent.gateway.tryCredential('oauth:default')).toEqual({ outcome: 'unknown', code: null });
  });
});
