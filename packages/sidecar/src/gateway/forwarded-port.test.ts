import { request } from 'node:http';
import { expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, type TestHouse } from '../../test/support/gateway/harness.ts';

const body = JSON.stringify({ model: 'claude-opus-4-8', max_tokens: 100, stream: true, messages: [] });

/** The status of a call that names this host. */
async function call(house: TestHouse, secret: string, host: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    const headers = { host, authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
    request(`${house.gateway.url}/v1/messages`, { method: 'POST', headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .end(body);
  });
}

it('a lease may come by a port that leads here from elsewhere; no other host, and no program of Postern’s', async () => {
  const house = await openHouse({ respond: (_seen, response) => sendStream(response) });
  const { secret } = await house.gateway.leases.open({ label: 'a program' });
  expect(await call(house, secret, '127.0.0.1:40123')).toBe(200);
  for (const host of ['localhost:40123', 'evil.example', '127.0.0.1.evil.example:40123', '127.0.0.2:40123'])
    expect([host, await call(house, secret, host)]).toEqual([host, 421]);
  expect(await call(house, house.bind().secret, '127.0.0.1:40123')).toBe(421);
  expect(await call(house, 'postern-lease-wrong', '127.0.0.1:40123')).toBe(403);
  expect(house.upstream.seen).toHaveLength(1);
});
