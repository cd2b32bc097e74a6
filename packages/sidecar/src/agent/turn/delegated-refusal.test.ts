import { describe, expect, it } from 'vitest';
import { type DelegatedSigns, delegatedRefusal } from './delegated-refusal.ts';

const nothing: DelegatedSigns = {
  kind: 'claude_code',
  found: 'as_chosen',
  error: null,
  apiStatus: null,
  retryError: null,
  limit: null,
  goesOnInOverage: false,
  model: null,
};
const usedUp = { status: 'rejected', resetsAt: 1_800_000_000, rateLimitType: 'five_hour' } as const;

describe('a failed turn with a sign-in of the program’s own', () => {
  it.each<[Partial<DelegatedSigns>, string]>([
    [{ found: 'signed_out' }, 'reauthorization_required'],
    [{ error: 'authentication_failed', apiStatus: 401 }, 'reauthorization_required'],
    [{ error: 'oauth_org_not_allowed', apiStatus: 403 }, 'organization_not_allowed'],
    [{ error: 'rate_limit', apiStatus: 429, limit: usedUp }, 'plan_limit_reached'],
    [{ kind: 'console_profile', error: 'invalid_request' }, 'reauthorization_required'],
    [{ error: 'unknown', retryError: 'authentication_failed' }, 'reauthorization_required'],
  ])('%j is the sign-in’s fault: %s', (signs, code) => {
    expect(delegatedRefusal({ ...nothing, ...signs })?.code).toBe(code);
  });

  it.each<Partial<DelegatedSigns>>([
    { error: 'rate_limit', apiStatus: 429 },
    { error: 'rate_limit', apiStatus: 429, limit: { status: 'allowed_warning' } },
    { kind: 'console_profile', error: 'invalid_request', apiStatus: 400 },
    { error: 'invalid_request' },
    { error: 'unknown', apiStatus: 500, retryError: 'authentication_failed' },
    { error: 'unknown', retryError: 'server_error' },
    { error: 'overloaded', apiStatus: 529 },
    { error: 'billing_error', apiStatus: 400 },
    { error: 'account_on_hold', apiStatus: 403 },
    {},
  ])('%j is not: no other payer may paper over it', (signs) => {
    expect(delegatedRefusal({ ...nothing, ...signs })).toBeNull();
  });

  it('is remembered until the reset that the program named', () => {
    expect(delegatedRefusal({ ...nothing, error: 'rate_limit', limit: usedUp })?.outcome).toEqual({
      type: 'limit_reached',
      model: null,
      resetsAtMs: 1_800_000_000_000,
    });
  });

  it.each([
    ['claude-opus-5-5', 'seven_day_opus', 'opus'],
    ['claude-opus-5-5', 'seven_day', null],
    [null, 'seven_day_opus', null],
  ] as const)('asked for %s, the window %s puts %s on hold', (model, rateLimitType, held) => {
    const signs = { error: 'rate_limit', limit: { ...usedUp, rateLimitType }, model } as const;
    expect(delegatedRefusal({ ...nothing, ...signs })?.outcome).toMatchObject({ model: held });
  });
});
