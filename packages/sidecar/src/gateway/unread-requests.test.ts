import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';

const headersTimeoutMs = 100;

/** A connection to a gateway that is quick to lose patience. */
async function connected(): Promise<{ readonly socket: Socket; readonly host: string }> {
  const deps = { headersTimeoutMs };
  const house = await openHouse({ respond: (_seen, response) => sendStream(response), deps });
  const { host, port } = new URL(house.gateway.url);
  const socket = connect(Number(port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return { socket, host };
}

async function statusOf(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString('latin1').split('\r\n')[0] ?? '';
}

it('a connection on which nothing was asked gets no answer, and serves what is asked later', async () => {
  const { socket, host } = await connected();
  await pause(10 * headersTimeoutMs);
  expect(socket.bytesRead).toBe(0);
  const asked = statusOf(socket);
  socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(await asked).toMatch(/^HTTP\/1\.1 (?:200|401|404)/);
});

it.each([
  ['a head that stops', 'POST /v1/messages HTTP/1.1\r\nHost: ', '408 Request Timeout'],
  ['what is no request', 'hello\r\n\r\n', '400 Bad Request'],
  [
    'a head that is too large',
    `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
  ],
])('%s is answered, and the connection ends', async (_, text, status) => {
  const { socket } = await connected();
  const closed = once(socket, 'close');
  const answered = statusOf(socket);
  socket.write(text);
  expect(await answered).toBe(`HTTP/1.1 ${status}`);
  await closed;
});

it('what is no request is answered on a connection that was answered before as well', async () => {
  const { socket, host } = await connected();
  const first = statusOf(socket);
  socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await first;
  const closed = once(socket, 'close');
  const second = statusOf(socket);
  socket.write('hello\r\n\r\n');
  expect(await second).toBe('HTTP/1.1 400 Bad Request');
  await closed;
});
