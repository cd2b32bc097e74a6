import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { expect, it, onTestFinished } from 'vitest';
import { reachService } from './reach-service.ts';

/** A server that answers everything like this; gives its address and the requests it got. */
async function serve(answer: (response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? 'nothing'}`);
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`, asked };
}

async function reached(url: string) {
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.destroy());
  return await reachService(url, dispatcher, AbortSignal.timeout(5_000));
}

const refusal = '{"type":"error","error":{"type":"authentication_error","message":"x-api-key is missing"}}';
const page = '<!doctype html><title>Welcome to the hotel</title>';

it.each([
  ['a refusal in the service’s form', 401, refusal, true],
  ['a list of models', 200, '{"data":[],"has_more":false}', true],
  ['an overloaded service', 529, refusal.replace('authentication', 'overloaded'), true],
  ['a captive portal’s page', 200, page, false],
  ['a page that refuses', 403, page, false],
  ['a proxy’s page', 503, page, false],
  ['an empty answer', 404, '', false],
  ['another API', 200, '{"status":"ok"}', false],
  ['another API that refuses', 401, '{"error":"unauthorized"}', false],
  ['a network that wants a sign-in', 511, page, false],
])('%s: %d %s is the service: %s', async (_what, status, body, isService) => {
  const { url, asked } = await serve((response) => response.writeHead(status).end(body));
  expect((await reached(url)).isService).toBe(isService);
  expect(asked).toEqual(['GET /base/v1/models?limit=1 nothing']);
});

it('a redirect is not followed, and not the service', async () => {
  const { url, asked } = await serve((response) => response.writeHead(302, { location: '/login' }).end());
  expect((await reached(url)).isService).toBe(false);
  expect(asked).toHaveLength(1);
});

it('gives the time of the server', async () => {
  const date = 'Sat, 28 Nov 2026 10:00:00 GMT';
  const { url } = await serve((response) => response.writeHead(401, { date }).end(refusal));
  expect((await reached(url)).date).toBe(date);
});
