import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../test/support/http/harness.ts';

const seen: string[] = [];
const standIn = createServer(async (request, response) => {
  const body = (await request.toArray()).join('');
  seen.push(`${request.method} ${request.url} ${request.headers['content-type'] ?? ''} ${body}`);
  if (request.url === '/sandbox/revoke') response.writeHead(302, { Location: 'http://127.0.0.1:1/' }).end();
  else if (request.url === '/sandbox/limit') response.writeHead(400).end('{"no":"canary"}');
  else if (request.url === '/sandbox/key')
    response
      .writeHead(400)
      .end(JSON.stringify({ code: 'invalid_request', detail: 'kind: must be\u0007 "status"' }));
  else if (request.url === '/sandbox/offline')
    response.writeHead(400).end(JSON.stringify({ detail: 'x'.repeat(5000) }));
  else if (request.url === '/sandbox/reset') response.end('<html>canary');
  else response.end('{"done":true,"token":1}');
});
let sandboxUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => standIn.listen(0, '127.0.0.1', resolve));
  const address = standIn.address();
  sandboxUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => standIn.close());

test('the stand-in’s controls are passed on in sandbox mode, authenticated, and only the known ones', async () => {
  await using server = await startServer({ sandboxUrl });
  expect(
    await (await server.post('/sandbox/faults', { on: 'token', kind: 'status', status: 503 })).json(),
  ).toEqual({ done: true, token: 1 });
  expect((await server.get('/sandbox/requests')).status).toBe(200);
  expect(seen).toEqual([
    'POST /sandbox/faults application/json {"on":"token","kind":"status","status":503}',
    'GET /sandbox/requests  ',
  ]);
  expect((await fetch(`${server.url}/sandbox/requests`)).status).toBe(401);
  expect((await server.post('/sandbox/anything')).status).toBe(400);
  expect((await server.get('/sandbox/expire')).status).toBe(405);
});

test('a redirect, a refusal and an unreadable answer of the stand-in are problems that repeat nothing', async () => {
  await using server = await startServer({ sandboxUrl });
  for (const [action, status] of [
    ['revoke', 503],
    ['limit', 400],
    ['reset', 503],
  ] as const) {
    const answer = await server.post(`/sandbox/${action}`);
    expect([action, answer.status]).toEqual([action, status]);
    expect(await answer.text()).not.toContain('canary');
  }
});

test('a refusal says what the stand-in says is wrong, in one line of bounded length', async () => {
  await using server = await startServer({ sandboxUrl });
  const refused = await server.post('/sandbox/key');
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({
    code: 'bad_request',
    detail: 'The sandbox does not take that. kind: must be "status"',
  });
  expect((await (await server.post('/sandbox/offline')).text()).length).toBeLessThan(1300);
});

test('live there is no such route', async () => {
  await using server = await startServer({ mode: 'live', sandboxUrl: null });
  expect((await server.post('/sandbox/expire')).status).toBe(404);
  expect(await (await server.get('/openapi.json')).text()).not.toContain('/sandbox/');
});
