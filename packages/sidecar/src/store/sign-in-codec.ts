import { isErrorCode } from '@postern/contract';
import { z } from 'zod';
import { bypassTriggers, type SignIn, signInStatuses } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import type { Codec } from './codec.ts';

const unixMs = z.number();
const token = z.string().min(1);

/** The sealed record of a sign-in. Instants are Unix milliseconds; `scope` is the RFC 6749 string of section 3.3. */
const sealedSignInSchema = z.object({
  version: z.int().min(0),
  status: z.enum(signInStatuses),
  reason: z.enum(['refresh_rejected', 'interrupted_refresh']).nullable(),
  tokens: z
    .object({
      anthropic_oauth_access_token: token,
      anthropic_oauth_refresh_token: token.nullable(),
      token_type: z.string(),
      scope: z.string(),
      issued_at: unixMs,
      expires_at: unixMs,
      login_ends_at: unixMs.nullable(),
      dpop_key: token.optional(),
    })
    .nullable(),
  issuer: z.string().nullable(),
  client_id: z.string().nullable(),
  account: z
    .object({
      email: z.string().nullable(),
      organization: z.string().nullable(),
      name: z.string().optional(),
      connectionId: z.string().optional(),
    })
    .nullable(),
  failed_attempt: z
    .object({
      code: z.string().refine(isErrorCode),
      at: unixMs,
      count: z.int(),
      retry_at: unixMs,
      tried_outside: z.array(z.enum(bypassTriggers)).optional(),
      refused: z.boolean().optional(),
    })
    .nullable(),
  intent: z
    .object({
      refresh_token_fingerprint: z.string(),
      at: unixMs,
      unanswered: z.boolean(),
      tried_late: z.boolean(),
    })
    .nullable(),
  accepted_at: unixMs.nullable(),
  cooldown: z.object({ until: unixMs, version: z.int() }).nullable(),
});
type SealedSignIn = z.infer<typeof sealedSignInSchema>;

/** A sign-in under the names of docs/spec/contract.md#storage, and back. */
export const signInCodec: Codec<SignIn> = {
  name: 'sign_in',
  format: 1,
  toText: (record) => JSON.stringify(toSealed(record)),
  fromText: (text) => fromSealed(sealedSignInSchema.parse(JSON.parse(text))),
};

/** A sign-in at an MCP server, under the same names. */
export const serverSignInCodec: Codec<SignIn> = { ...signInCodec, name: 'mcp_sign_in' };

function toSealed({ tokens, failedAttempt, intent, cooldown, ...record }: SignIn): SealedSignIn {
  return {
    version: record.version,
    status: record.status,
    reason: record.reason,
    tokens: tokens && {
      anthropic_oauth_access_token: tokens.accessToken.reveal(),
      anthropic_oauth_refresh_token: tokens.refreshToken?.reveal() ?? null,
      token_type: tokens.tokenType,
      scope: tokens.scopes.join(' '),
      issued_at: tokens.issuedAtMs,
      expires_at: tokens.expiresAtMs,
      login_ends_at: tokens.loginEndsAtMs,
      ...(tokens.proofKey === undefined ? {} : { dpop_key: tokens.proofKey.reveal() }),
    },
    issuer: record.issuer,
    client_id: record.clientId,
    account: record.account,
    failed_attempt: failedAttempt && {
      code: failedAttempt.code,
      at: failedAttempt.atMs,
      count: failedAttempt.count,
      retry_at: failedAttempt.retryAtMs,
      ...(failedAttempt.triedOutside === undefined ? {} : { tried_outside: [...failedAttempt.triedOutside] }),
      ...(failedAttempt.refused === undefined ? {} : { refused: failedAttempt.refused }),
    },
    intent: intent && {
      refresh_token_fingerprint: intent.refreshTokenFingerprint,
      at: intent.atMs,
      unanswered: intent.unanswered,
      tried_late: intent.triedLate,
    },
    accepted_at: record.acceptedAtMs,
    cooldown: cooldown && { until: cooldown.untilMs, version: cooldown.version },
  };
}

function fromSealed({ tokens, failed_attempt, intent, cooldown, ...record }: SealedSignIn): SignIn {
  return {
    version: record.version,
    status: record.status,
    reason: record.reason,
    tokens: tokens && {
      accessToken: new Secret(tokens.anthropic_oauth_access_token),
      refreshToken:
        tokens.anthropic_oauth_refresh_token === null
          ? null
          : new Secret(tokens.anthropic_oauth_refresh_token),
      tokenType: tokens.token_type,
      scopes: tokens.scope === '' ? [] : tokens.scope.split(' '),
      issuedAtMs: tokens.issued_at,
      expiresAtMs: tokens.expires_at,
      loginEndsAtMs: tokens.login_ends_at,
      ...(tokens.dpop_key === undefined ? {} : { proofKey: new Secret(tokens.dpop_key) }),
    },
    issuer: record.issuer,
    clientId: record.client_id,
    account: record.account,
    failedAttempt: failed_attempt && {
      code: failed_attempt.code,
      atMs: failed_attempt.at,
      count: failed_attempt.count,
      retryAtMs: failed_attempt.retry_at,
      ...(failed_attempt.tried_outside === undefined ? {} : { triedOutside: failed_attempt.tried_outside }),
      ...(failed_attempt.refused === undefined ? {} : { refused: failed_attempt.refused }),
    },
    intent: intent && {
      refreshTokenFingerprint: intent.refresh_token_fingerprint,
      atMs: intent.at,
      unanswered: intent.unanswered,
      triedLate: intent.tried_late,
    },
    acceptedAtMs: record.accepted_at,
    cooldown: cooldown && { untilMs: cooldown.until, version: cooldown.version },
  };
}
