import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';
import { parseAnswer, received } from '../../test/support/http/raw-exchange.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.server.close());

const json = 'Content-Type: application/json';
const everyKind = [
  '/settings',
  '/nothing',
  '/',
  '/assets/app.js',
  '/events',
  '/health',
  '/auth/anthropic/callback',
];

describe('over a bare socket', () => {
  test('F41 other Hosts are misdirected on every kind of path', async () => {
    for (const host of [
      'evil.example',
      `localhost:${server.port}`,
      `127.0.0.1:${server.port}.evil.example`,
      '0.0.0.0',
      `127.0.0.1:${server.port + 1}`,
    ])
      for (const path of everyKind)
        expect((await server.raw(`GET ${path} HTTP/1.1`, [`Host: ${host}`])).status).toBe(421);
  });

  test('F42 no Host, two Hosts, HTTP/1.0, other targets and unreadable lines are bad requests, in our own words', async () => {
    const host = `Host: 127.0.0.1:${server.port}`;
    for (const [line, headers] of [
      ['GET /settings HTTP/1.1', ['Host: absent']],
      ['GET /settings HTTP/1.1', [host, host]],
      ['GET /settings HTTP/1.0', []],
      [`GET http://127.0.0.1:${server.port}/settings HTTP/1.1`, []],
      ['OPTIONS * HTTP/1.1', []],
      [`CONNECT 127.0.0.1:${server.port} HTTP/1.1`, []],
      ['GET /settings#x HTTP/1.1', []],
      ['GET /settings', []],
      ['NONSENSE /settings HTTP/1.1', []],
      ['GET /settings HTTP/1.1', ['Broken header']],
      ['GET /settings HTTP/1.1', ['Expect: everything']],
      ['GET /settings HTTP/1.1', ['A: b\rC: d']],
      ['POST /settings HTTP/1.1', [json, 'Content-Length: 2', 'Content-Length: 3']],
      ['POST /settings HTTP/1.1', [json, 'Content-Length: 2', 'Transfer-Encoding: chunked']],
    ] as const) {
      const answer = await server.raw(line, headers);
      expect([line, answer.status, answer.headers['content-type']]).toEqual([
        line,
        400,
        'application/problem+json',
      ]);
    }
  });

  test('F43 the bearer is missing, wrong, of an earlier launch or in the query string', async () => {
    for (const headers of [
      ['Authorization: absent'],
      ['Authorization: Bearer wrong'],
      [`Authorization: Bearer postern_${'A'.repeat(43)}`],
      [`Authorization: Basic ${server.bearer}`],
    ])
      for (const path of ['/settings', '/nothing', '/events', `/settings?token=${server.bearer}`]) {
        const answer = await server.raw(`GET ${path} HTTP/1.1`, headers);
        expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
      }
  });

  test('F44 other pages, preflights and navigations from other sites get 403 and never a CORS header', async () => {
    for (const headers of [
      ['Origin: http://evil.example'],
      ['Origin: null'],
      [`Origin: http://127.0.0.1:${server.port + 1}`],
      ['Sec-Fetch-Site: cross-site'],
      ['Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: no-cors', 'Sec-Fetch-Dest: image'],
    ])
      for (const path of everyKind)
        for (const method of ['GET', 'OPTIONS', 'POST']) {
          const answer = await server.raw(`${method} ${path} HTTP/1.1`, [json, ...headers]);
          expect([path, answer.status]).toEqual([path, 403]);
          expect(answer.text).not.toMatch(/access-control/i);
        }
  });

  test('F45 a POST that is no JSON is refused on every route that takes one', async () => {
    const posts = [
      '/settings',
      '/query',
      '/approve',
      '/stop',
      '/session',
      '/auth/anthropic/callback',
      '/auth/anthropic/logout',
    ];
    for (const path of posts)
      for (const type of [
        'Content-Type: text/plain',
        'Content-Type: application/x-www-form-urlencoded',
        'Content-Type: application/json ;x, text/plain',
        'Content-Type: absent',
      ])
        expect((await server.raw(`POST ${path} HTTP/1.1`, [type], '{}')).status).toBe(415);
    expect(server.calls).toEqual([]);
  });

  test('F46 a large refused body does not keep the answer from arriving', async () => {
    const answer = await fetch(`${server.url}/settings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: 'x'.repeat(3_000_000),
    });
    expect(answer.status).toBe(401);
  });

  test('requests on one connection are judged one by one', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const host = `Host: 127.0.0.1:${server.port}`;
    socket.write(
      `GET /health HTTP/1.1\r\n${host}\r\n\r\nGET /settings HTTP/1.1\r\n${host}\r\n\r\nGET /health HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
    );
    const text = await received(
      socket,
      (sofar) => sofar.split('HTTP/1.1 ').length > 3 && sofar.endsWith('}'),
    );
    socket.destroy();
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 401', 'HTTP/1.1 421']);
  });

  test('every refusal is inert, kept nowhere, and repeats nothing', async () => {
    const answer = await server.raw('GET /canary-path?canary=1 HTTP/1.1', [
      'Authorization: Bearer canary',
      'X: canary',
    ]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.text).not.toContain('canary');
    const garbage = connect(server.port, '127.0.0.1');
    garbage.write('canary canary canary\r\n\r\n');
    expect(parseAnswer(await received(garbage, () => false)).text).not.toContain('canary');
  });
});

describe('refused tokens', () => {
  test('are 429 above the limit; the right token and a good ticket still pass', async () => {
    await using small = await startServer({ limits: { failures: 3 } });
    const statuses: number[] = [];
    for (let count = 0; count < 5; count += 1)
      statuses.push((await small.raw('GET /settings HTTP/1.1', ['Authorization: Bearer wrong'])).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    const { ticket } = small.deps.tickets.issue();
    const session = (value: string) =>
      small.raw('POST /session HTTP/1.1', [json], JSON.stringify({ ticket: value }));
    expect((await session('wrong')).status).toBe(429);
    expect((await session(ticket)).status).toBe(200);
    expect((await small.get('/settings')).status).toBe(200);
    small.advance(10_000);
    expect((await session('wrong')).status).toBe(401);
  });
});
