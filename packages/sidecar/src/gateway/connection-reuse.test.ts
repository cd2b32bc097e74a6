import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { answerEvents } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, requestBody } from '../../test/support/gateway/harness.ts';

const body = answerEvents();
const good = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const small = requestBody();
const large = requestBody({ messages: [{ role: 'user', content: 'x'.repeat(300 * 1024) }] });

/** A server by the byte: `answer` is called with each whole request, its number on its connection and the connection's number, from 1. */
async function startRaw(answer: (socket: Socket, request: number, connection: number) => void) {
  let connections = 0;
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    let requests = 0;
    let text = '';
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      const bodyAt = text.indexOf('\r\n\r\n') + 4;
      if (bodyAt < 4 || text.length < bodyAt + length) return;
      text = '';
      requests += 1;
      seen.push(`${connection}.${requests}`);
      answer(socket, requests, connection);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe('a kept connection that the server had closed', () => {
  it.each([
    ['a call', small, small],
    ['a call of several pieces', large, large],
    ['a call that follows one of several pieces', large, small],
  ])(
    'costs nothing: %s is sent at once on a new one, and the program never hears of it',
    async (_, ...bodies) => {
      const server = await startRaw((socket, request) => {
        if (request > 1) socket.resetAndDestroy();
        else socket.write(good);
      });
      const house = await openHouse({ respond: () => undefined, deps: { apiBaseUrl: server.url } });
      const query = house.bind();
      for (const each of bodies) expect((await query.post({ body: each })).status).toBe(200);
      expect(server.seen).toEqual(['1.1', '1.2', '2.1']);
      expect(query.heard.passedThrough).toEqual([]);
    },
  );

  it('says nothing of a later try on a new one: that may have been paid', async () => {
    const server = await startRaw((socket, request, connection) => {
      if (connection > 1) socket.resetAndDestroy();
      else if (request === 1) socket.write(good);
      else socket.write(good.slice(0, good.indexOf('event:')), () => socket.destroy());
    });
    const house = await openHouse({ respond: () => undefined, deps: { apiBaseUrl: server.url } });
    const query = house.bind();
    expect((await query.post()).status).toBe(200);
    expect((await query.post()).status).toBe(503);
    expect(server.seen).toEqual(['1.1', '1.2', '2.1']);
  });

  it('is no reason to send again what failed on a new connection', async () => {
    const server = await startRaw((socket) => socket.resetAndDestroy());
    const house = await openHouse({ respond: () => undefined, deps: { apiBaseUrl: server.url } });
    expect((await house.bind().post()).status).toBe(503);
    expect(server.seen).toEqual(['1.1']);
  });

  it('is not what fails a second after it was sent: that call was worked on', async () => {
    const server = await startRaw((socket, request) => {
      if (request === 1) socket.write(good);
      else setTimeout(() => socket.resetAndDestroy(), 1_200);
    });
    const house = await openHouse({ respond: () => undefined, deps: { apiBaseUrl: server.url } });
    const query = house.bind();
    await query.post();
    expect((await query.post()).status).toBe(503);
    expect(server.seen).toEqual(['1.1', '1.2']);
  });
});

it.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['a broken header', 'HTTP/1.1 200 OK\r\nbad header\r\n\r\n'],
  ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`],
])('an answer that is %s is not asked for a second time: the call may have been paid', async (_, bytes) => {
  const server = await startRaw((socket) => socket.end(bytes));
  const house = await openHouse({ respond: () => undefined, deps: { apiBaseUrl: server.url } });
  const query = house.bind();
  const { status, headers } = await query.post();
  expect([status, headers['x-should-retry']]).toEqual([403, 'false']);
  expect(query.heard.givenUp).toEqual([
    { code: 'stream_interrupted', detail: expect.stringContaining('was not sent again') },
  ]);
  expect(server.seen).toEqual(['1.1']);
});
