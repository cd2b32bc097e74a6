import { request } from 'undici';
import { expect, it } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';

it.each([
  ['a wrong bearer', 403, { authorization: 'Bearer wrong' }],
  ['a wrong key', 401, { 'x-api-key': 'wrong' }],
  ['no secret', 401, {}],
])('a program with %s hears of its secret, not of a window', async (_name, status, headers) => {
  const { gateway } = await openHouse({ respond: (_seen, response) => sendStream(response) });
  const answer = await request(`${gateway.url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });
  expect([answer.statusCode, answer.headers['x-should-retry']]).toEqual([status, 'false']);
  const { error } = (await answer.body.json()) as { error: { type: string; message: string } };
  expect(error.message).toMatch(/^Postern: The secret .+\. Start the program with postern run, or /);
  expect(error.message).not.toContain('window');
});
