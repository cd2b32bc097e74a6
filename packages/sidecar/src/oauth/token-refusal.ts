import type { OAuthErrorFields } from '../secret/index.ts';

/**
 * What a token endpoint's refusal means for the grant that was sent:
 * `invalid_grant` (this very grant is no longer good), `misconfigured` (this installation is refused, whatever the grant),
 * `refused` (the server itself refuses, and does not say why), `not_spent` (answered, the grant was not looked at or may be sent
 * again), `lost` (the answer was lost behind a gateway: the grant is possibly spent).
 */
export type TokenRefusal = 'invalid_grant' | 'misconfigured' | 'refused' | 'not_spent' | 'lost';

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
  'invalid_dpop_proof',
  'use_dpop_nonce',
]);

/** Answers of the server itself; 529 is Anthropic's "overloaded". Any other 5xx comes from something in between. */
const serverStatuses = new Set([500, 501, 503, 505, 529]);

/**
 * Classifies any status that is no 2xx, by its error fields. Source: docs/spec/refresh.md#outcomes. RFC 6749 knows 400 and 401 only, and a 403 may come from anything on
 * the way; but a body in the RFC's shape is the server's word at 403 as well (oauth2orize answers so).
 */
export function tokenRefusal(
  status: number,
  { error: word, isRfcShaped }: Pick<OAuthErrorFields, 'error' | 'isRfcShaped'>,
): TokenRefusal {
  if (status >= 500) return serverStatuses.has(status) ? 'not_spent' : 'lost';
  // The encoding of the request is not taken: POSTERN_OAUTH_TOKEN_BODY.
  if (status === 415) return 'misconfigured';
  if (status !== 400 && status !== 401 && status !== 403) return 'not_spent';
  const isServersWord = status !== 403 || isRfcShaped;
  if (word === 'invalid_grant' && isServersWord) return 'invalid_grant';
  if (word !== null && configurationWords.has(word)) return 'misconfigured';
  return isServersWord ? 'refused' : 'not_spent';
}
