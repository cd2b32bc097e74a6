import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse, post, type TestHouse, type TestQuery } from '../../test/support/gateway/harness.ts';

async function openQuietHouse(): Promise<TestHouse> {
  return await openHouse({ respond: (_seen, response) => sendStream(response) });
}

/** Status and headers of a request written by hand. */
async function raw(house: TestHouse, lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(house.gateway.url).port), '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function lines(
  house: TestHouse,
  query: TestQuery,
  changes: { readonly [name: string]: string | null } = {},
): string[] {
  const host = new URL(house.gateway.url).host;
  const headers: Record<string, string | null> = {
    Host: host,
    Authorization: `Bearer ${query.secret}`,
    'Content-Type': 'application/json',
    'Content-Length': '0',
    Connection: 'close',
    ...changes,
  };
  const written = Object.entries(headers).filter(([name, value]) => value !== null && name !== 'line');
  return [
    changes['line'] ?? 'POST /v1/messages HTTP/1.1',
    ...written.map(([name, value]) => `${name}: ${value}`),
  ];
}

describe('the gateway’s door', () => {
  it('lets in a program with its secret, and nothing that looks different', async () => {
    const house = await openQuietHouse();
    const query = house.bind();
    const status = async (
      changes: Parameters<typeof lines>[2],
      more: readonly string[] = [],
    ): Promise<string> => (await raw(house, [...lines(house, query, changes), ...more])).slice(9, 12);
    const { host, port } = new URL(house.gateway.url);

    expect(await status({})).toBe('200');
    // F41
    for (const wrong of [
      'localhost',
      `localhost:${port}`,
      `127.0.0.1.evil.example:${port}`,
      `0.0.0.0:${port}`,
      '127.0.0.1:1',
      `[::1]:${port}`,
    ])
      expect([wrong, await status({ Host: wrong })]).toEqual([wrong, '421']);
    // F42
    expect(await status({ Host: null })).toBe('400');
    expect(await status({}, [`Host: ${host}`])).toBe('400');
    expect(await status({ line: 'POST /v1/messages HTTP/1.0' })).toBe('400');
    expect(await status({ line: `POST http://${host}/v1/messages HTTP/1.1` })).toBe('400');
    // F44
    for (const origin of ['null', `http://${host}`, 'http://localhost:3000', 'https://evil.example'])
      expect(await status({ Origin: origin })).toBe('403');
    expect(await status({ 'Sec-Fetch-Site': 'cross-site' })).toBe('403');
    // F45
    for (const type of [
      'text/plain',
      'application/json ;x, text/plain',
      'multipart/form-data; boundary=x',
      null,
    ])
      expect(await status({ 'Content-Type': type })).toBe('415');
    // F43, F50
    expect(await status({ Authorization: null })).toBe('401');
    expect(await status({ Authorization: 'Bearer wrong' })).toBe('403');
    expect(await status({ Authorization: `Basic ${query.secret}` })).toBe('401');
    for (const path of [
      '/',
      '/v1/models',
      '/v1/messages/',
      '/v1/messages/batches',
      '/v1/../v1/messages',
      '/v1/messages%2f',
      '/__proto__',
      '/health',
    ])
      expect([path, await status({ line: `POST ${path} HTTP/1.1` })]).toEqual([path, '404']);
    for (const method of ['GET', 'PUT', 'OPTIONS', 'DELETE'])
      expect([
        method,
        await status({ line: `${method} /v1/messages HTTP/1.1`, 'Content-Length': null }),
      ]).toEqual([method, '404']);
    expect(house.upstream.seen).toHaveLength(1);
  });

  it('F50: honours a secret only while its query runs, never after the child’s end, and never another’s', async () => {
    const house = await openQuietHouse();
    const doorway = house.gateway.openDoorway();
    const secret = doorway.secret.reveal();
    const other = house.bind();
    const call = async (): Promise<number> => (await post(house.gateway.url, secret)).status;

    const early = await post(house.gateway.url, secret);
    expect([early.status, early.headers['x-should-retry']]).toEqual([403, 'false']);
    const query = house.bind({ doorway });
    expect(await call()).toBe(200);
    query.end();
    expect(await call()).toBe(403);
    house.bind({ doorway });
    expect(await call()).toBe(200);
    doorway.close();
    expect(await call()).toBe(403);
    house.bind({ doorway });
    expect(await call()).toBe(403);
    expect(other.heard.paid).toEqual([]);
    expect(house.upstream.seen).toHaveLength(2);
  });

  it('honours a secret on connections of the child alone, where the OS tells whose they are', async () => {
    const house = await openQuietHouse();
    const doorway = house.gateway.openDoorway();
    const query = house.bind({ doorway });
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    onTestFinished(() => void child.kill());
    doorway.startedAs(child.pid ?? 0);
    const isKnown = process.platform === 'linux';
    expect((await query.post()).status).toBe(isKnown ? 403 : 200);
    // The same connection is judged again, not remembered.
    doorway.startedAs(process.pid);
    expect((await query.post()).status).toBe(200);
    expect(house.upstream.seen).toHaveLength(isKnown ? 1 : 2);
  });

  it('has no CORS headers and says nothing of its secrets', async () => {
    const house = await openQuietHouse();
    const query = house.bind();
    const answer = await raw(
      house,
      lines(house, query, {
        line: 'OPTIONS /v1/messages HTTP/1.1',
        Origin: 'https://evil.example',
        'Access-Control-Request-Method': 'POST',
      }),
    );
    expect(answer.slice(9, 12)).toBe('403');
    expect(answer.toLowerCase()).not.toContain('access-control');
    expect(answer).not.toContain(query.secret);
  });

  it('is shut when it closes, calls under way included', async () => {
    const house = await openHouse({ respond: () => {} });
    const query = house.bind();
    const status = query.post().then(
      (answer) => answer.status,
      () => null,
    );
    await expect.poll(() => house.upstream.seen.length, { interval: 1 }).toBe(1);
    await house.gateway.close();
    expect([403, null]).toContain(await status);
    await expect.poll(() => house.upstream.abandoned.length, { interval: 1 }).toBe(1);
    await expect(query.post()).rejects.toThrow();
  });
});
