import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bearer, json, judge, rules } from '../../test/support/door/samples.ts';
import { guardRequest } from './guard-request.ts';

describe('F41 the Host is exactly ours', () => {
  test.each([
    'localhost:8765',
    '127.0.0.1',
    '127.0.0.1:8766',
    '127.0.0.1:8765.evil.example',
    'evil.example',
    '127.0.0.1:08765',
    '0.0.0.0:8765',
    '[::1]:8765',
    '127.1:8765',
    '2130706433:8765',
    'x@127.0.0.1:8765',
    '',
  ])('%j is misdirected, on known, unknown and open paths', (host) => {
    for (const path of ['/settings', '/nothing', '/', '/assets/app.js'])
      expect(judge(`GET ${path}`, [`Host: ${host}`])).toBe(421);
  });
});

describe('F42 the request line and the number of Hosts', () => {
  test('no Host, two Hosts and HTTP/1.0 are refused', () => {
    expect(judge('GET /settings', ['Host: none'])).toBe(400);
    expect(judge('GET /settings', ['Host: 127.0.0.1:8765', 'Host: 127.0.0.1:8765'])).toBe(400);
    expect(judge('GET /settings', [], { version: '1.0' })).toBe(400);
  });

  test.each([
    'http://127.0.0.1:8765/settings',
    '127.0.0.1:8765',
    '*',
    '//evil.example/',
    '/a#b',
    '/a\\b',
    '',
    'settings',
  ])('the target %j is refused', (target) => {
    expect(judge(`GET ${target}`)).toBe(400);
  });
});

describe('F43 the bearer', () => {
  test('is asked for on known and unknown paths, and not where the contract says so', () => {
    for (const path of ['/settings', '/nothing', '/query/1/events', '/assets', '/assets/', '/session/ticket'])
      expect(judge(`GET ${path}`, [], { bearer: false })).toBe(401);
    for (const path of ['/', '/assets/index-4f.js', '/auth/anthropic/callback?code=a&state=b'])
      expect(judge(`GET ${path}`, [], { bearer: false })).toBe(0);
    expect(judge('POST /session', [json], { bearer: false })).toBe(0);
  });

  test('is asked for on the closed method of an open path', () => {
    expect(judge('POST /auth/anthropic/callback', [json], { bearer: false })).toBe(401);
    expect(judge('POST /auth/anthropic/callback', [json])).toBe(0);
  });

  test.each([
    'Basic cG9zdGVybg==',
    `Bearer${bearer}`,
    `Bearer  ${bearer}`,
    `Bearer ${bearer} x`,
    'Bearer',
    bearer,
    `Bearer ${bearer}x`,
  ])('%j does not open', (value) => {
    expect(judge('GET /settings', [`Authorization: ${value}`], { bearer: false })).toBe(401);
  });

  test('does not open from the query string', () => {
    expect(judge(`GET /settings?access_token=${bearer}`, [], { bearer: false })).toBe(401);
  });

  test('unknown paths are told from refused ones only with the bearer', () => {
    expect(judge('GET /nothing')).toBe(404);
  });
});

describe('F45 content types', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json ;x, text/plain',
    'application/json, text/plain',
    'application/json;charset=utf-16',
    'application/json; charset=utf-8; x=y',
    'application/jsonp',
    'application/problem+json',
    ' ',
  ])('%j is no JSON', (type) => {
    expect(judge('POST /settings', [`Content-Type: ${type}`])).toBe(415);
  });

  test('none at all, and a compressed body, are refused; both spellings of JSON pass', () => {
    expect(judge('POST /settings')).toBe(415);
    expect(judge('POST /settings', [json, 'Content-Encoding: gzip'])).toBe(415);
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset=UTF-8',
    ])
      expect(judge('POST /settings', [`Content-Type: ${type}`])).toBe(0);
  });
});

describe('framing', () => {
  test.each([
    [['Authorization: Bearer x']],
    [[json, json]],
    [['Content-Length: 2', 'Content-Length: 3']],
    [['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
    [['Transfer-Encoding: gzip, chunked']],
    [['Transfer-Encoding: chunked', 'Content-Length: 3']],
    [['Content-Length: 3']],
    [['Content-Length: 0x3']],
    [['Origin: http://127.0.0.1:8765', 'Origin: http://127.0.0.1:8765']],
  ])('%j is refused', (headers) => {
    expect(judge('GET /settings', headers)).toBe(400);
  });

  test('a body of a POST has a plain length or is chunked, and nothing else', () => {
    expect(judge('POST /settings', [json, 'Content-Length: 3'])).toBe(0);
    expect(judge('POST /settings', [json, 'Transfer-Encoding: chunked'])).toBe(0);
    for (const headers of [
      ['Transfer-Encoding: gzip, chunked'],
      ['Transfer-Encoding: identity'],
      ['Transfer-Encoding: chunked', 'Content-Length: 3'],
      ['Content-Length: 3', 'Content-Length: 3'],
      ['Content-Length: +3'],
    ])
      expect(judge('POST /settings', [json, ...headers])).toBe(400);
  });

  test('F06 a target or headers above 16 KiB are too large, but for the redirect, which has a page for it', () => {
    expect(judge(`GET /settings?${'x'.repeat(17_000)}`)).toBe(431);
    expect(judge('GET /settings', [`X: ${'x'.repeat(17_000)}`])).toBe(431);
    expect(judge(`GET /auth/anthropic/callback?${'x'.repeat(17_000)}`)).toBe(0);
  });
});

describe('F08, F46 methods', () => {
  test('a known path names what it takes; HEAD is never a GET', () => {
    for (const line of [
      'PUT /settings',
      'DELETE /settings',
      'HEAD /settings',
      'OPTIONS /settings',
      'HEAD /',
      'POST /assets/a.js',
    ])
      expect(judge(line)).toBe(405);
    expect(judge('HEAD /auth/anthropic/callback?code=a&state=b', [], { bearer: false })).toBe(405);
    expect(
      judge('POST /auth/anthropic/callback', ['Content-Type: application/x-www-form-urlencoded'], {
        bearer: false,
      }),
    ).toBe(415);
    expect(
      guardRequest(
        {
          method: 'PUT',
          url: '/settings',
          httpVersion: '1.1',
          rawHeaders: ['Host', '127.0.0.1:8765', 'Authorization', `Bearer ${bearer}`],
        },
        rules,
      ),
    ).toEqual({ code: 'method_not_allowed', status: 405, allow: ['GET', 'POST'] });
  });
});

describe('aliases of a path', () => {
  test.each([
    '/assets/../settings',
    '/assets/%2e%2e/settings',
    '/assets/..',
    '/assets/a/./b',
    '/assets//a',
    '/%61ssets/a',
    '/ASSETS/a',
    '/assets/a%00.js',
  ])('%s is not an open path', (path) => {
    expect(judge(`GET ${path}`, [], { bearer: false })).toBe(401);
  });

  test('whatever a target looks like, without a bearer only the four open paths are let in', () => {
    const open =
      /^(?:\/|\/session|\/auth\/anthropic\/callback|\/assets\/[A-Za-z0-9._~:@-]+(?:\/[A-Za-z0-9._~:@-]+)*)(?:\?|$)/;
    const piece = fc.constantFrom(
      '/',
      'assets',
      'settings',
      'session',
      '..',
      '.',
      '%2e',
      '%2f',
      '?',
      ';',
      'auth',
      'anthropic',
      'callback',
      'a',
      '\\',
      '#',
      ' ',
      '%',
    );
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST'), fc.array(piece, { maxLength: 8 }), (method, pieces) => {
        const url = `/${pieces.join('')}`;
        const rawHeaders = [
          'Host',
          '127.0.0.1:8765',
          ...(method === 'POST' ? ['Content-Type', 'application/json'] : []),
        ];
        const refusal = guardRequest({ method, url, httpVersion: '1.1', rawHeaders }, rules);
        expect(refusal !== null || open.test(url)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
