/** What may be kept of an error body. */
export interface OAuthErrorFields {
  /** RFC 6749 error word, or the `type` of Anthropic's error shape; null where there is none. */
  readonly error: string | null;
  readonly requestId: string | null;
  /** `error` is a text of the body itself, as RFC 6749 has it: an authorization server wrote this. */
  readonly isRfcShaped: boolean;
}

const nothing: OAuthErrorFields = { error: null, requestId: null, isRfcShaped: false };

const word = /^[a-z][a-z0-9_.-]{0,63}$/;

/**
 * The allow-list for error bodies: only the error word and the request id leave; a description may echo a token and is
 * dropped. Reads both shapes, `{error:"…"}` and `{type:"error",error:{type},request_id}`.
 * Source: RFC 6749, section 5.2; facts of the vendor's dialect, docs/anthropic-oauth.md.
 */
export function oauthErrorFields(body: unknown): OAuthErrorFields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return nothing;
  const { error, request_id: requestId } = body as { error?: unknown; request_id?: unknown };
  const nested = typeof error === 'object' && error !== null ? (error as { type?: unknown }).type : error;
  return {
    error: typeof nested === 'string' && word.test(nested) ? nested : null,
    requestId: typeof requestId === 'string' && /^[\w-]{1,80}$/.test(requestId) ? requestId : null,
    isRfcShaped: typeof error === 'string' && word.test(error),
  };
}
