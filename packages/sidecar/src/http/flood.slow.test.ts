import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { eventually } from '../../test/support/http/eventually.ts';
import { startServer } from '../../test/support/http/harness.ts';

test('F48 10,000 idle connects and 200 streams: memory stays bounded and sign-in routes answer under 1 s', async () => {
  await using server = await startServer();
  const before = process.memoryUsage().rss;
  const streams = await Promise.all(Array.from({ length: 200 }, () => server.get('/events')));
  expect(streams.filter(({ status }) => status === 429)).toHaveLength(100);

  const sockets = new Set<Socket>();
  let slowest = 0;
  for (let count = 0; count < 10_000; count += 1) {
    const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    if (count % 250 === 249) {
      const startedAt = performance.now();
      // A connection of its own each time: one that is kept would not have to get in.
      expect((await server.raw('GET /auth/anthropic/status HTTP/1.1')).status).toBe(200);
      slowest = Math.max(slowest, performance.now() - startedAt);
    }
  }
  expect(slowest).toBeLessThan(1_000);
  await eventually(() => sockets.size).toBeLessThan(500);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  for (const socket of sockets) socket.destroy();
  await Promise.all(streams.map((answer) => answer.body?.cancel()));
}, 60_000);
