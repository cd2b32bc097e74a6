import { expect, it } from 'vitest';
import { openHouse } from '../../test/support/gateway/harness.ts';
import { Secret } from '../secret/index.ts';

/** Long enough to be told from a word. */
const token = 'q3Xv9kZp7mBLw2hT5nRcYd8sKf';

it('F49 a refusal that repeats the credential reaches the program without it: body, header, base64', async () => {
  const held = new Secret(token);
  const house = await openHouse({
    respond: (seen, response) => {
      const sent = `Bearer ${seen.paidWith}`;
      response.writeHead(400, { 'content-type': 'application/json', 'x-sent': sent }).end(
        JSON.stringify({
          type: 'error',
          error: {
            type: 'invalid_request_error',
            message: `${sent} ${Buffer.from(sent).toString('base64')} é`,
          },
        }),
      );
    },
  });
  await house.tokens.signIn(token);
  const answer = await house.bind().post();
  expect(house.upstream.seen.at(-1)?.paidWith).toBe(token);
  expect(answer.status).toBe(400);
  expect(answer.headers['x-sent']).toBe('Bearer [redacted]');
  expect(answer.text).not.toContain(token);
  expect(answer.text).not.toContain(Buffer.from(token).toString('base64').slice(4, 20));
  expect(JSON.parse(answer.text)).toMatchObject({
    error: { message: expect.stringMatching(/^Bearer \[redacted\] .* é$/) },
  });
  expect(held.reveal()).toBe(token);
});

it('F49 nor does one that is too long to be held, wherever its pieces are cut', async () => {
  const held = new Secret(token);
  const house = await openHouse({
    respond: async (seen, response) => {
      response.writeHead(500, { 'content-type': 'text/html' });
      for (let count = 0; count < 40; count += 1) {
        response.write(`${'é'.repeat(5_000 + count)}${String(seen.paidWith).slice(0, count)}`);
        await new Promise((resolve) => setImmediate(resolve));
        response.write(String(seen.paidWith).slice(count));
      }
      response.end('the end');
    },
  });
  await house.tokens.signIn(token);
  const { text } = await house.bind().post();
  expect(text).not.toContain(token);
  expect(text.match(/\[redacted\]/g)).toHaveLength(40);
  expect(text.replaceAll('[redacted]', '')).toMatch(/^é+the end$/);
  expect(held.reveal()).toBe(token);
});
