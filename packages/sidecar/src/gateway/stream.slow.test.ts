import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  answerEvents,
  begunEvents,
  endEvents,
  type Respond,
  sse,
  startEvent,
} from '../../test/support/gateway/fake-upstream.ts';
import { open, openHouse, type TestHouse, type TestQuery } from '../../test/support/gateway/harness.ts';

async function openStream(house: TestHouse, query: TestQuery): Promise<Awaited<ReturnType<typeof open>>> {
  return await open(house.gateway.url, query.secret);
}

/** Answers with a stream whose end the test decides. */
function held(): { readonly respond: Respond; readonly response: Promise<ServerResponse> } {
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  return {
    response: promise,
    respond: (_seen, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(begunEvents());
      resolve(response);
    },
  };
}

describe('an answer on its way through', () => {
  it('arrives piece by piece, long before its end, and its usage is read as it passes', async () => {
    const stream = held();
    const house = await openHouse({ respond: stream.respond });
    const query = house.bind();
    const answer = await openStream(house, query);
    const chunks = answer.body[Symbol.asyncIterator]();
    const first = await chunks.next();
    expect(String(first.value)).toBe(begunEvents());
    expect(query.heard.paid).toEqual([]);

    (await stream.response).end(endEvents());
    const second = await chunks.next();
    expect(String(second.value)).toBe(endEvents());
    expect((await chunks.next()).done).toBe(true);
    expect(query.heard.paid).toEqual([
      {
        credential: expect.objectContaining({ kind: 'oauth' }),
        reason: 'preferred',
        model: 'claude-sonnet-5-5-20260801',
        status: 200,
        usage: { inputTokens: 10, outputTokens: 25, cacheReadTokens: 4, cacheWriteTokens: 3 },
        costUsd: expect.any(Number),
        notReportedUsd: 0,
      },
    ]);
  });

  it('that is one JSON document is read too; counting tokens costs nothing', async () => {
    const house = await openHouse({
      respond: (seen, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          seen.url.includes('count_tokens')
            ? '{"input_tokens":3}'
            : '{"type":"message","model":"claude-test","content":[],"usage":{"input_tokens":3,"output_tokens":4}}',
        );
      },
    });
    const query = house.bind();
    await query.post();
    await query.post({ path: '/v1/messages/count_tokens' });
    expect(query.heard.paid).toMatchObject([
      { model: 'claude-test', usage: { inputTokens: 3, outputTokens: 4 } },
    ]);
    expect(query.heard.passedThrough).toEqual([]);
  });

  it('F40: that breaks off is never replayed: the program’s connection goes, and nothing more is sent in this query', async () => {
    const stream = held();
    const house = await openHouse({ respond: stream.respond });
    const query = house.bind();
    const answer = await openStream(house, query);
    const read = answer.body.text();
    (await stream.response).destroy();

    await expect(read).rejects.toThrow();
    expect(query.heard.passedThrough).toEqual([{ code: 'stream_interrupted', status: 502 }]);
    expect(query.heard.paid).toMatchObject([{ usage: { inputTokens: 10, outputTokens: 1 } }]);
    const again = await query.post();
    expect(again.status).toBe(403);
    expect(query.heard.givenUp).toEqual([{ code: 'stream_interrupted', detail: null }]);
    expect(house.upstream.seen).toHaveLength(1);

    query.end();
    const next = await openStream(house, house.bind());
    expect(next.statusCode).toBe(200);
    next.body.on('error', () => {}).destroy();
  });

  it.each([
    ['ends without its last event', `${begunEvents()}data: {"type":"content_block`, 0],
    ['turns into garbage', `${begunEvents()}\u0000\u0001<html>`, 0],
    ['says error in the stream', begunEvents(), 1],
  ])(
    'F40: that %s is told as interrupted, and the program is left without an end until it is',
    async (_name, text, errors) => {
      const error = sse({ type: 'error', error: { type: 'overloaded_error', message: 'Over\u0007loaded' } });
      const house = await openHouse({
        respond: (_seen, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(text + error.repeat(errors));
        },
      });
      const query = house.bind();
      const answer = await openStream(house, query);
      let read = '';
      await expect(async () => {
        for await (const chunk of answer.body) read += chunk;
      }).rejects.toThrow();
      // What came before the error is passed on, and not the error: the program would throw away what it has.
      expect(read).toBe(text);
      expect(query.heard.passedThrough).toEqual([{ code: 'stream_interrupted', status: 502 }]);
      const detail = errors === 1 ? 'Over⟨U+0007⟩loaded' : null;
      expect(query.heard.brokenOff).toEqual([{ messageId: 'm', deltas: 1, detail }]);
      expect(house.upstream.seen).toHaveLength(1);
    },
  );

  it.each([
    ['is cut', 2, (response: ServerResponse) => response.write(startEvent(), () => response.destroy())],
    ['ends', 2, (response: ServerResponse) => response.end(startEvent())],
    [
      'says that the service is overloaded',
      1,
      (response: ServerResponse) =>
        response.end(sse({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })),
    ],
  ])(
    'that %s before anything of it could be seen is asked for once more, with the same bytes',
    async (_name, paid, breakOff) => {
      const house = await openHouse({
        respond: (_seen, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          if (house.upstream.seen.length % 2 === 1) breakOff(response);
          else response.end(answerEvents());
        },
      });
      const query = house.bind();
      expect((await query.post()).text).toBe(answerEvents());
      const [first, second] = house.upstream.seen;
      expect(second?.body).toEqual(first?.body);
      expect(second?.paidWith).toBe(first?.paidWith);
      expect(query.heard.passedThrough).toEqual([]);
      // What the first one used was paid; one that said `error` before it began used nothing.
      expect(query.heard.paid).toHaveLength(paid);
      expect(query.heard.switches).toEqual([]);
    },
  );

  it.each([
    ['overloaded_error', 'upstream_overloaded'],
    ['api_error', 'upstream_unavailable'],
    ['rate_limit_error', 'upstream_throttled'],
    ['invalid_request_error', 'upstream_refused'],
  ])(
    'that says %s twice before anything of it ends the query under %s, with the service’s own words',
    async (type, code) => {
      const house = await openHouse({
        respond: (_seen, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.end(startEvent() + sse({ type: 'error', error: { type, message: 'It went\nwrong' } }));
        },
      });
      const query = house.bind();
      expect(await query.post()).toMatchObject({ status: 403, headers: { 'x-should-retry': 'false' } });
      expect(query.heard.givenUp).toEqual([{ code, detail: 'It went wrong' }]);
      expect(house.upstream.seen).toHaveLength(2);
      expect((await query.post()).status).toBe(403);
      expect(house.upstream.seen).toHaveLength(2);
    },
  );

  it('ends with its last event where the service keeps the connection open', async () => {
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(answerEvents());
      },
    });
    const query = house.bind();
    expect((await query.post()).text).toBe(answerEvents());
    expect(query.heard.paid).toHaveLength(1);
    expect(query.heard.passedThrough).toEqual([]);
  });

  it('F40: whose program hangs up is stopped upstream at once, and still counted', async () => {
    const stream = held();
    const house = await openHouse({ respond: stream.respond });
    const query = house.bind();
    const answer = await openStream(house, query);
    await answer.body[Symbol.asyncIterator]().next();
    answer.body.destroy();
    await expect.poll(() => house.upstream.abandoned.length, { interval: 1 }).toBe(1);
    await expect.poll(() => query.heard.paid.length, { interval: 1 }).toBe(1);
    expect(query.heard.passedThrough).toEqual([]);
  });

  it('F40: ends with its query, and what it used is told before `end` returns', async () => {
    const stream = held();
    const house = await openHouse({ respond: stream.respond });
    const query = house.bind();
    const answer = await openStream(house, query);
    await answer.body[Symbol.asyncIterator]().next();
    query.end();
    expect(query.heard.paid).toMatchObject([{ usage: { inputTokens: 10 } }]);
    await expect.poll(() => house.upstream.abandoned.length, { interval: 1 }).toBe(1);
    expect(query.heard.passedThrough).toEqual([]);
  });

  it('F40: that has not begun when its query ends is answered for the program and stopped upstream', async () => {
    const arrived = Promise.withResolvers<void>();
    const house = await openHouse({ respond: () => arrived.resolve() });
    const query = house.bind();
    const answer = query.post();
    await arrived.promise;
    query.end();
    expect(await answer).toMatchObject({ status: 403, headers: { 'x-should-retry': 'false' } });
    await expect.poll(() => house.upstream.abandoned.length, { interval: 1 }).toBe(1);
    expect(query.heard.givenUp).toEqual([]);
  });

  it('goes no faster than the program reads', async () => {
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(begunEvents());
        const pump = (): void => {
          while (!response.destroyed && written < 100 * 1024 * 1024) {
            written += chunk.length;
            if (!response.write(chunk)) {
              response.once('drain', pump);
              return;
            }
          }
        };
        pump();
      },
    });
    const query = house.bind();
    const answer = await openStream(house, query);
    // Nobody reads: what is written settles far below the whole.
    let before = -1;
    await expect
      .poll(
        () => {
          const isStill = written === before && written > 0;
          before = written;
          return isStill;
        },
        { interval: 40, timeout: 5000 },
      )
      .toBe(true);
    expect(written).toBeLessThan(30 * 1024 * 1024);
    answer.body.destroy();
    await expect.poll(() => house.upstream.abandoned.length, { interval: 1 }).toBe(1);
  });

  it('is one of 256 at a time, of eight queries', async () => {
    const waiting: ServerResponse[] = [];
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(begunEvents());
        waiting.push(response);
        if (waiting.length === 256) for (const each of waiting) each.end(endEvents());
      },
    });
    const queries = Array.from({ length: 8 }, (_, at) => house.bind({ queryId: `q${at}` }));
    const answers = await Promise.all(
      queries.flatMap((query) => Array.from({ length: 32 }, () => query.post())),
    );
    expect(
      answers.every((answer) => answer.status === 200 && answer.text === begunEvents() + endEvents()),
    ).toBe(true);
    expect(queries.flatMap(({ heard }) => heard.paid)).toHaveLength(256);
  });
});
