import { expect, it } from 'vitest';
import { type TokenRefusal, tokenRefusal } from './token-refusal.ts';

const rfcShaped = (error: string | null) => ({ error, isRfcShaped: error !== null });

it.each<[number, string | null, TokenRefusal]>([
  [400, 'invalid_grant', 'invalid_grant'],
  [401, 'invalid_grant', 'invalid_grant'],
  [403, 'invalid_grant', 'invalid_grant'],
  [404, 'invalid_grant', 'not_spent'],
  [429, 'invalid_grant', 'not_spent'],
  [500, 'invalid_grant', 'not_spent'],
  [400, 'invalid_client', 'misconfigured'],
  [401, 'invalid_client', 'misconfigured'],
  [403, 'unauthorized_client', 'misconfigured'],
  [400, 'invalid_request', 'misconfigured'],
  [400, 'unsupported_grant_type', 'misconfigured'],
  [400, 'invalid_scope', 'misconfigured'],
  [400, 'invalid_request_error', 'misconfigured'],
  [401, 'authentication_error', 'misconfigured'],
  [403, 'permission_error', 'misconfigured'],
  [404, 'not_found_error', 'not_spent'],
  [429, 'rate_limit_error', 'not_spent'],
  [400, 'slow_down', 'refused'],
  [400, 'invalid_dpop_proof', 'misconfigured'],
  [401, 'use_dpop_nonce', 'misconfigured'],
  [415, null, 'misconfigured'],
  [400, null, 'refused'],
  [401, null, 'refused'],
  [403, null, 'not_spent'],
  [300, null, 'not_spent'],
  [304, null, 'not_spent'],
  [500, null, 'not_spent'],
  [503, null, 'not_spent'],
  [529, 'overloaded_error', 'not_spent'],
  [502, null, 'lost'],
  [504, null, 'lost'],
  [520, null, 'lost'],
  [599, null, 'lost'],
])('%i with the word %s means %s', (status, word, meaning) => {
  expect(tokenRefusal(status, rfcShaped(word))).toBe(meaning);
});

it('believes a 403 only in the shape in which an authorization server answers', () => {
  expect(tokenRefusal(403, { error: 'invalid_grant', isRfcShaped: false })).toBe('not_spent');
});
