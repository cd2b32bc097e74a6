import type { FastifyRequest } from 'fastify';
import type { AccessTokens, TokenVerdict } from '../authorization-server/access-tokens.ts';
import type { RequestLog } from '../control/request-log.ts';
import type { Switches } from '../control/switches.ts';
import type { Connection, Connections } from '../platform/connections.ts';
import type { Answer } from '../wire/answer.ts';
import { apiError } from './error-answer.ts';
import { refusal } from './refusal.ts';

/** The API key that is always accepted. A constant on purpose: it opens nothing but this fake. */
export const sandboxApiKey = 'sk-ant-api03-postern-sandbox-no-real-account-no-cost';

/** Which credential a request carries. */
export type Caller =
  | { readonly kind: 'oauth'; readonly email: string; readonly connection: Connection | null }
  | { readonly kind: 'api_key' };

/** What the check of a credential needs. */
export interface AuthenticateDeps {
  readonly accessTokens: AccessTokens;
  /** Of the platform, where tokens bill an organization; null: they are a plan's. */
  readonly connections: Connections | null;
  readonly switches: Switches;
  readonly log: RequestLog;
}

/**
 * Who calls, or the documented refusal. Exactly one credential: a bearer token of this server's, or a key; a key may come as a bearer too.
 * Source: @anthropic-ai/sdk 1.12.0 sends `apiKey` as `Authorization: Bearer`, measured.
 */
export function authenticate(request: FastifyRequest, deps: AuthenticateDeps): Caller | Answer {
  const { authorization } = request.headers;
  const key = request.headers['x-api-key'];
  if (authorization !== undefined && key !== undefined)
    return apiError(400, 'invalid_request_error', 'Send either Authorization or x-api-key, not both.');
  if (authorization !== undefined) return judgeBearer(request, authorization, deps);
  if (typeof key === 'string') return judgeKey(request, key, deps);
  return apiError(401, 'authentication_error', 'x-api-key header is required');
}

function judgeBearer(request: FastifyRequest, header: string, deps: AuthenticateDeps): Caller | Answer {
  const token = /^Bearer ([A-Za-z0-9._~+/=-]+)$/i.exec(header)?.[1];
  if (token === undefined) return refusal('invalid_token');
  if (token.startsWith('sk-ant-api')) return judgeKey(request, token, deps);
  deps.log.credential(request.note, 'bearer', token);
  const verdict = deps.accessTokens.judge(token);
  switch (verdict.type) {
    case 'expired':
      return refusal('token_expired');
    case 'withdrawn':
      return refusal('token_revoked');
    case 'unknown':
      return refusal('invalid_token');
    case 'valid':
      return judgeScopes(verdict, deps.connections);
  }
}

function judgeScopes(
  { email, grantId, scopes }: Extract<TokenVerdict, { type: 'valid' }>,
  connections: Connections | null,
): Caller | Answer {
  const needed = connections === null ? 'user:inference' : 'billing:attribution';
  if (!scopes.includes(needed)) return refusal('insufficient_scope');
  return { kind: 'oauth', email, connection: connections?.of(grantId) ?? null };
}

function judgeKey(
  request: FastifyRequest,
  key: string,
  { switches, log }: AuthenticateDeps,
): Caller | Answer {
  log.credential(request.note, 'api_key', key);
  const known = key === sandboxApiKey || switches.accepts(key);
  return known && !switches.keyRefused ? { kind: 'api_key' } : refusal('invalid_api_key');
}
