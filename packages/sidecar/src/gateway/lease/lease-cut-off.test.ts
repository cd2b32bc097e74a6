import { Readable } from 'node:stream';
import { request } from 'undici';
import { describe, expect, it } from 'vitest';
import { sendStream } from '../../../test/support/gateway/fake-upstream.ts';
import { openHouse, post } from '../../../test/support/gateway/harness.ts';

const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] });

describe('a call of a program with a lease', () => {
  it('is not sent where it comes in whole only after the lease has ended', async () => {
    const house = await openHouse({ respond: (_seen, response) => sendStream(response) });
    const { leases } = house.gateway;
    const { leaseId, secret } = await leases.open({ label: 'a program' });
    const [head, rest] = [body.slice(0, 10), body.slice(10)];
    const sent = Promise.withResolvers<void>();
    async function* slowly(): AsyncGenerator<string> {
      yield head;
      await sent.promise;
      yield rest;
    }
    const answer = request(`${house.gateway.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${secret}`,
        'content-type': 'application/json',
        'content-length': String(body.length),
      },
      body: Readable.from(slowly()),
    });
    // The gateway has let it in by its head; only then does the lease end.
    await new Promise((resolve) => setTimeout(resolve, 100));
    leases.end(leaseId);
    sent.resolve();
    expect((await answer).statusCode).toBe(403);
    expect(house.upstream.seen).toEqual([]);
    expect(house.ledger.receipts({ limit: 10, before: null }).items).toEqual([]);
  });

  it('that has no answer yet when the lease ends says so, and what helps', async () => {
    const house = await openHouse({ respond: () => undefined });
    const { leases } = house.gateway;
    const { leaseId, secret } = await leases.open({ label: 'a program' });
    const answer = post(house.gateway.url, secret, { body });
    await expect.poll(() => house.upstream.seen.length).toBe(1);
    leases.end(leaseId);
    const { status, text } = await answer;
    expect([status, text.includes('It was ended. Start the program again with postern run.')]).toEqual([
      403,
      true,
    ]);
  });

  it('that broke off is sent again only where the cap has room for it twice', async () => {
    for (const [capUsd, times] of [
      [0.02, 1],
      [0.04, 2],
    ] as const) {
      const house = await openHouse({
        respond: (_seen, response) => {
          response.writeHead(200, { 'content-type': 'text/event-stream' });
          response.flushHeaders();
          setTimeout(() => response.destroy(), 5);
        },
      });
      const { secret } = await house.gateway.leases.open({ label: 'a program', capUsd });
      await post(house.gateway.url, secret, { body }).catch(() => undefined);
      expect([capUsd, house.upstream.seen.length]).toEqual([capUsd, times]);
      expect(house.gateway.leases.list()[0]?.spentUsd).toBeLessThanOrEqual(capUsd);
    }
  });
});
