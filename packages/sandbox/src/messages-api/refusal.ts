import type { RefusalReason } from '../control/fault-schema.ts';
import type { LimitWindow } from '../control/switches.ts';
import type { Answer } from '../wire/answer.ts';
import { type ApiErrorType, apiError, errorTypeOf } from './error-answer.ts';
import { limitReachedHeaders } from './rate-limit-headers.ts';

interface Refusal {
  readonly status: number;
  readonly type: ApiErrorType;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Why the API says no, with status, error type and wording of the real one.
 * Source: facts of the vendor's answers, docs/anthropic-oauth.md; platform.claude.com/docs/en/api/errors.
 */
const refusals: Readonly<Record<Exclude<RefusalReason, 'bare' | 'usage_limit'>, Refusal>> = {
  token_expired: {
    status: 401,
    type: 'authentication_error',
    message: 'OAuth token has expired. Please obtain a new token or refresh your existing token.',
    headers: challenge('invalid_token', 'The access token expired'),
  },
  invalid_token: {
    status: 401,
    type: 'authentication_error',
    message: 'Invalid bearer token',
    headers: challenge('invalid_token', 'The access token is invalid'),
  },
  invalid_api_key: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  token_revoked: {
    status: 403,
    type: 'permission_error',
    message: 'OAuth token has been revoked. Please obtain a new token.',
  },
  insufficient_scope: {
    status: 403,
    type: 'permission_error',
    message: 'OAuth token does not meet scope requirement user:inference',
    headers: challenge('insufficient_scope', 'The request requires user:inference'),
  },
  organization_not_allowed: {
    status: 403,
    type: 'permission_error',
    message: 'OAuth authentication is currently not allowed for this organization.',
  },
  oauth_not_supported: {
    status: 401,
    type: 'authentication_error',
    message: 'OAuth authentication is currently not supported.',
  },
  model_not_allowed: {
    status: 403,
    type: 'permission_error',
    message: 'Your organization does not have access to this model.',
  },
  claude_code_only: {
    status: 400,
    type: 'invalid_request_error',
    message:
      'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
  },
  invalid_request: {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request could not be understood.',
  },
  billing: {
    status: 400,
    type: 'invalid_request_error',
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  },
  extra_usage: {
    status: 402,
    type: 'billing_error',
    message: 'Extra usage is required for this request. Enable it in your plan’s settings.',
  },
  rate_limited: {
    status: 429,
    type: 'rate_limit_error',
    message: 'This request would exceed the rate limit for your organization.',
    headers: { 'retry-after': '5' },
  },
  api_error: { status: 500, type: 'api_error', message: 'Internal server error' },
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
};

/** The usual reason of a status, where there is one; 401 depends on the credential that came. */
const usualReason: Readonly<Record<number, RefusalReason>> = {
  400: 'claude_code_only',
  402: 'extra_usage',
  403: 'token_revoked',
  429: 'rate_limited',
  500: 'api_error',
  529: 'overloaded',
};

/** The answer of a reason; `status` and extra headers win over the usual ones. */
export function refusal(
  reason: RefusalReason,
  options: {
    readonly status?: number | undefined;
    readonly window?: LimitWindow;
    readonly resetsAtMs?: number;
  } = {},
): Answer {
  if (reason === 'bare') return { status: options.status ?? 401, headers: {}, body: '' };
  if (reason === 'usage_limit') {
    const window = options.window ?? 'five_hour';
    const resetsAtMs = options.resetsAtMs ?? Date.now() + 3_600_000;
    return apiError(
      options.status ?? 429,
      'rate_limit_error',
      'This request would exceed your account’s rate limit. Please try again later.',
      limitReachedHeaders(window, resetsAtMs, Date.now()),
    );
  }
  const { status, type, message, headers } = refusals[reason];
  return apiError(options.status ?? status, type, message, headers);
}

/** The answer of a bare status, as the API would give it to this kind of credential. */
export function refusalOfStatus(status: number, credential: 'oauth' | 'api_key' | null): Answer {
  if (status === 401) return refusal(credential === 'api_key' ? 'invalid_api_key' : 'invalid_token');
  const reason = usualReason[status];
  if (reason !== undefined) return refusal(reason);
  return apiError(status, errorTypeOf(status), `The server answered with status ${status}`);
}

function challenge(error: string, description: string): Readonly<Record<string, string>> {
  return {
    'www-authenticate': `Bearer realm="sandbox", error="${error}", error_description="${description}"`,
  };
}
