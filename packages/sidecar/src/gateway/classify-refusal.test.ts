import { describe, expect, it } from 'vitest';
import { classifyRefusal, type RefusedAnswer } from './classify-refusal.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const resetMs = nowMs + 3_600_000;

function vendor(type: string, message: string): string {
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: 'req_1' });
}
function rfc(error: string, description = ''): string {
  return JSON.stringify({ error, error_description: description });
}
const unified = {
  'anthropic-ratelimit-unified-status': 'rejected',
  'anthropic-ratelimit-unified-representative-claim': 'five_hour',
  'anthropic-ratelimit-unified-5h-utilization': '1.0',
  'anthropic-ratelimit-unified-5h-reset': String(resetMs / 1000),
  'anthropic-ratelimit-unified-7d-reset': String(resetMs / 1000 + 9999),
};

type Case = readonly [string, Partial<RefusedAnswer>, string];
const table: readonly Case[] = [
  [
    '401 with a challenge invalid_token',
    { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: 'x' },
    'expired_or_rejected_token',
  ],
  [
    '401 OAuth token has expired',
    { status: 401, body: vendor('authentication_error', 'OAuth token has expired. Please …') },
    'expired_or_rejected_token',
  ],
  [
    '401 authentication_error otherwise',
    { status: 401, body: vendor('authentication_error', 'Invalid bearer token') },
    'expired_or_rejected_token',
  ],
  [
    '401 in the other body',
    { status: 401, body: rfc('invalid_token', 'expired') },
    'expired_or_rejected_token',
  ],
  ['bare 401', { status: 401 }, 'expired_or_rejected_token'],
  ['401 that is HTML', { status: 401, body: '<html>no</html>' }, 'expired_or_rejected_token'],
  ['bare 403', { status: 403 }, 'expired_or_rejected_token'],
  [
    '403 revoked',
    { status: 403, body: vendor('permission_error', 'OAuth token has been revoked') },
    'expired_or_rejected_token',
  ],
  [
    '403 with a challenge insufficient_scope, whatever the body says',
    {
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="user:inference"' },
      body: vendor('permission_error', 'OAuth token has been revoked'),
    },
    'scope',
  ],
  [
    '403 scope requirement',
    {
      status: 403,
      body: vendor('permission_error', 'OAuth token does not meet scope requirement user:inference'),
    },
    'scope',
  ],
  ['403 insufficient_scope in the other body', { status: 403, body: rfc('insufficient_scope') }, 'scope'],
  [
    '401 not supported',
    { status: 401, body: vendor('authentication_error', 'OAuth authentication is currently not supported.') },
    'not_allowed_for_organization',
  ],
  [
    '403 not allowed for this organization',
    {
      status: 403,
      body: vendor(
        'permission_error',
        'OAuth authentication is currently not allowed for this organization.',
      ),
    },
    'not_allowed_for_organization',
  ],
  [
    '403 model permission',
    { status: 403, body: vendor('permission_error', 'Model claude-x is not allowed for this organization') },
    'request_fault',
  ],
  ['403 of a proxy', { status: 403, body: '<html>Blocked: your token expired</html>' }, 'request_fault'],
  [
    '401 for a key',
    { kind: 'api_key', status: 401, body: vendor('authentication_error', 'invalid x-api-key') },
    'bad_key',
  ],
  ['bare 401 for a key', { kind: 'api_key', status: 401 }, 'bad_key'],
  [
    '403 for a key',
    { kind: 'api_key', status: 403, body: vendor('permission_error', 'OAuth token has been revoked') },
    'request_fault',
  ],
  [
    '400 only for Claude Code',
    {
      status: 400,
      body: vendor(
        'invalid_request_error',
        'This credential is only authorized for use with Claude Code and cannot be used for other API requests.',
      ),
    },
    'policy',
  ],
  [
    '400 credit',
    {
      kind: 'api_key',
      status: 400,
      body: vendor(
        'invalid_request_error',
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.',
      ),
    },
    'money',
  ],
  [
    '400 extra usage',
    {
      status: 400,
      body: vendor('invalid_request_error', 'Extra usage is required for long context requests'),
    },
    'money',
  ],
  ['402', { status: 402, body: 'x' }, 'money'],
  [
    '403 billing_error',
    { kind: 'api_key', status: 403, body: vendor('billing_error', 'see your account') },
    'money',
  ],
  [
    '400 otherwise',
    {
      status: 400,
      body: vendor('invalid_request_error', 'max_tokens: required; tools.0.name: billing_lookup'),
    },
    'request_fault',
  ],
  ['429 with unified headers', { status: 429, headers: unified }, 'usage_limit'],
  [
    '429 with unified headers that still allow',
    { status: 429, headers: { ...unified, 'anthropic-ratelimit-unified-status': 'allowed' } },
    'throttled',
  ],
  [
    '429 without',
    { status: 429, headers: { 'retry-after': '7' }, body: vendor('rate_limit_error', 'slow down') },
    'throttled',
  ],
  ['500', { status: 500 }, 'transient'],
  ['502 HTML', { status: 502, body: '<html>' }, 'transient'],
  ['529', { status: 529, body: vendor('overloaded_error', 'Overloaded') }, 'transient'],
  ['404', { status: 404 }, 'request_fault'],
  ['413', { status: 413 }, 'request_fault'],
  ['a redirect', { status: 307, headers: { location: 'https://elsewhere.example/' } }, 'unknown'],
];

describe('F38: a refused request', () => {
  it.each(table)('%s', (_name, answer, meaning) => {
    const refusal = classifyRefusal({ kind: 'oauth', status: 0, headers: {}, body: '', nowMs, ...answer });
    expect(refusal.meaning).toBe(meaning);
  });

  it('for a used-up window says which and until when', () => {
    const limit = (headers: RefusedAnswer['headers']): unknown =>
      classifyRefusal({ kind: 'oauth', status: 429, headers, body: '', nowMs });
    expect(limit(unified)).toEqual({
      meaning: 'usage_limit',
      window: 'five_hour',
      model: null,
      resetsAtMs: resetMs,
    });
    expect(limit({ 'anthropic-ratelimit-unified-status': 'rejected', 'retry-after': '60' })).toEqual({
      meaning: 'usage_limit',
      window: 'plan',
      model: null,
      resetsAtMs: nowMs + 60_000,
    });
    expect(
      limit({
        'anthropic-ratelimit-unified-7d_opus-status': 'rejected',
        'anthropic-ratelimit-unified-7d_opus-reset': String(resetMs / 1000),
      }),
    ).toEqual({ meaning: 'usage_limit', window: 'seven_day_opus', model: 'opus', resetsAtMs: resetMs });
  });
});
