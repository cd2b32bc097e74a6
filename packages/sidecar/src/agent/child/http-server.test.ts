import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { expect, it, onTestFinished } from 'vitest';
import { HttpServer } from './http-server.ts';
import { serverFetch } from './server-fetch.ts';

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server that answers so, and the way to it. */
async function serverThat(answer: Answer) {
  const server = createServer((request, response) => answer(response, request));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const http = serverFetch({});
  const address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  const way = new HttpServer(address, {}, http.fetch);
  onTestFinished(async () => {
    await way.close();
    await http.close();
    server.closeAllConnections();
    server.close();
  });
  const got: JSONRPCMessage[] = [];
  const errors: string[] = [];
  way.onmessage = (message) => got.push(message);
  way.onerror = (error) => errors.push(error.message);
  await way.start();
  return { way, got, errors };
}

const call = { jsonrpc: '2.0', id: 7, method: 'tools/call' } as const;
const result = { jsonrpc: '2.0', id: 7, result: {} } as const;
const refused = {
  jsonrpc: '2.0',
  id: 7,
  error: { code: -32_000, message: 'The MCP server does not answer.' },
};
const progress = { jsonrpc: '2.0', method: 'notifications/progress' } as const;
const event = (message: unknown): string => `data: ${JSON.stringify(message)}\n\n`;
const stream = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const inJson = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'application/json' });

const unanswered: [string, Answer, JSONRPCMessage[]][] = [
  ['a stream that ends', (response) => stream(response).end(event(progress)), [progress]],
  ['a stream that is empty', (response) => stream(response).end(), []],
  [
    'a stream that breaks off in the middle of the answer',
    (response) => stream(response).write('data: {"jsonrpc":', () => response.destroy()),
    [],
  ],
  ['"accepted" and nothing more', (response) => response.writeHead(202).end(), []],
  ['a list without it', (response) => inJson(response).end(JSON.stringify([progress])), [progress]],
  ['an empty list', (response) => inJson(response).end('[]'), []],
];

it.each(unanswered)('refuses a request that is answered by %s', async (_, answer, before) => {
  const { way, got } = await serverThat(answer);
  await way.send(call);
  await expect.poll(() => got, { timeout: 5_000 }).toEqual([...before, refused]);
});

it('gives the answer first where there is one', async () => {
  const answers: Answer[] = [
    (response) => stream(response).end(event(progress) + event(result)),
    (response) => stream(response).write(event(progress) + event(result), () => response.destroy()),
    (response) => inJson(response).end(JSON.stringify([progress, result])),
  ];
  for (const answer of answers) {
    const { way, got } = await serverThat(answer);
    await way.send(call);
    await expect.poll(() => got.length, { timeout: 5_000 }).toBeGreaterThan(1);
    expect(got.slice(0, 2)).toEqual([progress, result]);
  }
});

it('does not refuse a request whose stream can be resumed, and resumes it', async () => {
  const { way, got } = await serverThat((response, request) => {
    if (request.method === 'POST') stream(response).end('id: 1\nretry: 10\ndata:\n\n');
    else if (request.headers['last-event-id'] === '1') stream(response).write(event(result));
  });
  await way.send(call);
  await expect.poll(() => got, { timeout: 5_000 }).toEqual([result]);
});

it('tells that a stream cannot be resumed, also where the server has no streams to resume', async () => {
  const { way, errors } = await serverThat((response, request) => {
    if (request.method === 'POST') stream(response).end('id: 1\nretry: 10\ndata:\n\n');
    else response.writeHead(405).end();
  });
  await way.send(call);
  await expect.poll(() => errors.at(-1), { timeout: 5_000 }).toMatch(/^Maximum reconnection attempts/);
});

it('throws what the server refuses, and takes no answer to what is no request', async () => {
  const { way, got } = await serverThat((response) => response.writeHead(500).end('no'));
  await expect(way.send(call)).rejects.toMatchObject({ code: 500 });
  const other = await serverThat((response) => response.writeHead(202).end());
  await other.way.send({ jsonrpc: '2.0', method: 'notifications/cancelled' });
  expect([got, other.got]).toEqual([[], []]);
});
