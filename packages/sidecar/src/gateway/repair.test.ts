import { describe, expect, it } from 'vitest';
import { sendError, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';
import { ReauthorizationRequiredError, TransientError } from '../errors/index.ts';

describe('a refused access token', () => {
  it('F37: is refreshed once and the same request replayed, in one clean stream', async () => {
    const house = await openHouse({
      respond: (seen, response) =>
        seen.paidWith === 'token-2'
          ? sendStream(response)
          : sendError(response, 401, 'authentication_error', 'OAuth token has expired'),
    });
    const query = house.bind();
    const answer = await query.post({ body: '{"stream":true,"n":1}' });

    expect(answer.status).toBe(200);
    expect(answer.text).toContain('message_stop');
    expect(house.tokens.refreshes).toBe(1);
    expect(house.upstream.seen.map((seen) => [seen.paidWith, seen.body.toString()])).toEqual([
      ['token-1', '{"stream":true,"n":1}'],
      ['token-2', '{"stream":true,"n":1}'],
    ]);
    expect(query.heard.switches).toEqual([]);
    expect(query.heard.paid).toMatchObject([
      { credential: { kind: 'oauth' }, reason: 'preferred', status: 200 },
    ]);
  });

  it('F37: twice, goes on with the key, once, and says so', async () => {
    const house = await openHouse({
      respond: (seen, response) =>
        seen.paidWith === 'key'
          ? sendStream(response)
          : sendError(response, 401, 'authentication_error', 'no'),
    });
    const query = house.bind();
    const first = await query.post();
    const second = await query.post();

    expect([first.status, second.status]).toEqual([200, 200]);
    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'token-2', 'key', 'key']);
    expect(query.heard.switches).toEqual([{ from: 'oauth', to: 'api_key', reason: 'auth_failure' }]);
    expect(house.facts.filter((fact) => fact.type === 'fallback')).toHaveLength(1);
    expect(query.heard.paid.map((call) => [call.credential.kind, call.reason])).toEqual([
      ['api_key', 'auth_failure'],
      ['api_key', 'auth_failure'],
    ]);
    const [oauth] = await house.selection.candidates();
    expect(oauth).toMatchObject({
      usable: true,
      cooldownReason: 'auth_failure',
      cooldownUntilMs: house.nowMs + 300_000,
    });
  });

  it('F37: then the key’s 401 too ends the query as no_working_credential after three calls, and the program sees no 401', async () => {
    const house = await openHouse({
      respond: (_seen, response) => sendError(response, 401, 'authentication_error', 'invalid x-api-key'),
    });
    const query = house.bind();
    const answer = await query.post();

    expect(answer.status).toBe(403);
    expect(answer.headers['x-should-retry']).toBe('false');
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', error: { type: 'permission_error' } });
    expect(query.heard.givenUp).toEqual([{ code: 'no_working_credential', detail: null }]);
    expect(house.upstream.seen).toHaveLength(3);
    expect(query.heard.switches).toHaveLength(1);

    await query.post();
    expect(house.upstream.seen).toHaveLength(3);
  });

  it('F37: with two sign-ins costs three upstream calls and one refresh at the most, although the key would work', async () => {
    const house = await openHouse({
      respond: (seen, response) =>
        seen.paidWith === 'key'
          ? sendStream(response)
          : sendError(response, 401, 'authentication_error', 'no'),
    });
    await house.tokens.signIn('token-of-work', 'oauth:work');
    const query = house.bind();
    await query.post();

    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'token-2', 'token-of-work']);
    expect(house.tokens.refreshes).toBe(1);
    expect(query.heard.givenUp.map((each) => each.code)).toEqual(['no_working_credential']);
    expect((await query.post()).status).toBe(200);
  });

  it('F39: of three staggered requests costs one refresh', async () => {
    const gate = Promise.withResolvers<void>();
    const house = await openHouse({
      respond: (seen, response) =>
        seen.paidWith === 'token-2'
          ? sendStream(response)
          : sendError(response, 401, 'authentication_error', 'OAuth token has expired'),
    });
    house.tokens.refresh = async () => {
      await gate.promise;
      return 'token-2';
    };
    const query = house.bind();
    const answers: ReturnType<typeof query.post>[] = [];
    for (let count = 1; count <= 3; count += 1) {
      answers.push(query.post());
      await expect.poll(() => house.upstream.seen.length, { interval: 1 }).toBe(count);
    }
    gate.resolve();

    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(house.tokens.refreshes).toBe(1);
    expect(house.upstream.seen).toHaveLength(6);
  });

  it('whose refresh ends the sign-in goes on with the key under that code, and a new sign-in is used at once', async () => {
    const house = await openHouse({
      respond: (seen, response) =>
        seen.paidWith === 'token-1'
          ? sendError(response, 403, 'permission_error', 'OAuth token has been revoked')
          : sendStream(response),
    });
    house.tokens.refresh = () => Promise.reject(new ReauthorizationRequiredError('reauthorization_required'));
    const query = house.bind();
    await query.post();
    await house.tokens.signIn('token-9');
    await query.post();

    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'key', 'token-9']);
    expect(query.heard.switches).toEqual([
      { from: 'oauth', to: 'api_key', reason: 'reauthorization_required' },
      { from: 'api_key', to: 'oauth', reason: 'preferred' },
    ]);
    expect(house.facts.filter((fact) => fact.type === 'fallback')).toHaveLength(2);
  });

  it('that cannot be renewed just now ends the query as refresh_unavailable where nothing else is there', async () => {
    const retryAtMs = Date.parse('2026-11-23T12:05:00Z');
    const house = await openHouse({
      hasKey: false,
      respond: (_seen, response) => {
        response.writeHead(401).end();
      },
    });
    house.tokens.refresh = () =>
      Promise.reject(new TransientError('refresh_unavailable', { sent: false, retryAtMs }));
    const query = house.bind();
    await query.post();

    expect(query.heard.givenUp).toEqual([
      {
        code: 'refresh_unavailable',
        detail: null,
        retryAtMs,
      },
    ]);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('F37: in the middle of a turn is repaired between two model calls', async () => {
    let valid = 'token-1';
    const house = await openHouse({
      respond: (seen, response) =>
        seen.paidWith === valid
          ? sendStream(response)
          : sendError(response, 401, 'authentication_error', 'expired'),
    });
    const query = house.bind();
    const before = await query.post();
    valid = 'token-2';
    const after = await query.post();

    expect([before.status, after.status]).toEqual([200, 200]);
    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'token-1', 'token-2']);
    await expect.poll(() => house.tokens.acceptedVersions.length, { interval: 1 }).toBe(2);
  });
});
