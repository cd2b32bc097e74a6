import { describe, expect, it, vi } from 'vitest';
import {
  answerEvents,
  begunEvents,
  type Respond,
  sendError,
  sendStream,
} from '../../test/support/gateway/fake-upstream.ts';
import { keyId, openHouse, requestBody } from '../../test/support/gateway/harness.ts';
import { oauthId } from '../../test/support/selection/fake-access-tokens.ts';
import { settledElsewhere } from '../selection/index.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const resetMs = nowMs + 3_600_000;

function limitHeaders(status: string): Record<string, string> {
  return {
    'anthropic-ratelimit-unified-status': status,
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-5h-utilization': status === 'rejected' ? '1' : '0.4',
    'anthropic-ratelimit-unified-5h-reset': String(resetMs / 1000),
  };
}

const limitedPlan: Respond = (seen, response) =>
  seen.paidWith === 'key'
    ? sendStream(response)
    : sendError(response, 429, 'rate_limit_error', 'limit', limitHeaders('rejected'));

describe('F38: a used-up plan', () => {
  it('asks the person while the request is held; a yes goes on with the key, without a second question', async () => {
    const house = await openHouse({ respond: limitedPlan });
    const query = house.bind({ answer: 'once' });
    const answers = [await query.post(), await query.post()];

    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(query.heard.questions).toEqual([
      expect.objectContaining({
        from: expect.objectContaining({ kind: 'oauth' }),
        to: expect.objectContaining({ kind: 'api_key' }),
        reason: 'plan_limit_reached',
        capUsd: 5,
      }),
    ]);
    expect(query.heard.limits).toEqual([
      { window: 'five_hour', resetsAt: new Date(resetMs).toISOString(), status: 'rejected' },
    ]);
    expect(query.heard.switches).toEqual([{ from: 'oauth', to: 'api_key', reason: 'plan_limit_reached' }]);
    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'key', 'key']);
    query.end();

    const next = house.bind({ answer: 'once' });
    await next.post();
    expect(next.heard.questions).toHaveLength(1);
    expect(house.upstream.seen.at(-1)?.paidWith).toBe('key');
  });

  it('a no ends the turn with the time of the reset, and holds until the query ends', async () => {
    const house = await openHouse({ respond: limitedPlan });
    const query = house.bind({ answer: 'no' });
    const answer = await query.post();
    await query.post();

    expect([answer.status, answer.headers['x-should-retry']]).toEqual([403, 'false']);
    expect(query.heard.givenUp[0]).toEqual({
      code: 'fallback_refused',
      detail: null,
      retryAtMs: resetMs,
    });
    expect(query.heard.questions).toHaveLength(1);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('a yes for today holds across queries, until local midnight', async () => {
    const house = await openHouse({ respond: limitedPlan });
    await house.bind({ answer: 'today' }).post();
    const second = house.bind({ answer: 'no' });
    await second.post();

    expect(second.heard.questions).toHaveLength(0);
    expect(house.store.documents.read('fallback_consent')).toMatchObject({ [keyId]: {} });
    house.nowMs += 24 * 3_600_000;
    house.store.documents.update('cooldowns', (all) =>
      (all as object[]).map((each) => ({ ...each, untilMs: house.nowMs + 1000 })),
    );
    const tomorrow = house.bind({ answer: 'no' });
    await tomorrow.post();
    expect(tomorrow.heard.questions).toHaveLength(1);
  });

  it('cools down, though a call that was sent before is accepted after that', async () => {
    const held = Promise.withResolvers<() => void>();
    const house = await openHouse({
      respond: (seen, response) => {
        if (seen.body.includes('"first"')) held.resolve(() => sendStream(response, limitHeaders('allowed')));
        else void limitedPlan(seen, response);
      },
    });
    const query = house.bind({ answer: 'once' });
    const first = query.post({ body: requestBody({ metadata: { user_id: 'first' } }) });
    const answer = await held.promise;
    expect((await query.post()).status).toBe(200);
    answer();
    expect((await first).status).toBe(200);
    // Its notes are kept after its headers.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const [plan] = await house.selection.candidates();
    expect(plan).toMatchObject({ ref: { id: oauthId }, cooldownUntilMs: resetMs });
    expect(house.ledger.windows()).toMatchObject([{ window: 'five_hour', status: 'rejected' }]);
    expect(house.facts.filter(({ type }) => type === 'usage_limits_changed')).toHaveLength(1);
  });

  it.each([
    ['allowed for today in another turn', 'today', 200],
    ['no longer asked, by the settings', 'allow', 200],
    ['forbidden in the settings', 'never', 403],
  ] as const)('a question whose answer is %s meanwhile is withdrawn', async (_, how, status) => {
    const house = await openHouse({ respond: limitedPlan });
    let asked: AbortSignal | null = null;
    const query = house.bind({
      answer: (_question, signal) => {
        asked = signal;
        return new Promise<never>(() => undefined);
      },
    });
    const answer = query.post();
    await vi.waitFor(() => expect(asked).toMatchObject({ aborted: false }), { timeout: 10_000 });
    if (how === 'today') await house.bind({ answer: 'today' }).post();
    else house.settings = { ...house.settings, fallback: { ...house.settings.fallback, onUsageLimit: how } };
    expect((await answer).status).toBe(status);
    expect(asked).toMatchObject({ aborted: true });
    const { reason } = asked as unknown as AbortSignal;
    expect(reason === settledElsewhere).toBe(status === 200);
    expect(query.heard.questions).toHaveLength(1);
  });

  it('an unanswered question expires and means no', async () => {
    const house = await openHouse({ respond: limitedPlan, deps: { questionExpiresAfterMs: 20 } });
    let withdrawn: AbortSignal | null = null;
    const query = house.bind({
      answer: (_question, signal) => {
        withdrawn = signal;
        return new Promise(() => {});
      },
    });
    await query.post();

    expect(query.heard.givenUp.map((each) => each.code)).toEqual(['fallback_refused']);
    expect(withdrawn).toMatchObject({ aborted: true });
  });

  it('requests of one query share a question; a program that hangs up withdraws it, and no answer is settled', async () => {
    const house = await openHouse({ respond: limitedPlan });
    const asked = Promise.withResolvers<AbortSignal>();
    const query = house.bind({
      answer: (_question, signal) => {
        asked.resolve(signal);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
      },
    });
    const hangUp = new AbortController();
    const first = query.post({ signal: hangUp.signal }).catch(() => 'gone');
    const second = query.post({ signal: hangUp.signal }).catch(() => 'gone');
    const signal = await asked.promise;
    await expect.poll(() => house.upstream.seen.length, { interval: 1 }).toBeGreaterThan(0);
    hangUp.abort();

    expect(await Promise.all([first, second])).toEqual(['gone', 'gone']);
    await expect.poll(() => signal.aborted, { interval: 1 }).toBe(true);
    expect(query.heard.questions).toHaveLength(1);
    expect(query.heard.givenUp).toEqual([]);
  });

  it('sends nothing after a yes where another answer of the query broke off while the question waited', async () => {
    const begun = Promise.withResolvers<() => void>();
    const house = await openHouse({
      respond: (seen, response) => {
        if (seen.body.toString() !== 'long') return limitedPlan(seen, response);
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(begunEvents(), () => begun.resolve(() => response.destroy()));
      },
    });
    const query = house.bind({
      answer: async () => {
        (await begun.promise)();
        await long;
        return 'once';
      },
    });
    const long = query.post({ body: 'long' }).catch(() => undefined);
    await begun.promise;

    expect((await query.post()).status).toBe(403);
    expect(query.heard.givenUp.map(({ code }) => code)).toEqual(['stream_interrupted']);
    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).not.toContain('key');
  });

  it('"never" stops under plan_limit_reached; "allow" goes on unasked', async () => {
    const stopped = await openHouse({ respond: limitedPlan, fallback: { onUsageLimit: 'never' } });
    const query = stopped.bind();
    await query.post();
    expect(query.heard.givenUp.map((each) => each.code)).toEqual(['plan_limit_reached']);
    expect(await stopped.selection.choose()).toEqual({ code: 'plan_limit_reached', retryAtMs: resetMs });

    const allowed = await openHouse({ respond: limitedPlan, fallback: { onUsageLimit: 'allow' } });
    expect((await allowed.bind().post()).status).toBe(200);
  });

  it('is left alone until the reset and then used again, with an event each way', async () => {
    const house = await openHouse({
      fallback: { onUsageLimit: 'allow' },
      respond: (seen, response) =>
        house.nowMs >= resetMs ? sendStream(response, limitHeaders('allowed')) : limitedPlan(seen, response),
    });
    await house.bind().post();
    const second = house.bind();
    await second.post();
    expect(second.heard.switches).toEqual([]);
    house.nowMs = resetMs;
    const third = house.bind();
    await third.post();

    expect(house.upstream.seen.map((seen) => seen.paidWith)).toEqual(['token-1', 'key', 'key', 'token-1']);
    expect(third.heard.switches).toEqual([{ from: 'api_key', to: 'oauth', reason: 'preferred' }]);
    await expect
      .poll(() => house.facts.map((fact) => fact.type), { interval: 1 })
      .toEqual([
        ...['usage_notice', 'usage_limits_changed', 'credential_changed', 'fallback'],
        ...['fallback', 'usage_limits_changed', 'credential_changed'],
      ]);
  });

  it('stays used up where a list of models is given out: that shows only that the token is good', async () => {
    const house = await openHouse({
      respond: (seen, response) => {
        if (seen.method === 'POST') void limitedPlan(seen, response);
        else response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}');
      },
      fallback: { onUsageLimit: 'allow' },
    });
    await house.bind().post();
    expect(await house.gateway.tryCredential(oauthId)).toEqual({ outcome: 'accepted', code: null });
    expect(house.tokens.acceptedVersions).toEqual([1]);
    expect((await house.selection.candidates())[0]).toMatchObject({
      cooldownUntilMs: resetMs,
      acceptedAtMs: house.nowMs,
    });
    // A call that it pays ends it.
    const { status } = house.selection;
    await status.noteAccepted(oauthId, 'v1', status.refusals(oauthId));
    expect((await house.selection.candidates())[0]).toMatchObject({ cooldownUntilMs: null });
  });

  it('is forgotten with a new sign-in', async () => {
    const house = await openHouse({ respond: limitedPlan, fallback: { onUsageLimit: 'allow' } });
    await house.bind().post();
    expect((await house.selection.candidates())[0]).toMatchObject({
      cooldownUntilMs: resetMs,
      cooldownReason: 'usage_limit',
      reason: 'plan_limit_reached',
    });
    await house.tokens.signIn('token-9');
    house.selection.status.forget(oauthId);
    expect((await house.selection.candidates())[0]).toMatchObject({ cooldownUntilMs: null, usable: true });
  });

  it('is read off good answers too, with its age; an unchanged status is reported once', async () => {
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', ...limitHeaders('allowed_warning') });
        response.end(answerEvents());
      },
    });
    const query = house.bind();
    await query.post();
    await query.post();
    await expect.poll(() => house.ledger.windows().length, { interval: 1 }).toBe(1);
    house.nowMs += 90_000;

    expect(house.ledger.windows()).toEqual([
      expect.objectContaining({
        credentialId: oauthId,
        window: 'five_hour',
        utilization: 0.4,
        ageSeconds: 90,
      }),
    ]);
    expect(house.facts.map((fact) => fact.type)).toEqual(['usage_limits_changed']);
    expect(query.heard.limits).toHaveLength(1);
  });
});
