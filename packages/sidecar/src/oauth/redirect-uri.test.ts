import { expect, it } from 'vitest';
import { redirectReceiver, usesOwnListener, withPort } from './redirect-uri.ts';

it.each([
  ['http://127.0.0.1:{port}/auth/anthropic/callback', 'sidecar'],
  ['http://127.0.0.1:8765/auth/anthropic/callback', 'sidecar'],
  ['http://127.0.0.1:8766/auth/anthropic/callback', 'own_listener'],
  ['http://localhost:{port}/auth/anthropic/callback', 'own_listener'],
  ['http://127.0.0.1:{port}/callback', 'own_listener'],
  ['http://[::1]:{port}/callback', 'own_listener'],
  ['https://platform.claude.com/oauth/code/callback', 'elsewhere'],
  ['com.example.app:/callback', 'elsewhere'],
])('%s comes back to: %s', (redirectUri, receiver) => {
  expect(redirectReceiver(redirectUri, 8765)).toBe(receiver);
  expect(usesOwnListener(redirectUri, 8765)).toBe(receiver !== 'sidecar');
});

it('without the sidecar’s port only the default is the sidecar’s', () => {
  expect(usesOwnListener('http://127.0.0.1:{port}/auth/anthropic/callback')).toBe(false);
  expect(usesOwnListener('http://127.0.0.1:8765/auth/anthropic/callback')).toBe(true);
});

it('fills in the port, and leaves a URI that has one', () => {
  expect(withPort('http://localhost:{port}/callback', 81)).toBe('http://localhost:81/callback');
  expect(withPort('http://localhost:1455/callback', 81)).toBe('http://localhost:1455/callback');
});
