import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPosternClient } from '@postern/client';
import { problemOf } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loopbackFetch } from './loopback-fetch.ts';

describe('a client of the sidecar without fetch', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let sockets: number;
  const client = () =>
    createPosternClient({
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      token: 'the token',
      fetch: loopbackFetch,
    });
  const bodyOf = async (request: IncomingMessage): Promise<string> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    return Buffer.concat(pieces).toString();
  };
  const runs = async (prompt = 'Hello', signal?: AbortSignal): Promise<string[]> => {
    const seen: string[] = [];
    for await (const { event, data } of client().runQuery({ prompt }, { ...(signal ? { signal } : {}) }))
      seen.push(event === 'assistant_text' ? data.text : event);
    return seen;
  };
  const frame = (id: number, event: string, data: unknown): string =>
    `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
  const started = frame(1, 'started', { queryId: 'q', conversationId: 'c' });

  beforeEach(async () => {
    sockets = 0;
    server = createServer((request, response) => answer(request, response));
    server.on('connection', () => {
      sockets += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('sends what fetch would, and uses its connection again', async () => {
    const seen: unknown[] = [];
    answer = async (request, response) => {
      const { method, url, headers } = request;
      seen.push([method, url, headers.authorization, headers['content-type'], await bodyOf(request)]);
      response.setHeader('content-type', 'application/json').end('{"done":"ä€😀"}');
    };
    expect(await client().usage()).toEqual({ done: 'ä€😀' });
    await client().updateSettings({ model: 'ä' });
    await client().attach({ name: 'a.txt', type: 'text/plain', bytes: new Blob(['one']) });
    expect(seen).toEqual([
      ['GET', '/usage', 'Bearer the token', undefined, ''],
      ['POST', '/settings', 'Bearer the token', 'application/json', '{"model":"ä"}'],
      ['POST', expect.stringMatching(/^\/attachments/), 'Bearer the token', 'text/plain', 'one'],
    ]);
    expect(sockets).toBe(1);
  });

  it('gives the problem of an answer that is none of 2xx, and takes no redirect', async () => {
    answer = (_request, response) => {
      response.writeHead(409, { 'content-type': 'application/json', 'retry-after': '2' });
      response.end(JSON.stringify(problemOf('conversation_busy')));
    };
    await expect(client().usage()).rejects.toMatchObject({ code: 'conversation_busy', retryAfterMs: 2000 });
    let asked = 0;
    answer = (_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/elsewhere' }).end();
    };
    await expect(client().usage()).rejects.toMatchObject({ code: 'not_running' });
    expect(asked).toBe(1);
  });

  it('reads a stream as it comes, cut between any two bytes', async () => {
    answer = async (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const bytes = Buffer.from(
        `${started}${frame(2, 'assistant_text', { text: 'ä€😀' })}${frame(3, 'result', {})}`,
      );
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    };
    expect(await runs()).toEqual(['started', 'ä€😀', 'result']);
  });

  it('closes the connection, and stops the query, where it is left', async () => {
    const closed = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<string | undefined>();
    answer = (request, response) => {
      if (request.url !== '/query') {
        cancelled.resolve(request.url);
        response.setHeader('content-type', 'application/json').end('{}');
        return;
      }
      response.on('close', closed.resolve);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(started);
    };
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 200);
    await expect(runs('Hello', leaving.signal)).rejects.toMatchObject({ name: 'AbortError' });
    await closed.promise;
    expect(await cancelled.promise).toBe('/query/q/cancel');
  });

  it('says at once that nobody listens any longer', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(started);
      setTimeout(() => {
        server.close();
        server.closeAllConnections();
      }, 100);
    };
    const begunAt = performance.now();
    await expect(runs()).rejects.toMatchObject({ code: 'stream_interrupted' });
    expect(performance.now() - begunAt).toBeLessThan(10_000);
    await expect(loopbackFetch('http://127.0.0.1:9/', {})).rejects.toThrow(TypeError);
  });
});
