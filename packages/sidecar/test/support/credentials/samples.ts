/** Credentials, circumstances and choices of the tests of `nextCredential`. */
import { type CredentialKind, type CredentialRef, credentialKinds, type ErrorCode } from '@postern/contract';
import {
  type Candidate,
  type Choice,
  type Circumstances,
  nothingSettled,
} from '../../../src/credentials/next-credential.ts';
import { credentialRef } from '../../../src/credentials/payer.ts';

export const nowMs = 1_000_000;
export const later = nowMs + 60_000;

export function ref(kind: CredentialKind): CredentialRef {
  return credentialRef(kind, false);
}

export function candidate(kind: CredentialKind, fields: Partial<Candidate> = {}): Candidate {
  return {
    ref: ref(kind),
    usable: true,
    reason: null,
    cooldownUntilMs: null,
    cooldownReason: null,
    ...fields,
  };
}

export const oauth = candidate('oauth');
export const key = candidate('api_key');
export const noOAuth = candidate('oauth', { usable: false, reason: 'not_signed_in' });
export const noKey = candidate('api_key', { usable: false, reason: 'not_signed_in' });
export const endedOAuth = candidate('oauth', { usable: false, reason: 'reauthorization_required' });
export const limitedOAuth = candidate('oauth', {
  reason: 'plan_limit_reached',
  cooldownUntilMs: later,
  cooldownReason: 'usage_limit',
});
export const elsewhere = candidate('claude_code', { usable: false, reason: 'conversation_elsewhere' });
export const refusedOAuth = candidate('oauth', { cooldownUntilMs: later, cooldownReason: 'auth_failure' });

export function circumstances(fields: Partial<Circumstances>): Circumstances {
  return {
    order: credentialKinds,
    candidates: [oauth, key],
    fallback: { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 },
    settled: nothingSettled,
    nowMs,
    ...fields,
  };
}

export function use(kind: CredentialKind, reason: string): Partial<Choice> {
  return { do: 'use', credential: ref(kind), reason } as Partial<Choice>;
}
export function ask(reason: string): Partial<Choice> {
  return { do: 'ask', from: ref('oauth'), to: ref('api_key'), reason } as Partial<Choice>;
}
export function stop(code: ErrorCode, retryAtMs: number | null = null): Partial<Choice> {
  return { do: 'stop', code, retryAtMs };
}

export const never = { onAuthFailure: 'never', onUsageLimit: 'never', capUsdPerDay: 5 } as const;
export const askAlways = { onAuthFailure: 'ask', onUsageLimit: 'ask', capUsdPerDay: 5 } as const;
export const allowAlways = { onAuthFailure: 'allow', onUsageLimit: 'allow', capUsdPerDay: 5 } as const;
export const keyId = key.ref.id;
export const yes = { ...nothingSettled, consents: new Set([keyId]) };
export const no = { ...nothingSettled, declined: new Set([keyId]) };
export function refused(...entries: [string, ErrorCode | 'auth_failure'][]): Circumstances['settled'] {
  return { ...nothingSettled, refused: new Map(entries) };
}
