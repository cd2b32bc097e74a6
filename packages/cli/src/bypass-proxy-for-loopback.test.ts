import { expect, test } from 'vitest';
import { bypassProxyForLoopback } from './bypass-proxy-for-loopback.ts';

test.each([
  [{}, '127.0.0.1,localhost,::1'],
  [{ NO_PROXY: '' }, '127.0.0.1,localhost,::1'],
  [{ NO_PROXY: 'a.example, b.example' }, 'a.example,b.example,127.0.0.1,localhost,::1'],
  [{ no_proxy: 'small.example', NO_PROXY: 'large.example' }, 'small.example,127.0.0.1,localhost,::1'],
])('F52 %j never sends loopback through a proxy', (given: Record<string, string>, expected) => {
  const environment: Record<string, string | undefined> = { ...given };
  bypassProxyForLoopback(environment);
  expect(environment).toEqual({ no_proxy: expected, NO_PROXY: expected });
});
