import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { fetch as undiciFetch } from 'undici';
import { describe, expect, it } from 'vitest';
import { holdRefusingPort } from '../../test/support/http/refusing-port.ts';
import { cutOff, json, reset, silence, startStandIn, text } from '../../test/support/oauth/fake-server.ts';
import { selfSigned } from '../../test/support/oauth/self-signed.ts';
import { type Fetch, longestAnswer, type Outcome, sendOnce } from './send-once.ts';

const fetches: readonly [string, Fetch][] = [
  ['Node’s fetch', fetch],
  ['undici’s fetch', undiciFetch],
];

function post(send: Fetch, url: string, timeoutMs = 5_000): Promise<Outcome> {
  return sendOnce(send, { url, body: 'a=1', headers: { 'content-type': 'text/plain' }, timeoutMs });
}

/** A label of 64 letters: the resolver refuses it without asking anybody. */
const nameless = `http://${'a'.repeat(64)}.invalid/`;

/** Listens while `use` runs. */
async function withSockets<T>(server: Server, use: (port: number) => Promise<T>): Promise<T> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use((server.address() as AddressInfo).port);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

describe.each(fetches)('with %s', (_, send) => {
  it('a request is one request with a length, on a connection that is not kept', async () => {
    await using standIn = await startStandIn();
    standIn.on('/', json({ ok: true }, 200, { 'x-test': 'y' }));
    const outcome = await post(send, `${standIn.origin}/`);
    expect(outcome).toMatchObject({ answered: true, status: 200, text: '{"ok":true}', body: 'whole' });
    expect(outcome.answered && outcome.header('x-test')).toBe('y');
    const [received, ...more] = standIn.received;
    expect(more).toEqual([]);
    expect(received).toMatchObject({ method: 'POST', body: 'a=1' });
    expect(received?.headers).toMatchObject({
      'content-type': 'text/plain',
      'content-length': '3',
      connection: 'close',
    });
    expect(received?.headers).not.toHaveProperty('transfer-encoding');
  });

  it.each([401, 407, 421, 503])('a %i is not answered with a second request', async (status) => {
    await using standIn = await startStandIn();
    standIn.on('/', json({}, status, { 'www-authenticate': 'Basic realm="x"', 'retry-after': '0' }));
    await post(send, `${standIn.origin}/`);
    expect(standIn.received).toHaveLength(1);
  });

  it.each([301, 302, 303, 307, 308])('a %i is an answer, not a way', async (status) => {
    await using standIn = await startStandIn();
    standIn.on('/', text('', status, { location: '/other' }));
    expect(await post(send, `${standIn.origin}/`)).toMatchObject({ answered: true, status });
    expect(standIn.received).toHaveLength(1);
  });

  it('an answer is read up to 1 MiB, and not a byte further', async () => {
    await using standIn = await startStandIn();
    standIn.on('/just', text('x'.repeat(longestAnswer)));
    expect(await post(send, `${standIn.origin}/just`)).toMatchObject({ body: 'whole' });
    standIn.on('/over', text('x'.repeat(longestAnswer + 1)));
    expect(await post(send, `${standIn.origin}/over`)).toMatchObject({ body: 'too_long', text: null });
    const closed = Promise.withResolvers<void>();
    standIn.on('/endless', (response) => {
      response.on('close', closed.resolve);
      const more = (): void => {
        while (response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    expect(await post(send, `${standIn.origin}/endless`)).toMatchObject({ body: 'too_long' });
    await closed.promise;
  });

  it('an answer that breaks off keeps its status and loses its text', async () => {
    await using standIn = await startStandIn();
    standIn.on('/', cutOff('{"a":', 400));
    expect(await post(send, `${standIn.origin}/`)).toMatchObject({
      answered: true,
      status: 400,
      text: null,
      body: 'cut_off',
    });
  });

  it('F20: nothing was sent where the port is closed, the name unknown or the far end plain', async () => {
    await using standIn = await startStandIn();
    const tls = standIn.origin.replace('http:', 'https:');
    expect(await post(send, tls)).toMatchObject({ answered: false, sent: false });
    expect(standIn.received).toEqual([]);
    await using refusing = await holdRefusingPort();
    expect(await post(send, `http://127.0.0.1:${refusing.port}`)).toMatchObject({
      sent: false,
      reason: 'ECONNREFUSED',
    });
    expect(await post(send, nameless)).toMatchObject({ answered: false, sent: false });
  });

  it('F20: nothing was sent where nobody vouches for the certificate', async () => {
    let bytes = 0;
    const server = createTlsServer(selfSigned(), (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk) => {
        bytes += chunk.length;
      });
    });
    server.on('tlsClientError', () => undefined);
    await withSockets(server, async (port) => {
      expect(await post(send, `https://127.0.0.1:${port}/`)).toMatchObject({
        sent: false,
        reason: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
    });
    expect(bytes).toBe(0);
  });

  it('F20: nothing was sent where the handshake fails', async () => {
    const server = createTlsServer({});
    server.on('tlsClientError', () => undefined);
    await withSockets(server, async (port) => {
      expect(await post(send, `https://127.0.0.1:${port}/`)).toMatchObject({ answered: false, sent: false });
    });
  });

  it('F24: it counts as sent where the connection ends after the request, whatever ended it', async () => {
    await using standIn = await startStandIn();
    standIn.on('/', reset);
    expect(await post(send, `${standIn.origin}/`)).toMatchObject({ answered: false, sent: true });
    standIn.on('/', silence);
    expect(await post(send, `${standIn.origin}/`, 80)).toMatchObject({ sent: true, reason: 'TimeoutError' });
    standIn.on('/', (response) => void response.socket?.end('garbage\r\n\r\n'));
    expect(await post(send, `${standIn.origin}/`)).toMatchObject({ answered: false, sent: true });
    standIn.on('/', (response) => void response.socket?.end());
    expect(await post(send, `${standIn.origin}/`)).toMatchObject({ answered: false, sent: true });
    expect(standIn.received).toHaveLength(4);
  });

  it('F24: it counts as sent where the connection is reset while the request is read', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.resetAndDestroy());
    });
    await withSockets(server, async (port) => {
      expect(await post(send, `http://127.0.0.1:${port}/`)).toMatchObject({ answered: false, sent: true });
    });
  });
});

it('a fetch that fails without a word counts as sent, once it asked for the body', async () => {
  const failing: Fetch = async (_, { body }) => {
    for await (const _chunk of body ?? []);
    throw new Error('canary');
  };
  const outcome = await post(failing, 'http://127.0.0.1:1/');
  expect(outcome).toEqual({ answered: false, sent: true, reason: 'Error' });
  const refusing: Fetch = () => Promise.reject(new Error('canary'));
  expect(await post(refusing, 'http://127.0.0.1:1/')).toMatchObject({ sent: false });
});
