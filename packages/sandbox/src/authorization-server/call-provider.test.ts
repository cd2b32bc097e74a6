import type { IncomingMessage, ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { createCallProvider } from './call-provider.ts';

/** A server that answers when it is told to. */
function heldServer() {
  const held: (() => void)[] = [];
  const seen: string[] = [];
  const callback = () => async (request: IncomingMessage, response: ServerResponse) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    seen.push(`${request.method} ${request.url} ${body}`);
    held.push(() =>
      response.writeHead(201, { 'content-type': 'text/plain', 'x-own': 'kept back' }).end('ok'),
    );
  };
  return { server: { callback }, seen, release: () => held.shift()?.() };
}

it('asks one request after the other, so that reading and spending a token cannot interleave', async () => {
  const { server, seen, release } = heldServer();
  const ask = createCallProvider(server);
  const first = ask('/a', new URLSearchParams({ n: '1' }), {});
  const second = ask('/b', null, {});
  await expect.poll(() => seen).toEqual(['POST /a n=1']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toHaveLength(1);
  release();
  expect(await first).toEqual({ status: 201, headers: { 'content-type': 'text/plain' }, body: 'ok' });
  await expect.poll(() => seen).toEqual(['POST /a n=1', 'GET /b ']);
  release();
  expect((await second).status).toBe(201);
});
