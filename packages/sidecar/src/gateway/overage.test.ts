import { describe, expect, it, vi } from 'vitest';
import { type Respond, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';
import { oauthId } from '../../test/support/selection/fake-access-tokens.ts';
import { turnCost } from '../ledger/index.ts';

const resetMs = Date.parse('2026-11-23T13:00:00Z');

/** The plan is used up, and what it is asked for is paid as extra usage. */
const inOverage =
  (isOver: () => boolean = () => false): Respond =>
  (seen, response) => {
    if (seen.paidWith !== 'key' && !isOver())
      for (const [name, value] of Object.entries({
        status: 'rejected',
        'representative-claim': 'five_hour',
        'overage-status': 'allowed',
        '5h-utilization': '1',
        '5h-reset': String(resetMs / 1000),
      }))
        response.setHeader(`anthropic-ratelimit-unified-${name}`, value);
    sendStream(response);
  };

describe('an answer that is paid beyond a used-up plan', () => {
  it('is the last one without a question: the next call asks who pays', async () => {
    const house = await openHouse({ respond: inOverage() });
    const query = house.bind({ answer: 'once' });
    expect((await query.post()).status).toBe(200);
    expect(query.heard.limits).toMatchObject([{ window: 'five_hour', status: 'rejected' }]);
    expect((await query.post()).status).toBe(200);
    expect(query.heard.questions).toMatchObject([{ reason: 'plan_limit_reached' }]);
    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['token-1', 'key']);
  });

  it('stays the last one where the token is renewed', async () => {
    const house = await openHouse({ respond: inOverage() });
    const query = house.bind({ answer: 'no' });
    await query.post();
    // Another version of the token, as a renewal brings it.
    await house.tokens.signIn('token-2');
    expect((await query.post()).status).toBe(403);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('ends the turn before the next call where nothing else can pay', async () => {
    const house = await openHouse({ respond: inOverage(), hasKey: false });
    const query = house.bind();
    await query.post();
    expect((await query.post()).status).toBe(403);
    expect(query.heard.givenUp).toEqual([{ code: 'plan_limit_reached', detail: null, retryAtMs: resetMs }]);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('is followed by a wait for the reset where the policy is to wait', async () => {
    let isOver = false;
    const house = await openHouse({
      respond: inOverage(() => isOver),
      fallback: { onUsageLimit: 'wait' },
      deps: { resetLookMs: 10 },
    });
    const query = house.bind();
    await query.post();
    const next = query.post();
    await vi.waitFor(() => expect(query.heard.waits).toEqual([{ window: 'five_hour', untilMs: resetMs }]));
    expect(house.upstream.seen).toHaveLength(1);
    isOver = true;
    house.nowMs = resetMs;
    expect((await next).status).toBe(200);
    expect(query.heard.resumed).toBe(1);
  });

  it('is a part of the receipt that no plan covers', async () => {
    let isOver = true;
    const house = await openHouse({ respond: inOverage(() => isOver) });
    const query = house.bind();
    await query.post();
    isOver = false;
    await query.post();
    const { parts } = turnCost(0, query.heard.paid);
    expect(parts.map(({ credential, covered }) => [credential.id, covered])).toEqual([
      [oauthId, true],
      [oauthId, false],
    ]);
  });
});
