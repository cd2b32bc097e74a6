import { z } from 'zod';

/** How often a fault happens, how long it waits first, and what it says. Every fault may have the first two. */
const timing = {
  times: z.int().min(1).max(10_000).default(1),
  delayMs: z.int().min(0).max(600_000).optional(),
};
const answer = {
  status: z.int().min(200).max(599).optional(),
  retryAfterSeconds: z.int().min(0).max(86_400).optional(),
  /** For `redirect`; loopback only. Default: `/redirect-target` of this server under its other loopback name. */
  location: z.url().refine(isLoopbackUrl, 'must be an http URL of 127.0.0.1, localhost or [::1]').optional(),
};

/** Trouble that every endpoint can have; `clear` empties the endpoint's queue. */
const everywhere = [
  'clear',
  'status',
  'delay',
  'timeout',
  'reset',
  'html',
  'not_json',
  'cut_off',
  'oversize',
  'redirect',
] as const;

/** The token is really spent (or the code, or the revocation done) before the answer is lost. */
const afterProcessing = ['reset_after_processing', 'timeout_after_processing'] as const;

const tokenFaultSchema = z.strictObject({
  on: z.literal('token'),
  kind: z.enum([
    ...everywhere,
    ...afterProcessing,
    'invalid_grant',
    'invalid_client',
    'invalid_request',
    'unauthorized_client',
    'anthropic_error',
    'array',
    'error_in_200',
    'empty_token',
    'no_access_token',
    'no_refresh_token',
    'smaller_scope',
    'wrong_token_type',
    'bad_expires_in',
  ]),
  /** Only requests with this grant type meet it. */
  grant: z.enum(['authorization_code', 'refresh_token']).optional(),
  /** For `bad_expires_in` (default -1) and `wrong_token_type` (default `mac`); null leaves the member out. */
  value: z.union([z.string(), z.number(), z.null()]).optional(),
  ...timing,
  ...answer,
});

/** Why the Messages API says no; each has the documented body. See `refusals` for status and wording. */
export const refusalReasons = [
  'token_expired',
  'invalid_token',
  'invalid_api_key',
  'bare',
  'token_revoked',
  'insufficient_scope',
  'organization_not_allowed',
  'oauth_not_supported',
  'model_not_allowed',
  'claude_code_only',
  'invalid_request',
  'billing',
  'extra_usage',
  'usage_limit',
  'rate_limited',
  'api_error',
  'overloaded',
] as const;

const apiFaultSchema = z.strictObject({
  on: z.enum(['messages', 'count_tokens', 'models']),
  kind: z.enum([
    ...everywhere,
    ...afterProcessing,
    'reset_mid_stream',
    'garbage_mid_stream',
    'error_mid_stream',
    'stall_mid_stream',
    'slow_stream',
  ]),
  /** For `status`: which of the documented bodies. Default: the usual one of the status. */
  reason: z.enum(refusalReasons).optional(),
  /** Only requests with this kind of credential meet it. */
  credential: z.enum(['oauth', 'api_key']).optional(),
  /** For `*_mid_stream`: how many text deltas are sent before the trouble. */
  afterDeltas: z.int().min(0).max(10_000).default(1),
  ...timing,
  ...answer,
});

const metadataFaultSchema = z.strictObject({
  on: z.literal('metadata'),
  kind: z.enum([
    ...everywhere,
    'issuer_mismatch',
    'no_s256',
    'no_revocation_endpoint',
    'javascript_endpoint',
    'file_endpoint',
    'http_endpoint',
    'userinfo_endpoint',
    'dash_endpoint',
    'foreign_endpoint',
  ]),
  ...timing,
  ...answer,
});

const revokeFaultSchema = z.strictObject({
  on: z.literal('revoke'),
  kind: z.enum([...everywhere, ...afterProcessing, 'unsupported']),
  ...timing,
  ...answer,
});

/** `POST /sandbox/faults`: trouble that the next matching requests meet, in the order it was queued. */
export const faultSchema = z.discriminatedUnion('on', [
  tokenFaultSchema,
  apiFaultSchema,
  metadataFaultSchema,
  revokeFaultSchema,
]);

export type Fault = z.infer<typeof faultSchema>;
export type TokenFault = z.infer<typeof tokenFaultSchema>;
export type ApiFault = z.infer<typeof apiFaultSchema>;
export type MetadataFault = z.infer<typeof metadataFaultSchema>;
export type RevokeFault = z.infer<typeof revokeFaultSchema>;
export type RefusalReason = (typeof refusalReasons)[number];

function isLoopbackUrl(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
}
