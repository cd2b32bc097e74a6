import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type Respond,
  sendError,
  sendStream,
  sse,
  startEvent,
} from '../../test/support/gateway/fake-upstream.ts';
import { keyId, openHouse, post, requestBody, type TestHouse } from '../../test/support/gateway/harness.ts';
import { createLedger } from '../ledger/index.ts';

const good: Respond = (_seen, response) => sendStream(response);
/** A million tokens of output with Sonnet 5.5 cost $10. */
const mostUsd = (usd: number): string => requestBody({ max_tokens: usd * 100_000 });

function answering(usage: Record<string, unknown>): Respond {
  return (_seen, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const message = { id: 'm', model: 'claude-sonnet-5-5', usage };
    response.end(`${sse({ type: 'message_start', message })}${sse({ type: 'message_stop' })}`);
  };
}

function openWithKey(respond: Respond, caps: Record<string, number | null>): Promise<TestHouse> {
  return openHouse({ respond, signedIn: false, fallback: caps, deps: { roomPatienceMs: 0 } });
}

describe('a cap', () => {
  it('holds a call that might not fit, says what stands against it, and a no ends the turn unsent', async () => {
    const house = await openWithKey(good, { capUsdPerDay: 1 });
    house.spend(0.75);
    const query = house.bind({ answer: 'no' });
    expect((await query.post({ body: mostUsd(0.5) })).status).toBe(403);

    const [question] = query.heard.questions;
    expect(question).toMatchObject({ reason: 'spend_cap_reached', capUsd: 1, to: { kind: 'api_key' } });
    expect(question?.spend).toMatchObject({ scope: 'day', capUsd: 1, spentUsd: 0.75, reservedUsd: 0 });
    expect(question?.spend?.thisCallAtMostUsd).toBeGreaterThan(0.5);
    expect(question?.spend?.thisCallAtMostUsd).toBeLessThan(0.51);
    expect(query.heard.givenUp).toMatchObject([{ code: 'spend_cap_reached' }]);
    expect(query.heard.givenUp[0]?.detail).toContain('$0.75 is spent');
    expect(house.upstream.seen).toEqual([]);
    // Its parallel and later calls are not asked about again.
    await query.post({ body: mostUsd(0.5) });
    expect(query.heard.questions).toHaveLength(1);
  });

  it('is lifted by a yes for this turn alone, or until midnight', async () => {
    const house = await openWithKey(good, { capUsdPerDay: 1 });
    house.spend(1);
    const once = house.bind({ answer: 'once' });
    for (let count = 0; count < 2; count += 1) expect((await once.post()).status).toBe(200);
    expect(once.heard.questions).toHaveLength(1);
    once.end();
    const today = house.bind({ answer: 'today' });
    expect((await today.post()).status).toBe(200);
    expect(today.heard.questions).toHaveLength(1);
    const later = house.bind({ answer: 'no' });
    expect((await later.post()).status).toBe(200);
    house.nowMs += 24 * 3_600_000;
    house.spend(1);
    const tomorrow = house.bind({ answer: 'no' });
    expect((await tomorrow.post()).status).toBe(403);
  });

  it.each([
    ['turn', { capUsdPerTurn: 0.4 }],
    ['workspace', { capUsdPerWorkspacePerDay: 0.4 }],
    ['day', { capUsdPerDay: 0.4 }],
    ['month', { capUsdPerMonth: 0.4 }],
  ] as const)('of a %s counts what is spent and what may be', async (scope, caps) => {
    const spent = answering({ input_tokens: 0, output_tokens: 30_000 });
    const house = await openWithKey(spent, { capUsdPerDay: null, ...caps });
    const place = { first: null, delegated: () => [], conversationId: 'c', workspace: '/here' };
    const query = house.bind({ answer: 'no', scope: place });
    expect((await query.post({ body: mostUsd(0.35) })).status).toBe(200);
    expect((await query.post({ body: mostUsd(0.35) })).status).toBe(403);
    expect(query.heard.questions[0]?.spend).toMatchObject({ scope, spentUsd: 0.3, reservedUsd: 0 });
    expect(house.ledger.caps(house.settings.fallback)).toMatchObject([{ scope, capUsd: 0.4, spentUsd: 0.3 }]);

    const elsewhere = house.bind({ answer: 'no', scope: { ...place, workspace: '/there' } });
    const reachesOthers = scope === 'day' || scope === 'month' || scope === 'turn';
    expect((await elsewhere.post({ body: mostUsd(0.35) })).status).toBe(reachesOthers ? 403 : 200);
  });

  it('holds for a key that is the first in the order, and for no call that a plan covers', async () => {
    const house = await openHouse({ respond: good, fallback: { capUsdPerDay: 0 } });
    const covered = house.bind();
    expect((await covered.post()).status).toBe(200);
    expect(house.ledger.spentTodayUsd()).toBe(0);
    house.settings = {
      ...house.settings,
      credentialOrder: ['api_key', 'oauth', 'claude_code', 'console_profile'],
    };
    const own = house.bind({ answer: 'no' });
    expect((await own.post()).status).toBe(403);
    expect(own.heard.questions).toMatchObject([{ reason: 'spend_cap_reached', spend: { scope: 'day' } }]);
  });

  it('is not passed by calls at the same time: what is under way counts', async () => {
    let waiting: (() => void)[] = [];
    const held: Respond = (_seen, response) => {
      waiting.push(() => sendStream(response));
    };
    const house = await openWithKey(held, { capUsdPerDay: 1 });
    const query = house.bind({ answer: 'no' });
    let ended = 0;
    const all = Array.from({ length: 8 }, async () => {
      const answer = await query.post({ body: mostUsd(0.3) });
      ended += 1;
      return answer;
    });
    // Those that did not fit, before room is made by the end of the others.
    await vi.waitFor(() => expect([waiting.length, ended]).toEqual([3, 5]), { timeout: 8_000 });
    expect(house.ledger.reservedTodayUsd()).toBeGreaterThan(0.9);
    for (const answer of waiting) answer();
    waiting = [];
    const statuses = (await Promise.all(all)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(3);
    expect(house.upstream.seen).toHaveLength(3);
    expect(house.ledger.reservedTodayUsd()).toBe(0);
  });

  it('makes a call wait for others to end before it asks, where they alone stand in its way', async () => {
    const waiting: (() => void)[] = [];
    const house = await openHouse({
      respond: (_seen, response) => void waiting.push(() => sendStream(response)),
      signedIn: false,
      fallback: { capUsdPerDay: 0.5 },
    });
    const query = house.bind({ answer: 'no' });
    const first = query.post({ body: mostUsd(0.4) });
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    const second = query.post({ body: mostUsd(0.4) });
    waiting[0]?.();
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting[1]?.();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(query.heard.questions).toEqual([]);
  });

  it('counts a model whose price is not known as the dearest, and the question says so', async () => {
    const house = await openWithKey(good, { capUsdPerDay: 1 });
    const query = house.bind({ answer: 'no' });
    await query.post({ body: requestBody({ model: 'claude-next-9', max_tokens: 100_000 }) });
    expect(query.heard.questions[0]).toMatchObject({ unknownModel: 'claude-next-9' });
    expect(query.heard.questions[0]?.spend?.thisCallAtMostUsd).toBeGreaterThan(7.5);
  });
});

describe('a call that was sent', () => {
  const settled = (house: TestHouse) => [house.ledger.spentTodayUsd(), house.ledger.reservedTodayUsd()];

  it('counts with what its answer says, however that came', async () => {
    const usage = { input_tokens: 1000, output_tokens: 1000, cache_read_input_tokens: 10_000 };
    const tools = { server_tool_use: { web_search_requests: 2 } };
    const house = await openWithKey(answering({ ...usage, ...tools }), { capUsdPerDay: 5 });
    const query = house.bind();
    await query.post();
    expect(query.heard.paid).toMatchObject([
      { costUsd: 0.033, notReportedUsd: 0, model: 'claude-sonnet-5-5' },
    ]);
    expect(settled(house)).toEqual([0.033, 0]);
  });

  it.each([
    ['refused', (_seen, response) => sendError(response, 400, 'invalid_request_error', 'no')],
    ['overloaded', (_seen, response) => sendError(response, 529, 'overloaded_error', 'no')],
    [
      'refused in its stream',
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(sse({ type: 'error', error: { type: 'overloaded_error', message: 'no' } }));
      },
    ],
  ] satisfies [string, Respond][])('costs nothing where it was %s', async (_name, respond) => {
    const house = await openWithKey(respond, { capUsdPerDay: 5 });
    await house.bind().post();
    expect(house.upstream.seen.length).toBeGreaterThan(0);
    expect(settled(house)).toEqual([0, 0]);
  });

  it('counts with what had come where its answer breaks off, so does its repetition, and what may have been made stands', async () => {
    const house = await openWithKey(
      (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(startEvent(), () => response.destroy());
      },
      { capUsdPerDay: 5 },
    );
    const query = house.bind();
    await query.post().catch(() => undefined);
    await vi.waitFor(() => expect(query.heard.paid).toHaveLength(2));
    // Each time 10 tokens, 4 from the cache, 3 into it, 1 out.
    const [spent, reserved] = settled(house);
    expect(spent).toBe(0.0000758);
    // And what may have been made and not said, by the bytes that came.
    expect(reserved).toBeGreaterThan(0.0006);
    expect(reserved).toBeLessThan(0.002);
  });

  it('stands with the most it may cost where nobody says what it used', async () => {
    const cut: Respond = (_seen, response) => void response.destroy();
    const house = await openWithKey(cut, { capUsdPerDay: 5 });
    const broken = house.bind();
    await broken.post({ body: mostUsd(0.5) });
    expect(broken.heard.paid).toMatchObject([{ costUsd: 0 }]);
    const [spent, reserved = 0] = settled(house);
    expect(spent).toBe(0);
    expect(reserved).toBeGreaterThan(0.5);
    expect(broken.heard.paid[0]?.notReportedUsd).toBe(reserved);
  });

  it('that is cancelled before its answer is in the receipt as never reported', async () => {
    const sent = Promise.withResolvers<void>();
    const house = await openWithKey(() => sent.resolve(), { capUsdPerDay: 5 });
    const query = house.bind();
    const answer = query.post({ body: mostUsd(0.5) });
    await sent.promise;
    query.end();
    expect(query.heard.paid[0]?.notReportedUsd).toBeGreaterThan(0.5);
    await answer.catch(() => undefined);
    expect(house.ledger.reservedTodayUsd()).toBeGreaterThan(0.5);
  });

  it.each(['its turn ends', 'the program hangs up'])(
    'costs nothing where its connection was still being made when %s',
    async (why) => {
      // It takes connections and says nothing in their handshake.
      const server = createServer((socket) => void socket.on('error', () => undefined));
      server.listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const apiBaseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const house = await openHouse({ respond: good, signedIn: false, deps: { apiBaseUrl } });
      const query = house.bind();
      const leaving = new AbortController();
      const answer = query.post({ signal: leaving.signal }).catch(() => undefined);
      await once(server, 'connection');
      expect(house.ledger.reservedTodayUsd()).toBeGreaterThan(0);
      if (why === 'its turn ends') query.end();
      else leaving.abort();
      await answer;
      await vi.waitFor(() => expect(settled(house)).toEqual([0, 0]));
      expect(query.heard.paid).toEqual([]);
    },
  );

  it.each([1e300, -1, '80000', 1.5, 2 ** 60])(
    'with a figure that cannot be (%s) counts what was reserved',
    async (tokens) => {
      const house = await openWithKey(answering({ input_tokens: tokens, output_tokens: 5 }), {
        capUsdPerDay: 5,
      });
      const query = house.bind();
      await query.post({ body: mostUsd(0.5) });
      expect(query.heard.paid[0]?.costUsd).toBeGreaterThan(0.5);
      expect(house.ledger.spentTodayUsd()).toBe(query.heard.paid[0]?.costUsd);
      expect(house.ledger.spentTodayUsd()).toBeLessThan(0.51);
    },
  );

  it('is not sent where it cannot be written down', async () => {
    const house = await openWithKey(good, { capUsdPerDay: 5 });
    house.store.sql.run('DROP TABLE model_calls');
    const query = house.bind();
    expect((await query.post()).status).toBe(403);
    expect(query.heard.givenUp).toHaveLength(1);
    expect(house.upstream.seen).toEqual([]);
  });

  it('is in the ledger of whoever comes after a process that ended', async () => {
    const sent = Promise.withResolvers<void>();
    const house = await openWithKey(() => sent.resolve(), { capUsdPerDay: 5 });
    const query = house.bind();
    const answer = post(house.gateway.url, query.secret, { body: mostUsd(0.5) });
    await sent.promise;
    // Another ledger of this process is what a later process is: nobody will end the calls of the first.
    const after = createLedger({ sql: house.store.sql, clock: () => house.nowMs, log: () => undefined });
    expect(after.recover()).toBe(1);
    expect(after.receipts({ limit: 9, before: null }).items).toMatchObject([
      { outcome: 'failed', costUsd: 0, model: 'claude-sonnet-5-5', parts: [{ credential: { id: keyId } }] },
    ]);
    expect(after.reservedTodayUsd()).toBeGreaterThan(0.5);
    expect(after.recover()).toBe(0);
    query.end();
    await answer.catch(() => undefined);
  });
});
