import { randomBytes } from 'node:crypto';
import { type Answer, jsonAnswer } from '../wire/answer.ts';

/** Error types of the Messages API. Source: platform.claude.com/docs/en/api/errors, 2026-11. */
export type ApiErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'billing_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'api_error'
  | 'overloaded_error';

/** An id as the `request-id` header carries it. */
export function newRequestId(): string {
  return `req_${randomBytes(12).toString('hex')}`;
}

/** An error in the documented shape, with its `request-id`. */
export function apiError(
  status: number,
  type: ApiErrorType,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const requestId = newRequestId();
  return jsonAnswer(
    status,
    { type: 'error', error: { type, message }, request_id: requestId },
    { 'request-id': requestId, ...headers },
  );
}

/** The usual error type of a status. */
export function errorTypeOf(status: number): ApiErrorType {
  const usual: Readonly<Record<number, ApiErrorType>> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  return usual[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
