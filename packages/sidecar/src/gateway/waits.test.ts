import { describe, expect, it, vi } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';

const minuteMs = 60_000;

/** Refuses the plan as often as there are resets, each time with another. */
function usedUpUntil(resets: readonly number[]): { readonly respond: Respond } {
  let said = 0;
  const respond: Respond = (seen, response) => {
    const until = resets[said];
    if (seen.paidWith === 'key' || until === undefined) return sendStream(response);
    said += 1;
    response.writeHead(429, {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'anthropic-ratelimit-unified-5h-reset': String(until / 1000),
    });
    response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
  };
  return { respond };
}

const quick = { resetLookMs: 10 };
const startMs = Date.parse('2026-11-23T12:00:00Z');

describe('a used-up plan that is waited for', () => {
  it('holds the request until its reset, through a machine that slept, and goes on with one more call', async () => {
    const reset = startMs + 90 * minuteMs;
    const house = await openHouse({ ...usedUpUntil([reset]), fallback: { onUsageLimit: 'wait' } });
    const query = house.bind({ answer: 'once' });
    const answer = query.post();
    await vi.waitFor(() => expect(query.heard.waits).toEqual([{ window: 'five_hour', untilMs: reset }]));
    house.nowMs = reset - 1;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(house.upstream.seen).toHaveLength(1);
    const wokeAt = performance.now();
    house.nowMs = reset + 40 * minuteMs;
    expect((await answer).status).toBe(200);
    expect(performance.now() - wokeAt).toBeLessThan(2500);
    expect(query.heard.resumed).toBe(1);
    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['token-1', 'token-1']);
    expect(query.heard.questions).toEqual([]);
  });

  it('names the window that the refusal named, also where nothing else is said of it', async () => {
    const reset = startMs + minuteMs;
    let isOver = false;
    const respond: Respond = (_seen, response) => {
      if (isOver) return sendStream(response);
      response.writeHead(429, {
        'anthropic-ratelimit-unified-status': 'rejected',
        'anthropic-ratelimit-unified-representative-claim': 'seven_day',
        'anthropic-ratelimit-unified-reset': String(reset / 1000),
      });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
    };
    const house = await openHouse({ respond, fallback: { onUsageLimit: 'wait' }, deps: quick });
    const first = house.bind();
    const answers = [first.post()];
    await vi.waitFor(() => expect(first.heard.waits).toEqual([{ window: 'seven_day', untilMs: reset }]));
    const next = house.bind();
    answers.push(next.post());
    await vi.waitFor(() => expect(next.heard.waits).toEqual([{ window: 'seven_day', untilMs: reset }]));
    isOver = true;
    house.nowMs = reset;
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('waits again where the reset moved, as often as it does', async () => {
    const resets = [1, 2, 3, 4, 5].map((minutes) => startMs + minutes * minuteMs);
    const house = await openHouse({
      ...usedUpUntil(resets),
      fallback: { onUsageLimit: 'wait' },
      deps: quick,
    });
    const query = house.bind();
    const answer = query.post();
    for (const [at, reset] of resets.entries()) {
      await vi.waitFor(() => expect(query.heard.waits).toHaveLength(at + 1), { timeout: 5000 });
      house.nowMs = reset;
    }
    expect((await answer).status).toBe(200);
    expect(house.upstream.seen).toHaveLength(6);
  });

  it('lets another credential pay at once where the person says so', async () => {
    const { respond } = usedUpUntil([startMs + 90 * minuteMs]);
    const house = await openHouse({
      respond,
      fallback: { onUsageLimit: 'wait', capUsdPerDay: null },
      deps: quick,
    });
    const query = house.bind({ answer: 'no' });
    const answer = query.post();
    await vi.waitFor(() => expect(query.heard.waits).toHaveLength(1));
    expect(await query.query.letPay('api_key:default')).toBe(true);
    expect((await answer).status).toBe(200);
    expect(query.heard.paid).toMatchObject([{ credential: { kind: 'api_key' } }]);
    expect(query.heard.questions).toEqual([]);
  });

  it('pays again as soon as it can, whatever was let pay instead of it', async () => {
    const reset = startMs + 90 * minuteMs;
    const fallback = { onUsageLimit: 'wait', capUsdPerDay: null } as const;
    const house = await openHouse({ ...usedUpUntil([reset]), fallback, deps: quick });
    const query = house.bind({ answer: 'no' });
    const answer = query.post();
    await vi.waitFor(() => expect(query.heard.waits).toHaveLength(1));
    expect(await query.query.letPay('api_key:default')).toBe(true);
    await answer;
    await query.post();
    house.nowMs = reset;
    expect((await query.post()).status).toBe(200);
    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['token-1', 'key', 'key', 'token-1']);
    expect(query.heard.switches.at(-1)).toMatchObject({ to: 'oauth', reason: 'preferred' });
  });

  it('goes on where what is to pay instead cannot', async () => {
    const reset = startMs + 90 * minuteMs;
    const fallback = { onUsageLimit: 'wait' } as const;
    const house = await openHouse({ ...usedUpUntil([reset]), fallback, hasKey: false, deps: quick });
    const query = house.bind();
    const answer = query.post();
    await vi.waitFor(() => expect(query.heard.waits).toHaveLength(1));
    for (const id of [null, 'api_key:default', 'api_key:unknown', 'oauth:default'])
      expect(await query.query.letPay(id)).toBe(false);
    house.nowMs = reset;
    expect((await answer).status).toBe(200);
    expect(query.heard.givenUp).toEqual([]);
  });

  it('can be stopped', async () => {
    const { respond } = usedUpUntil([startMs + 90 * minuteMs]);
    const house = await openHouse({ respond, fallback: { onUsageLimit: 'wait' }, deps: quick });
    const query = house.bind();
    const answer = query.post();
    await vi.waitFor(() => expect(query.heard.waits).toHaveLength(1));
    query.end();
    await answer.catch(() => undefined);
    house.nowMs += 120 * minuteMs;
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(house.upstream.seen).toHaveLength(1);
    expect(query.heard.resumed).toBe(0);
  });

  it('is waited for no longer where the program gives its request up, while the query goes on', async () => {
    const { respond } = usedUpUntil([startMs + 90 * minuteMs]);
    const house = await openHouse({ respond, fallback: { onUsageLimit: 'wait' }, deps: quick });
    const query = house.bind();
    const request = new AbortController();
    const answer = query.post({ signal: request.signal });
    await vi.waitFor(() => expect(query.heard.waits).toHaveLength(1));
    request.abort();
    await answer.catch(() => undefined);
    await vi.waitFor(() => expect(query.heard.resumed).toBe(1));
    query.end();
  });

  it('is not waited for longer than was allowed: then the person is asked, or it stops', async () => {
    const { respond } = usedUpUntil([startMs + 90 * minuteMs]);
    const fallback = { onUsageLimit: 'wait', waitAtMostHours: 1 } as const;
    const house = await openHouse({ respond, fallback });
    const query = house.bind({ answer: 'no' });
    await query.post();
    expect(query.heard.waits).toEqual([]);
    expect(query.heard.questions).toMatchObject([{ reason: 'plan_limit_reached' }]);
    expect(query.heard.givenUp).toMatchObject([{ code: 'fallback_refused' }]);

    const alone = await openHouse({
      respond: usedUpUntil([startMs + 90 * minuteMs]).respond,
      hasKey: false,
      fallback,
    });
    const own = alone.bind();
    await own.post();
    expect(own.heard.givenUp).toMatchObject([{ code: 'plan_limit_reached' }]);
  });
});
