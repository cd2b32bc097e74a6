/**
 * What a token endpoint's refusal means for the grant that was sent:
 * `invalid_grant` (this very grant is no longer good), `misconfigured` (this installation is refused, whatever the grant),
 * `not_spent` (answered, the grant was not looked at or may be sent again), `lost` (the answer was lost behind a gateway: the
 * grant is possibly spent).
 */
export type TokenRefusal = 'invalid_grant' | 'misconfigured' | 'not_spent' | 'lost';

/**
 * RFC 6749 error words, and the `type` words of Anthropic's error body that say the same.
 * Source: RFC 6749, section 5.2; docs/anthropic-oauth.md#expiry-and-rotation.
 */
const configurationWords = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_request',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_request_error',
  'authentication_error',
  'permission_error',
]);

/** Answers of the server itself; 529 is Anthropic's "overloaded". Any other 5xx comes from something in between. */
const serverStatuses = new Set([500, 501, 503, 505, 529]);

/** Classifies any status that is no 2xx. `word` is what `oauthErrorFields` let through. Source: docs/spec/refresh.md#outcomes. */
export function tokenRefusal(status: number, word: string | null): TokenRefusal {
  if (status >= 500) return serverStatuses.has(status) ? 'not_spent' : 'lost';
  if (status !== 400 && status !== 401 && status !== 403) return 'not_spent';
  // RFC 6749 knows 400 and 401 only: a 403 may come from anything on the way, and must not end a sign-in.
  if (word === 'invalid_grant' && status !== 403) return 'invalid_grant';
  return word !== null && configurationWords.has(word) ? 'misconfigured' : 'not_spent';
}
