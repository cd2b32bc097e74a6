import { describe, expect, it } from 'vitest';
import { createRedirectGuard } from './redirect-guard.ts';

const good = { method: 'GET', url: '/callback?code=c&state=s', httpVersion: '1.1' };

function verdict(change: Partial<typeof good>, headers: Record<string, string> = {}): unknown {
  const guard = createRedirectGuard('http://localhost:4711/callback');
  const rawHeaders = Object.entries({ Host: 'localhost:4711', ...headers }).flat();
  const judged = guard.judge({ ...good, ...change, rawHeaders });
  return judged.pass ? judged.response.parameters.toString() : judged.status;
}

const navigation = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };

describe('the guard of a redirect URI', () => {
  it.each<[string, Partial<typeof good>, Record<string, string>]>([
    ['a program that says nothing of itself', {}, {}],
    ['a navigation from another site', {}, { 'Sec-Fetch-Site': 'cross-site', ...navigation }],
    ['a navigation from another port', {}, { 'Sec-Fetch-Site': 'same-site', ...navigation }],
    ['a typed address', {}, { 'Sec-Fetch-Site': 'none', ...navigation }],
  ])('lets %s through, with its parameters', (_, change, headers) => {
    expect(verdict(change, headers)).toBe('code=c&state=s');
  });

  it('keeps repeated parameters, so that they can be refused', () => {
    expect(verdict({ url: '/callback?code=a&code=b' })).toBe('code=a&code=b');
  });

  it.each<[string, number, Partial<typeof good>, Record<string, string>]>([
    ['F08: HEAD', 405, { method: 'HEAD' }, {}],
    ['F08: a POSTed form', 415, { method: 'POST' }, { 'Content-Type': 'application/x-www-form-urlencoded' }],
    ['a POST of nothing', 415, { method: 'POST' }, {}],
    ['a POST of JSON', 405, { method: 'POST' }, { 'Content-Type': 'application/json' }],
    ['PUT', 405, { method: 'PUT' }, {}],
    ['OPTIONS', 405, { method: 'OPTIONS' }, {}],
    [
      'a preflight',
      403,
      { method: 'OPTIONS' },
      { Origin: 'https://x.example', 'Access-Control-Request-Method': 'GET' },
    ],
    ['F08: Sec-Purpose: prefetch', 204, {}, { 'Sec-Purpose': 'prefetch', 'Sec-Fetch-Site': 'cross-site' }],
    ['F08: Sec-Purpose: prefetch;prerender', 204, {}, { 'Sec-Purpose': 'prefetch;prerender' }],
    ['F08: Purpose: prefetch', 204, {}, { Purpose: 'prefetch' }],
    [
      'an image from another site',
      403,
      {},
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
    ],
    [
      'a fetch from another port',
      403,
      {},
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' },
    ],
    [
      'a frame of another site',
      403,
      {},
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    ],
    ['an unknown site word', 403, {}, { 'Sec-Fetch-Site': 'x', ...navigation }],
    ['another origin', 403, {}, { Origin: 'https://evil.example' }],
    ['another path', 404, { url: '/callback/?code=c' }, {}],
    ['the path in other letters', 404, { url: '/Callback?code=c' }, {}],
    ['another host', 421, {}, { Host: 'evil.example' }],
    ['the other name of loopback', 421, {}, { Host: '127.0.0.1:4711' }],
    ['another port', 421, {}, { Host: 'localhost:4712' }],
    ['HTTP/1.0', 400, { httpVersion: '1.0' }, {}],
    ['an absolute target', 400, { url: 'http://localhost:4711/callback?code=c' }, {}],
    ['F06: more than 16 KiB of query', 431, { url: `/callback?code=${'c'.repeat(16 * 1024)}` }, {}],
  ])('stops %s with %i', (_, status, change, headers) => {
    expect(verdict(change, headers)).toBe(status);
  });

  it('F01: answers the 21st failed page with 429, and a right one still with 200', () => {
    const guard = createRedirectGuard('http://localhost:4711/callback');
    const statuses = Array.from({ length: 25 }, () => guard.statusOf('failed'));
    expect(statuses).toEqual([...Array(20).fill(400), ...Array(5).fill(429)]);
    expect(guard.statusOf('denied')).toBe(400);
    expect(guard.statusOf('signed_in')).toBe(200);
  });
});
