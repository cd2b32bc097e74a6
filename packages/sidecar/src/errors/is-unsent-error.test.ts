import { expect, it } from 'vitest';
import { isUnsentError } from './is-unsent-error.ts';

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(code), { code, syscall });
}

it.each([
  ['no such name', systemError('ENOTFOUND', 'getaddrinfo'), true],
  ['a resolver that fails in any way', systemError('EAI_FAIL', 'getaddrinfo'), true],
  ['a host that cannot be reached', systemError('EHOSTUNREACH', 'connect'), true],
  ['a connect that times out', systemError('ETIMEDOUT', 'connect'), true],
  ['a time-out later on', systemError('ETIMEDOUT', 'read'), false],
  ['a reset', systemError('ECONNRESET', 'read'), false],
  ['a broken pipe', systemError('EPIPE', 'write'), false],
  [
    'both families refused',
    new AggregateError([systemError('ECONNREFUSED', 'connect'), systemError('ENETUNREACH', 'connect')]),
    true,
  ],
  [
    'one refused, one reset',
    new AggregateError([systemError('ECONNREFUSED', 'connect'), systemError('ECONNRESET', 'read')]),
    false,
  ],
  [
    'fetch’s wrapping',
    new TypeError('fetch failed', { cause: systemError('ECONNREFUSED', 'connect') }),
    true,
  ],
  [
    'a proxy that refuses the tunnel',
    new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'UND_ERR_PRX_CONN' }) }),
    true,
  ],
  [
    'an alert after the handshake',
    Object.assign(new Error('x'), { code: 'ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC' }),
    false,
  ],
  ['an abort', new DOMException('x', 'TimeoutError'), false],
  ['an unknown error', new Error('x'), false],
  ['no error at all', 'x', false],
])('knows whether nothing was sent after %s', (_, error, expected) => {
  expect(isUnsentError(error)).toBe(expected);
});
