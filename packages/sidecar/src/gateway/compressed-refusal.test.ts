import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { openHouse } from '../../test/support/gateway/harness.ts';

const refusal = JSON.stringify({
  type: 'error',
  error: {
    type: 'rate_limit_error',
    message: 'Your organization has reached its spend limit.',
    details: { error_code: 'enforced_spend_limit_reached' },
  },
});

it.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)(
  'a refusal that a gateway compressed with %s is read: money, one call',
  async (encoding, compress) => {
    const house = await openHouse({
      respond: (_seen, response) => {
        response.writeHead(429, { 'content-type': 'application/json', 'content-encoding': encoding });
        response.end(compress(refusal));
      },
    });
    await house.tokens.signIn('an-access-token-of-the-test');
    const query = house.bind();
    await query.post();
    expect(house.upstream.seen).toHaveLength(1);
    const { givenUp, passedThrough } = query.heard;
    expect([...givenUp, ...passedThrough].map(({ code }) => code)).toEqual(['billing_problem']);
  },
);

/** The page of a proxy on the way, longer than what is looked at of a refusal; it cannot be compressed further. */
const longPage = randomBytes(120 * 1024);

it.each(['gzip', 'gzip, br', 'snappy'])(
  'a long refusal in %s that breaks off harms no other call',
  async (encoding) => {
    const house = await openHouse({
      respond: async (_seen, response) => {
        response.writeHead(503, { 'content-type': 'text/html', 'content-encoding': encoding });
        response.write(encoding === 'gzip' ? gzipSync(longPage).subarray(0, 100 * 1024) : longPage);
        await pause(50);
        response.destroy();
      },
    });
    await house.tokens.signIn('an-access-token-of-the-test');
    const crashes: unknown[] = [];
    const note = (error: unknown): void => void crashes.push(error);
    process.on('uncaughtException', note);
    try {
      const query = house.bind();
      await query.post().catch(() => undefined);
      await pause(200);
    } finally {
      process.off('uncaughtException', note);
    }
    expect(crashes).toEqual([]);
  },
);
