import { describe, expect, it } from 'vitest';
import { type Respond, sendStream } from '../../../test/support/gateway/fake-upstream.ts';
import { keyId, openHouse, post, type TestHouse } from '../../../test/support/gateway/harness.ts';

const usedUp: Respond = ({ paidWith }, response) => {
  if (paidWith === 'key') return sendStream(response);
  response.writeHead(429, {
    'content-type': 'application/json',
    'anthropic-ratelimit-unified-status': 'rejected',
    'anthropic-ratelimit-unified-representative-claim': 'five_hour',
    'anthropic-ratelimit-unified-reset': String(Date.parse('2026-11-23T15:00:00Z') / 1000),
  });
  response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
};
const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] });

async function leased(options: Partial<Parameters<typeof openHouse>[0]> = {}) {
  const house = await openHouse({ respond: usedUp, fallback: { onUsageLimit: 'ask' }, ...options });
  const { leaseId, secret } = await house.gateway.leases.open({ label: 'a program', ttlSeconds: 604_800 });
  const call = (session?: string, signal?: AbortSignal) =>
    post(house.gateway.url, secret, {
      body,
      ...(session === undefined ? {} : { headers: { 'x-claude-code-session-id': session } }),
      ...(signal === undefined ? {} : { signal }),
    });
  return { house, leaseId, secret, call };
}

const questionsOf = (house: TestHouse) =>
  house.facts.flatMap((fact) => (fact.type === 'lease_question' ? [fact.question] : []));
const closedOf = (house: TestHouse) =>
  house.facts.flatMap((fact) => (fact.type === 'lease_question_closed' ? [fact.allowed] : []));

async function question(house: TestHouse, count = 1) {
  await expect.poll(() => questionsOf(house).length, { interval: 1 }).toBe(count);
  const last = questionsOf(house).at(-1);
  if (last === undefined) throw new Error('no question');
  return last;
}

describe('a question of a program with a lease', () => {
  it('goes to every window, and a yes holds for its session', async () => {
    const { house, leaseId, call } = await leased();
    const first = call('s-1');
    const asked = await question(house);
    expect(asked).toMatchObject({
      ...{ leaseId, label: 'a program', reason: 'plan_limit_reached' },
      ...{ from: { kind: 'oauth' }, to: { id: keyId }, expiresAt: '2026-11-23T12:04:00.000Z' },
    });
    const { leases } = house.gateway;
    expect(leases.list()[0]?.questions).toEqual([asked]);
    expect(leases.answer('another', 'once')).toBe(false);
    expect(leases.answer(asked.requestId, 'once')).toBe(true);
    expect((await first).status).toBe(200);
    expect(leases.list()[0]?.questions).toEqual([]);
    expect(leases.answer(asked.requestId, 'once')).toBe(false);
    expect((await call('s-1')).status).toBe(200);
    expect(questionsOf(house)).toHaveLength(1);
    const other = call('s-2');
    const second = await question(house, 2);
    leases.answer(second.requestId, 'today');
    expect((await other).status).toBe(200);
    expect((await call('s-3')).status).toBe(200);
    expect([questionsOf(house).length, closedOf(house)]).toEqual([2, [true, true]]);
  });

  it('about a cap is over, allowed, once that is raised in the settings', async () => {
    const { house, call } = await leased({
      respond: (_seen, response) => sendStream(response),
      signedIn: false,
      fallback: { capUsdPerDay: 1 },
    });
    house.spend(1);
    const first = call('s-1');
    expect(await question(house)).toMatchObject({ reason: 'spend_cap_reached', capUsd: 1 });
    house.settings = { ...house.settings, fallback: { ...house.settings.fallback, capUsdPerDay: 5 } };
    expect((await first).status).toBe(200);
    expect(closedOf(house)).toEqual([true]);
  });

  it('is one for all calls of a session, and a no is not asked about again at once', async () => {
    const { house, call } = await leased();
    const calls = [call('s-1'), call('s-1'), call('s-1')];
    const { requestId } = await question(house);
    house.gateway.leases.answer(requestId, 'no');
    for (const { status, text } of await Promise.all(calls)) {
      expect(status).toBe(403);
      expect(text).toContain('The backup key was not used');
    }
    expect((await call('s-1')).status).toBe(403);
    expect(questionsOf(house)).toHaveLength(1);
    house.nowMs += 10 * 60_000;
    const later = call('s-1');
    const again = await question(house, 2);
    house.gateway.leases.answer(again.requestId, 'once');
    expect((await later).status).toBe(200);
  });

  it('means no where it is not answered in time', async () => {
    const { house, call } = await leased({ questionMs: 20 });
    expect((await call()).status).toBe(403);
    expect(closedOf(house)).toEqual([false]);
    expect(house.upstream.seen.filter(({ paidWith }) => paidWith === 'key')).toEqual([]);
  });

  it('that ran out is a no like any other: the same session is not held for it again at once', async () => {
    const { house, call } = await leased({ questionMs: 30, deps: { questionExpiresAfterMs: 20 } });
    expect([(await call('s-1')).status, (await call('s-1')).status]).toEqual([403, 403]);
    expect(questionsOf(house)).toHaveLength(1);
  });

  it('is withdrawn when its program goes away or its lease ends, and nothing is settled by that', async () => {
    const { house, leaseId, call } = await leased();
    const gone = new AbortController();
    const first = call('s-1', gone.signal).catch(() => 'gone');
    await question(house);
    gone.abort();
    expect(await first).toBe('gone');
    await expect.poll(() => closedOf(house), { interval: 1 }).toEqual([false]);
    const second = call('s-1').catch(() => 'ended');
    await question(house, 2);
    house.gateway.leases.end(leaseId);
    await second;
    expect(closedOf(house)).toEqual([false, false]);
    expect(house.upstream.seen.filter(({ paidWith }) => paidWith === 'key')).toEqual([]);
  });

  it('is asked about a cap of the settings; the lease’s own cap is not asked about', async () => {
    const { house, secret, call } = await leased({
      respond: (_seen, response) => sendStream(response),
      signedIn: false,
      fallback: { capUsdPerDay: 0.0001 },
    });
    const first = call('s-1');
    const { requestId, scope, capUsd } = await question(house);
    expect([scope, capUsd]).toEqual(['day', 0.0001]);
    house.gateway.leases.answer(requestId, 'once');
    expect((await first).status).toBe(200);
    expect((await call('s-1')).status).toBe(200);
    expect(questionsOf(house)).toHaveLength(1);
    expect(JSON.stringify(house.facts)).not.toContain(secret);

    // The yes was for that day's cap.
    house.nowMs += 24 * 3_600_000;
    const tomorrow = call('s-1');
    house.gateway.leases.answer((await question(house, 2)).requestId, 'no');
    expect((await tomorrow).status).toBe(403);
  });

  it('says beforehand that it will ask, where the first credential already cannot pay', async () => {
    const { house, call } = await leased();
    const first = call('s-1');
    house.gateway.leases.answer((await question(house)).requestId, 'no');
    await first;
    const { credential, asks } = await house.gateway.leases.open({ label: 'another' });
    expect([credential.id, asks]).toEqual(['oauth:default', true]);
  });
});
