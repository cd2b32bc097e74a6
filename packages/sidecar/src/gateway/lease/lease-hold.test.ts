import { describe, expect, it } from 'vitest';
import { sendStream } from '../../../test/support/gateway/fake-upstream.ts';
import { openHouse, post } from '../../../test/support/gateway/harness.ts';

const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] });

async function openLeased(graceMs: number, held = true) {
  const house = await openHouse({ respond: (_seen, response) => sendStream(response), graceMs });
  const { leases } = house.gateway;
  const { leaseId, secret } = await leases.open({ label: 'a program', held });
  const call = async () => {
    const { status, text } = await post(house.gateway.url, secret, { body });
    return status === 200 ? 'answered' : `${status} ${JSON.parse(text).error.message}`;
  };
  return { house, leases, leaseId, call };
}

const abandoned =
  '403 Postern: The lease of this program has ended. The postern run that started this program was killed. Start the program again with postern run.';

describe('a lease that is held by a connection', () => {
  it('lives while one of them is open, over a short break as well', async () => {
    const { leases, leaseId, call } = await openLeased(60_000);
    const [first, second] = [leases.hold(leaseId), leases.hold(leaseId)];
    first();
    expect(await call()).toBe('answered');
    second();
    expect(await call()).toBe('answered');
    leases.hold(leaseId);
    expect(await call()).toBe('answered');
  });

  it.each([true, false])('takes no more of them than a process needs, held or not: %s', async (held) => {
    const { leases, leaseId } = await openLeased(60_000, held);
    const releases = Array.from({ length: 4 }, () => leases.hold(leaseId));
    expect(() => leases.hold(leaseId)).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    releases[0]?.();
    expect(() => leases.hold(leaseId)).not.toThrow();
  });

  it('ends when the last of them has closed, with its receipt, and says so to the program', async () => {
    const { house, leases, leaseId, call } = await openLeased(20);
    const release = leases.hold(leaseId);
    // Longer than it may be without one.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await call()).toBe('answered');
    release();
    await expect.poll(() => leases.list(), { interval: 1 }).toEqual([]);
    expect(await call()).toBe(abandoned);
    expect(house.upstream.seen).toHaveLength(1);
    expect(house.ledger.receipts({ limit: 10, before: null }).items).toHaveLength(1);
    expect(() => leases.hold(leaseId)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('ends where there never was one', async () => {
    const { leases, call } = await openLeased(20);
    await expect.poll(() => leases.list(), { interval: 1 }).toEqual([]);
    expect(await call()).toBe(abandoned);
  });

  it('says why it has ended, however it did', async () => {
    const { house, leases, leaseId, call } = await openLeased(60_000);
    leases.end(leaseId);
    expect(await call()).toMatch(/^403 .* It was ended\./);
    const short = await leases.open({ label: 'short', ttlSeconds: 60 });
    house.nowMs += 60_000;
    const late = await post(house.gateway.url, short.secret, { body });
    expect(late.text).toContain('Its time is over.');
    const stranger = await post(house.gateway.url, 'postern-lease-unknown', { body });
    expect([stranger.status, stranger.text]).toEqual([
      403,
      expect.stringContaining('This Postern does not know it'),
    ]);
    const other = await post(house.gateway.url, 'another', { body });
    expect([other.status, other.text]).toEqual([403, expect.not.stringContaining('does not know it')]);
  });
});

describe('a lease that is not', () => {
  it('lives without one', async () => {
    const { leases, leaseId, call } = await openLeased(1, false);
    leases.hold(leaseId)();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await call()).toBe('answered');
  });
});
