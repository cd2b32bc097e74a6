import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
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

describe('F49 nor does a compressed one', () => {
  const encodings = [
    ['gzip', gzipSync],
    ['GZIP ', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const;

  /** What the program gets of a refusal with this body. */
  async function refused(encoding: string, bodyFor: (paidWith: string) => Buffer) {
    const held = new Secret(token);
    const house = await openHouse({
      respond: (seen, response) => {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
        response.writeHead(500, headers).end(bodyFor(String(seen.paidWith)));
      },
    });
    await house.tokens.signIn(token);
    const answer = await house.bind().post();
    expect(house.upstream.seen.at(-1)?.paidWith).toBe(held.reveal());
    expect(answer.status).toBe(500);
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(answer.text).not.toContain(token);
    return answer.text;
  }

  it.each(encodings)('%s: whole, it is handed on uncompressed', async (encoding, compress) => {
    const message = (word: string): string => JSON.stringify({ error: { type: 'api_error', message: word } });
    const text = await refused(encoding, (paidWith) => compress(message(`Bearer ${paidWith} é`)));
    expect(text).toBe(message('Bearer [redacted] é'));
  });

  it.each(encodings)('%s: cut, as much as can be read', async (encoding, compress) => {
    const filler = Array.from({ length: 20_000 }, (_, index) => (index * 7919).toString(36)).join(' ');
    const text = await refused(encoding, (paidWith) => {
      const whole = compress(`It was ${paidWith}: ${filler}`);
      return whole.subarray(0, whole.length - 200);
    });
    expect(text).toMatch(/^It was \[redacted\]: 0 /);
    expect(text.length).toBeLessThan(filler.length);
  });

  it('that grows beyond measure ends there', async () => {
    const text = await refused('gzip', (paidWith) => gzipSync(paidWith + 'x'.repeat(5 * 1024 * 1024)));
    expect(text).toMatch(/^\[redacted\]x+$/);
    expect(text.length).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it.each([
    ['an encoding that is not known', 'compress'],
    ['two encodings', 'gzip, br'],
    ['another encoding than it says', 'zstd'],
  ])('of %s: nothing of it', async (_what, encoding) => {
    expect(await refused(encoding, (paidWith) => Buffer.from(`It was ${paidWith}`))).toBe('');
  });
});
