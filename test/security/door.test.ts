import { approveOverHttp } from '@postern/sandbox';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Postern, startPostern } from '../end-to-end/harness/start-postern.ts';
import { listeningAddresses } from './harness/listening.ts';
import { portOf, rawRequest } from './harness/raw-request.ts';
import { type RealRoute, realRoutes, takesJson } from './harness/real-routes.ts';

let postern: Postern;
let port: number;
let routes: readonly RealRoute[];
/** Every documented route, and what is none: unknown, static, a stream, an alias. */
let lines: readonly string[];
beforeAll(async () => {
  postern = await startPostern();
  port = portOf(postern.ready.url);
  ({ routes } = await realRoutes(postern));
  lines = [
    ...routes.map(({ method, path }) => `${method} ${path}`),
    ...['GET /nothing', 'POST /nothing', 'GET /assets/app.js', 'GET /settings/', 'GET /%2e%2e/settings'],
    ...['OPTIONS /settings', 'HEAD /settings', 'PUT /settings', 'DELETE /nothing', 'TRACE /events'],
  ];
});
afterAll(() => postern.stop());

const json = 'Content-Type: application/json';
const bearer = () => `Authorization: Bearer ${postern.token}`;
const bodyOf = (line: string) => (line.startsWith('POST') ? '{}' : '');

/** The statuses that every line gets with these headers, without repeats. */
async function statuses(headers: readonly string[], version = '1.1'): Promise<readonly number[]> {
  const found = new Set<number>();
  for (const line of lines) {
    const answer = await rawRequest(port, `${line} HTTP/${version}`, [json, ...headers], bodyOf(line));
    expect(answer.text).not.toMatch(/access-control/i);
    found.add(answer.status);
  }
  return [...found];
}

describe('every route of the running sidecar alike, with the right bearer', () => {
  test('there are as many routes as the contract names', () => {
    expect(routes.length).toBeGreaterThan(30);
    expect(routes.filter(({ open }) => open).map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/', '/docs', '/health', '/session', '/auth/anthropic/callback']),
    );
  });

  test('F41 answers 421 to a Host that is not its own', async () => {
    for (const host of [
      `localhost:${port}`,
      'rebind.example',
      `rebind.example:${port}`,
      `127.0.0.1:${port}.rebind.example`,
      `127.0.0.1.:${port}`,
      `0.0.0.0:${port}`,
      `127.1:${port}`,
      `[::1]:${port}`,
      `127.0.0.1:${port + 1}`,
      '127.0.0.1',
    ])
      expect([host, await statuses([bearer(), `Host: ${host}`])]).toEqual([host, [421]]);
  });

  test('F42 answers 400 to no Host, two, HTTP/1.0 and a target in another form', async () => {
    expect(await statuses([bearer(), 'Host: absent'])).toEqual([400]);
    expect(await statuses([bearer(), `Host: 127.0.0.1:${port}`, `Host: 127.0.0.1:${port}`])).toEqual([400]);
    expect(await statuses([bearer()], '1.0')).toEqual([400]);
    for (const line of lines) {
      const absolute = line.replace(' ', ` http://127.0.0.1:${port}`);
      expect((await rawRequest(port, `${absolute} HTTP/1.1`, [json, bearer()], bodyOf(line))).status).toBe(
        400,
      );
    }
  });

  test('F44 answers 403 to another origin, another site and a preflight', async () => {
    for (const headers of [
      ['Origin: https://evil.example'],
      ['Origin: null'],
      ['Origin: http://127.0.0.1'],
      [`Origin: http://localhost:${port}`],
      [`Origin: http://127.0.0.1:${port + 1}`],
      ['Sec-Fetch-Site: cross-site'],
      ['Sec-Fetch-Site: same-site'],
      ['Access-Control-Request-Method: POST'],
      ['Access-Control-Request-Private-Network: true'],
    ])
      expect([headers, await statuses([bearer(), ...headers])]).toEqual([headers, [403]]);
  });

  test('F45 answers 415 to a POST that is no JSON', async () => {
    for (const { path } of routes.filter((route) => route.method === 'POST' && takesJson(route)))
      for (const type of [
        'text/plain',
        'application/json, text/plain',
        'multipart/form-data; boundary=x',
        'absent',
      ])
        expect([
          path,
          (await rawRequest(port, `POST ${path} HTTP/1.1`, [bearer(), `Content-Type: ${type}`], '{}')).status,
        ]).toEqual([path, 415]);
  });

  test('F08 never runs a GET for a HEAD', async () => {
    for (const { path } of routes.filter(({ method }) => method === 'GET')) {
      const answer = await rawRequest(port, `HEAD ${path} HTTP/1.1`, [bearer()]);
      expect([path, answer.status, answer.body]).toEqual([path, 405, '']);
    }
  });
});

describe('the bearer', () => {
  const refused = [
    'Authorization: absent',
    'Authorization: Bearer wrong',
    'Authorization: Bearer',
    `Authorization: Bearer postern_${'A'.repeat(43)}`,
  ];

  test('F43 is asked for on every route that is not open, known or not, in the same words', async () => {
    const closed = lines.filter((line) => !isOpen(line));
    for (const header of refused)
      for (const line of closed) {
        const answer = await rawRequest(port, `${line} HTTP/1.1`, [json, header], bodyOf(line));
        expect([line, answer.status, answer.headers['www-authenticate']]).toEqual([line, 401, 'Bearer']);
      }
  });

  test('F43 is nowhere but in its header: not in the query string, a cookie, another scheme or twice', async () => {
    const { token } = postern;
    for (const [path, ...headers] of [
      [`/settings?token=${token}`],
      [`/settings?access_token=${token}`],
      ['/settings', `Cookie: token=${token}`],
      ['/settings', `Authorization: Basic ${Buffer.from(`:${token}`).toString('base64')}`],
      ['/settings', `Authorization: ${token}`],
      ['/settings', `X-Authorization: Bearer ${token}`],
      ['/settings', `Proxy-Authorization: Bearer ${token}`],
    ])
      expect((await rawRequest(port, `GET ${path} HTTP/1.1`, headers)).status).toBe(401);
    expect((await rawRequest(port, 'GET /settings HTTP/1.1', [bearer(), bearer()])).status).toBe(400);
  });

  test('F43 of an earlier launch on the same data directory is worth nothing, nor is its ticket', async () => {
    const first = await startPostern();
    onTestFinished(() => first.household.close());
    const earlier = { token: first.token, ticket: ticketIn(await first.windowUrl()) };
    first.command.send('SIGKILL');
    await first.command.ended();
    const again = first.household.begin(['start', '--no-open', '--json', '--sandbox', '--port', '0']);
    const { url } = JSON.parse(await again.prints(/^\{.*\}\n/)) as { url: string };
    const on = portOf(url);
    const old = await rawRequest(on, 'GET /settings HTTP/1.1', [`Authorization: Bearer ${earlier.token}`]);
    expect(old.status).toBe(401);
    expect((await swap(on, earlier.ticket)).status).toBe(401);
    again.send('SIGTERM');
    await again.ended();
  });
});

describe('a ticket', () => {
  test('F43 is swapped once; a second time, in the query string, or as a bearer it is nothing', async () => {
    const ticket = ticketIn(await postern.windowUrl());
    for (const line of [
      `POST /session?ticket=${ticket}`,
      `GET /?ticket=${ticket}`,
      `GET /settings?ticket=${ticket}`,
    ]) {
      const answer = await rawRequest(port, `${line} HTTP/1.1`, [json], bodyOf(line));
      expect(answer.text).not.toContain(postern.token);
    }
    const asBearer = await rawRequest(port, 'GET /settings HTTP/1.1', [`Authorization: Bearer ${ticket}`]);
    expect(asBearer.status).toBe(401);
    const good = await swap(port, ticket);
    expect([good.status, JSON.parse(good.body)]).toEqual([200, { token: postern.token }]);
    expect(good.headers['cache-control']).toBe('no-store');
    expect((await swap(port, ticket)).status).toBe(401);
    expect((await swap(port, postern.token)).status).toBe(401);
  });
});

describe('a sign-in', () => {
  test('F01 cannot be ended by a page that knows no state: not by wrong answers, errors or a cancel', async () => {
    const { authorizationUrl } = await postern.client.auth.start();
    for (let count = 0; count < 30; count += 1) {
      const query = count % 2 === 0 ? `code=x&state=guess${count}` : 'error=access_denied&state=guess';
      const answer = await rawRequest(port, `GET /auth/anthropic/callback?${query} HTTP/1.1`, [
        'Sec-Fetch-Site: cross-site',
        'Sec-Fetch-Mode: navigate',
        'Sec-Fetch-Dest: document',
      ]);
      expect([400, 429]).toContain(answer.status);
    }
    expect((await rawRequest(port, 'POST /auth/anthropic/cancel HTTP/1.1', [json], '{}')).status).toBe(401);
    expect((await rawRequest(port, 'GET /auth/anthropic/start?restart=1 HTTP/1.1')).status).toBe(401);
    const page = await (await fetch(await approveOverHttp(authorizationUrl))).text();
    expect(page).toContain('You are signed in.');
    await postern.client.auth.signOut();
  });
});

describe('what listens', () => {
  test('is on loopback alone, in every process of Postern’s, while a sign-in waits on a listener of its own', async () => {
    const other = await startPostern({
      variables: { POSTERN_OAUTH_REDIRECT_URI: 'http://localhost:{port}/callback' },
    });
    onTestFinished(() => other.household.close());
    const { redirectUri } = await other.client.auth.start();
    const addresses = other.household.processes().flatMap(({ pid }) => listeningAddresses(pid));
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    expect(addresses).toContain(`127.0.0.1:${portOf(redirectUri)}`);
    for (const address of addresses) expect(address).toMatch(/^(?:127\.0\.0\.1|\[::1\]):\d+$/);
    const on = portOf(redirectUri);
    for (const [line, status, ...headers] of [
      ['GET /callback?state=x', 421, 'Host: rebind.example'],
      [
        'GET /callback?state=x',
        403,
        `Host: localhost:${on}`,
        'Sec-Fetch-Site: cross-site',
        'Sec-Fetch-Dest: image',
      ],
      ['GET /callback?state=x', 403, `Host: localhost:${on}`, 'Origin: https://evil.example'],
      ['GET /nothing', 404, `Host: localhost:${on}`],
      ['HEAD /callback?state=x', 405, `Host: localhost:${on}`],
      ['GET /callback?code=x&state=x', 400, `Host: localhost:${on}`],
    ] as const)
      expect([line, (await rawRequest(on, `${line} HTTP/1.1`, headers)).status]).toEqual([line, status]);
    await other.client.auth.cancel();
    await expect(fetch(`http://127.0.0.1:${on}/callback`)).rejects.toThrow();
    await other.stop();
  });
});

describe('the gateway of the running sidecar', () => {
  test('F41, F42, F44, F50 lets nobody in who is not a child with a query, whatever the path', async () => {
    const on = portOf(postern.ready.gatewayUrl);
    for (const path of ['/v1/messages', '/v1/models', '/', '/settings', '/nothing']) {
      const status = async (...headers: string[]) =>
        (await rawRequest(on, `POST ${path} HTTP/1.1`, [json, ...headers], '{}')).status;
      expect(await status(`Host: localhost:${on}`)).toBe(421);
      expect(await status('Host: absent')).toBe(400);
      expect(await status('Origin: https://evil.example')).toBe(403);
      expect(await status(`Origin: http://127.0.0.1:${port}`)).toBe(403);
      expect(await status('Sec-Fetch-Site: cross-site')).toBe(403);
      expect(await status()).toBe(401);
      expect(await status(bearer())).toBe(403);
      expect(await status('X-Api-Key: sk-ant-api03-anything-at-all')).toBe(401);
    }
  });
});

function isOpen(line: string): boolean {
  const path = line.split(' ')[1];
  return routes.some((route) => route.open && route.path === path) || (path ?? '').startsWith('/assets/');
}

function ticketIn(url: string): string {
  return new URL(url).hash.slice('#ticket='.length);
}

function swap(on: number, ticket: string) {
  return rawRequest(on, 'POST /session HTTP/1.1', [json], JSON.stringify({ ticket }));
}
