import { describe, expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, post, requestBody } from '../../test/support/gateway/harness.ts';

describe('a program that hangs up before its call was begun', () => {
  it('pays nothing: while its lease waits for its holder after a restart', async () => {
    const house = await openHouse({ respond: (_seen, response) => sendStream(response), signedIn: false });
    const lease = await house.gateway.leases.open({ label: 'a program', held: true });
    await house.restart();
    const leaving = new AbortController();
    const left = post(house.gateway.url, lease.secret, { signal: leaving.signal });
    // Calls of another lease: when the first is answered this one waits, when the second is, it is known to be gone.
    const other = await house.gateway.leases.open({ label: 'another' });
    expect((await post(house.gateway.url, other.secret)).status).toBe(200);
    leaving.abort();
    await expect(left).rejects.toThrow('aborted');
    expect((await post(house.gateway.url, other.secret)).status).toBe(200);
    house.gateway.leases.hold(lease.leaseId);
    expect((await post(house.gateway.url, lease.secret)).status).toBe(200);
    expect(house.upstream.seen).toHaveLength(3);
    expect(house.gateway.leases.end(lease.leaseId)).toMatchObject({ calls: 1 });
    expect(house.ledger.reservedTodayUsd()).toBe(0);
  });

  it('pays nothing: while a thread reads what its large call may cost', async () => {
    const house = await openHouse({ respond: (_seen, response) => sendStream(response), signedIn: false });
    const query = house.bind();
    const body = requestBody({ messages: [{ role: 'user', content: 'x'.repeat(2 * 1024 * 1024) }] });
    const leaving = new AbortController();
    const onThread = (): void => leaving.abort();
    process.once('worker', onThread);
    await expect(query.post({ body, signal: leaving.signal })).rejects.toThrow('aborted');
    // Read by the same thread, after it.
    expect((await query.post({ body })).status).toBe(200);
    expect(house.upstream.seen).toHaveLength(1);
    expect(query.heard.paid).toHaveLength(1);
    expect(house.ledger.reservedTodayUsd()).toBe(0);
  });
});
