import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { startServer } from '../../test/support/http/harness.ts';
import { parseAnswer, received } from '../../test/support/http/raw-exchange.ts';

describe('F48 floods', () => {
  test('slow headers and slow bodies are told 408 and ended', async () => {
    await using server = await startServer({
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, timeoutCheckMs: 50 },
    });
    const slowHeaders = connect(server.port, '127.0.0.1');
    slowHeaders.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nX: `);
    const slowBody = connect(server.port, '127.0.0.1');
    slowBody.write(
      `POST /settings HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${server.bearer}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{`,
    );
    for (const socket of [slowHeaders, slowBody])
      expect(parseAnswer(await received(socket, () => false)).status).toBe(408);
    expect(server.calls).toEqual([]);
  });

  test('a connection that has asked nothing gets no answer, and serves what is asked later', async () => {
    await using server = await startServer({
      limits: { headersTimeoutMs: 100, requestTimeoutMs: 200, timeoutCheckMs: 50 },
    });
    const socket = connect(server.port, '127.0.0.1');
    await pause(500);
    expect(socket.bytesRead).toBe(0);
    socket.write(`GET /health HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n\r\n`);
    expect(parseAnswer(await received(socket, (text) => text.includes('}'))).status).toBe(200);
    // And what is no request is answered after that as well.
    socket.write('hello\r\n\r\n');
    expect(parseAnswer(await received(socket, () => false)).status).toBe(400);
  });

  test('idle connections push out each other, never a request with the token, and the next one still gets in', async () => {
    await using server = await startServer({ limits: { strangers: 20 } });
    const stream = await server.get('/events');
    const idle: Socket[] = [];
    let ended = 0;
    for (let count = 0; count < 120; count += 1) {
      const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
      socket.once('close', () => (ended += 1));
      idle.push(socket);
      await once(socket, 'connect');
    }
    await eventually(() => ended).toBeGreaterThanOrEqual(100);
    const before = performance.now();
    expect((await server.get('/auth/anthropic/start')).status).toBe(200);
    expect(performance.now() - before).toBeLessThan(1_000);
    await eventually(() => server.listeners.size).toBe(1);
    await stream.body?.cancel();
    for (const socket of idle) socket.destroy();
  });
});
