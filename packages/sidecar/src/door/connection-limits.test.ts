import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ConnectionLimits, limitConnections } from './connection-limits.ts';

const maxStrangers = 8;

/** A server that trusts `/token`, attends `/open`, and answers both when told to. */
async function openServer() {
  const waiting: ServerResponse[] = [];
  const server = createServer((request, response) => {
    if (request.url === '/token') limits.trust(request.socket);
    if (request.url === '/open') limits.attend(request.socket, response);
    waiting.push(response);
  });
  const limits: ConnectionLimits = limitConnections(server, maxStrangers);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    agent.destroy();
    server.close();
  });
  let ended = 0;
  return {
    port,
    waiting,
    ended: () => ended,
    async ask(path: string): Promise<number | undefined> {
      const request = get({ port, host: '127.0.0.1', path, agent });
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return response.statusCode;
    },
    /** All at once, and without a word. */
    async flood(count: number): Promise<void> {
      const more = Array.from({ length: count }, () =>
        connect(port, '127.0.0.1').on('error', () => undefined),
      );
      for (const socket of more) socket.once('close', () => (ended += 1));
      sockets.push(...more);
      await expect
        .poll(() => more.filter((socket) => socket.closed).length, { interval: 1 })
        .toBeGreaterThan(0);
      await expect
        .poll(() => more.filter((socket) => !socket.connecting && !socket.closed).length, { interval: 1 })
        .toBeLessThanOrEqual(maxStrangers);
    },
  };
}

test('F48 idle connections push out each other', async () => {
  const server = await openServer();
  await server.flood(100);
  expect(server.ended()).toBeGreaterThanOrEqual(100 - maxStrangers);
});

test('F48 a connection that showed the token outlives a flood, also between two requests', async () => {
  const server = await openServer();
  const first = server.ask('/token');
  await expect.poll(() => server.waiting.length, { interval: 1 }).toBe(1);
  await server.flood(50);
  server.waiting[0]?.end();
  expect(await first).toBe(200);
  await server.flood(50);
  const second = server.ask('/token');
  await expect.poll(() => server.waiting.length, { interval: 1 }).toBe(2);
  server.waiting[1]?.end();
  expect(await second).toBe(200);
});

test('F48 a request that needs no token is answered through a flood, and its connection is a stranger’s again', async () => {
  const server = await openServer();
  const asked = server.ask('/open');
  await expect.poll(() => server.waiting.length, { interval: 1 }).toBe(1);
  await server.flood(50);
  server.waiting[0]?.end();
  expect(await asked).toBe(200);
});

test('F48 whoever speaks at once is heard, even where the flood and the person came while the event loop stood still', async () => {
  const server = await openServer();
  const said = join(mkdtempSync(join(tmpdir(), 'postern-flood-')), 'said');
  const client = spawn(process.execPath, ['-e', floodAroundOneRequest, String(server.port), said], {
    stdio: 'ignore',
  });
  onTestFinished(() => void client.kill('SIGKILL'));
  // This event loop stands still until all of them wait to be taken in.
  while (!existsSync(said)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
  await expect.poll(() => server.waiting.length, { interval: 1, timeout: 5_000 }).toBe(1);
  server.waiting[0]?.end();
  await expect.poll(() => readFileSync(said, 'utf8'), { timeout: 5_000 }).toContain('200');
});

const floodAroundOneRequest = `
  const { connect } = require('node:net');
  const { writeFileSync } = require('node:fs');
  const [port, said] = process.argv.slice(1);
  const connected = (socket) => new Promise((resolve) => socket.on('error', () => {}).once('connect', resolve));
  const idle = () => connected(connect(port, '127.0.0.1'));
  (async () => {
    for (let count = 0; count < 40; count += 1) await idle();
    const person = connect(port, '127.0.0.1');
    person.on('data', (data) => writeFileSync(said, data));
    await connected(person);
    await new Promise((resolve) => person.write('GET /token HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n', resolve));
    for (let count = 0; count < 40; count += 1) await idle();
    writeFileSync(said, 'sent');
  })();
`;
