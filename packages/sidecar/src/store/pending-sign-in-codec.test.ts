import { expect, test } from 'vitest';
import { shown } from '../../test/support/store/harness.ts';
import { Secret } from '../secret/index.ts';
import type { PendingSignIn } from './pending-sign-in.ts';
import { pendingSignInCodec } from './pending-sign-in-codec.ts';

const pending: PendingSignIn = {
  signInId: 'one',
  credentialId: 'oauth:default',
  state: new Secret('state'),
  codeVerifier: new Secret('verifier'),
  issuer: 'https://login.example',
  redirectUri: 'http://127.0.0.1:1/callback',
  authorizationUrl: 'https://login.example/authorize',
  startedAtMs: 1,
  expiresAtMs: 2,
};

test.each([
  ['bearer tokens', pending],
  ['tokens bound to a key', { ...pending, proofKey: new Secret('key') }],
])('a pending sign-in for %s comes back from its text as it was', (_, record) => {
  const text = pendingSignInCodec.toText(record);
  expect(shown(pendingSignInCodec.fromText(text))).toEqual(shown(record));
  expect('dpop_key' in (JSON.parse(text) as object)).toBe('proofKey' in record);
});
