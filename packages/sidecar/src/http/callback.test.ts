import { beforeEach, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../test/support/http/harness.ts';
import { redirectPage } from '../door/index.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
  return () => server.server.close();
});

const failed = redirectPage('failed', 'sandbox').body.toString('latin1');
const stranger = ['Authorization: absent'];
const navigation = ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'];

test('the right answer, from another site’s redirect, is signed in', async () => {
  const answer = await server.raw('GET /auth/anthropic/callback?code=c&state=right HTTP/1.1', [
    ...stranger,
    ...navigation,
  ]);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(answer.body).toBe(redirectPage('signed_in', 'sandbox').body.toString('latin1'));
});

test('the page says that it is the sandbox, and only there', async () => {
  const line = 'GET /auth/anthropic/callback?code=c&state=right HTTP/1.1';
  const note = 'Sandbox: no real account, no cost';
  expect((await server.raw(line, [...stranger, ...navigation])).body).toContain(note);
  await using live = await startServer({ mode: 'live' });
  const answer = await live.raw(line, [...stranger, ...navigation]);
  expect([answer.status, answer.body.includes(note)]).toEqual([200, false]);
});

test('F01 wrong answers get the same page, 400 and from the 21st on 429', async () => {
  const statuses = [];
  for (const state of ['wrong', '', 'x'.repeat(4096), ...Array.from({ length: 18 }, () => 'again')]) {
    const answer = await server.raw(`GET /auth/anthropic/callback?code=c&state=${state} HTTP/1.1`, stranger);
    expect(answer.body).toBe(failed);
    statuses.push(answer.status);
  }
  expect(statuses).toEqual([...Array.from({ length: 20 }, () => 400), 429]);
});

test('F03 repeated parameters reach the judge repeated', async () => {
  await server.raw(
    'GET /auth/anthropic/callback?code=a&code=b&state=right&state=right&iss=i HTTP/1.1',
    stranger,
  );
  expect(server.calls).toEqual(['completeFromBrowser code=a&code=b&state=right&state=right&iss=i']);
});

test('F06 nothing that came in is in the page, and it is inert', async () => {
  const query = `error=access_denied&error_description=${encodeURIComponent('<script>alert(1)</script>\r\nSet-Cookie: a=b')}&state=x`;
  const answer = await server.raw(`GET /auth/anthropic/callback?${query} HTTP/1.1`, stranger);
  expect([answer.status, answer.body]).toEqual([400, failed]);
  expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('F06 64 KB of query gets the page too, under 431, and more than a parser reads a plain refusal', async () => {
  const long = await server.raw(
    `GET /auth/anthropic/callback?state=${'x'.repeat(64 * 1024)} HTTP/1.1`,
    stranger,
  );
  expect([long.status, long.body]).toEqual([431, failed]);
  const longer = await server.raw(
    `GET /auth/anthropic/callback?state=${'x'.repeat(200 * 1024)} HTTP/1.1`,
    stranger,
  );
  expect([longer.status, longer.text.includes('xxx')]).toEqual([431, false]);
  expect(server.calls).toEqual([]);
});

test('F08 a HEAD, a form and a browser that looks ahead spend nothing', async () => {
  const target = '/auth/anthropic/callback?code=c&state=right';
  expect((await server.raw(`HEAD ${target} HTTP/1.1`, stranger)).status).toBe(405);
  const form = ['Content-Type: application/x-www-form-urlencoded'];
  expect(
    (await server.raw('POST /auth/anthropic/callback HTTP/1.1', [...stranger, ...form], 'code=c&state=right'))
      .status,
  ).toBe(415);
  for (const header of [
    'Sec-Purpose: prefetch',
    'Sec-Purpose: prefetch;prerender',
    'Purpose: prefetch',
    'X-Moz: prefetch',
  ]) {
    const answer = await server.raw(`GET ${target} HTTP/1.1`, [...stranger, ...navigation, header]);
    expect([answer.status, answer.body]).toEqual([204, '']);
  }
  expect(server.calls).toEqual([]);
});

test('F44 an image or a fetch from another site does not reach it', async () => {
  for (const dest of ['image', 'empty', 'iframe', 'script'])
    expect(
      (
        await server.raw('GET /auth/anthropic/callback?code=c&state=right HTTP/1.1', [
          'Sec-Fetch-Site: cross-site',
          'Sec-Fetch-Mode: no-cors',
          `Sec-Fetch-Dest: ${dest}`,
        ])
      ).status,
    ).toBe(403);
  expect(server.calls).toEqual([]);
});

test('forwarding needs the bearer', async () => {
  const body = JSON.stringify({ pasted: 'code#right' });
  expect(
    (
      await server.raw(
        'POST /auth/anthropic/callback HTTP/1.1',
        ['Content-Type: application/json', ...stranger],
        body,
      )
    ).status,
  ).toBe(401);
  expect(
    (await server.raw('POST /auth/anthropic/callback HTTP/1.1', ['Content-Type: application/json'], body))
      .status,
  ).toBe(200);
});
