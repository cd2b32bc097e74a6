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
