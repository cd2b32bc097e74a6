import { describe, expect, it } from 'vitest';
import { answerEvents, sendStream, startUpstream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';

describe('a request on its way through', () => {
  it('of 32 MiB arrives whole, and again where it is replayed; a byte more is 413 and goes nowhere', async () => {
    const house = await openHouse({
      respond: (seen, response) => {
        if (seen.paidWith === 'token-1') response.writeHead(401).end();
        else sendStream(response);
      },
    });
    const query = house.bind();
    const body = Buffer.alloc(32 * 1024 * 1024, 'a');
    expect((await query.post({ body })).status).toBe(200);
    expect(house.upstream.seen.map((seen) => seen.body.length)).toEqual([body.length, body.length]);
    const tooLong = await query.post({ body: Buffer.alloc(body.length + 1, 'a') });
    expect(tooLong.status).toBe(413);
    expect(house.upstream.seen).toHaveLength(2);
  });

  it('carries exactly one credential and the headers that matter, and nothing of the program’s own secret', async () => {
    const house = await openHouse({
      respond: (_seen, response) => sendStream(response, { 'set-cookie': 'a=b' }),
    });
    const query = house.bind();
    const headers = {
      cookie: 'session=1',
      'x-forwarded-for': '10.0.0.1',
      'x-api-key': 'sk-child',
      'user-agent': 'agent/1',
      'x-stainless-lang': 'js',
      'accept-encoding': 'gzip',
      'proxy-authorization': 'Basic eA==',
    };
    const answer = await query.post({ headers });
    await house.tokens.signOut();
    await query.post({ headers });

    const [first, second] = house.upstream.seen;
    expect(first?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'anthropic-beta': 'tools-2025-01-01,oauth-2025-04-20',
      'anthropic-version': '2023-06-01',
      'user-agent': 'agent/1',
      'x-stainless-lang': 'js',
      'content-type': 'application/json',
    });
    expect(first?.headers['x-api-key']).toBeUndefined();
    expect(second?.headers).toMatchObject({
      'x-api-key': expect.stringContaining('sk-ant-api'),
      'anthropic-beta': 'tools-2025-01-01',
    });
    expect(second?.headers.authorization).toBeUndefined();
    for (const seen of house.upstream.seen) {
      expect(JSON.stringify(seen.headers)).not.toContain(query.secret);
      for (const name of ['cookie', 'x-forwarded-for', 'proxy-authorization'])
        expect(seen.headers[name]).toBeUndefined();
    }
    expect(first?.url).toBe('/v1/messages?beta=true');
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it('F38: that reaches nobody is 503, repeated by the program twice and then no more', async () => {
    const gone = await startUpstream(() => {});
    const house = await openHouse({ respond: () => {}, deps: { apiBaseUrl: 'http://127.0.0.1:9' } });
    expect(gone.seen).toEqual([]);
    const query = house.bind();
    const answers = [await query.post(), await query.post(), await query.post()];
    expect(answers.map(({ status, headers }) => [status, headers['x-should-retry']])).toEqual([
      [503, undefined],
      [503, undefined],
      [503, 'false'],
    ]);
    expect(query.heard.passedThrough).toEqual(Array(3).fill({ code: 'upstream_unavailable', status: 503 }));
  });

  it('keeps the path of the configured address', async () => {
    const upstream = await startUpstream((_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(answerEvents());
    });
    const house = await openHouse({ respond: () => {}, deps: { apiBaseUrl: `${upstream.url}/anthropic/` } });
    await house.bind().post();
    expect(upstream.seen[0]?.url).toBe('/anthropic/v1/messages?beta=true');
  });
});
