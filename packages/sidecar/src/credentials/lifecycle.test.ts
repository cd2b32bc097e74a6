import { describe, expect, it } from 'vitest';
import { Secret } from '../secret/index.ts';
import { apply, defaultCooldownMs, type Fact, lifecycleTable } from './lifecycle.ts';
import {
  absentSignIn,
  type FailedAttempt,
  type SignIn,
  type SignInStatus,
  signInStatuses,
  type Tokens,
} from './sign-in.ts';

const tokens = (name: string, refreshToken: string | null = `${name}-refresh`): Tokens => ({
  accessToken: new Secret(`${name}-access`),
  refreshToken: refreshToken === null ? null : new Secret(refreshToken),
  tokenType: 'Bearer',
  scopes: ['user:inference'],
  issuedAtMs: 0,
  expiresAtMs: 3_600_000,
  loginEndsAtMs: 9_000_000,
});
const attempt: FailedAttempt = { code: 'refresh_unavailable', atMs: 1, count: 1, retryAtMs: 2 };
const record = (status: SignInStatus, version = 3): SignIn =>
  status === 'absent'
    ? absentSignIn(version)
    : {
        ...absentSignIn(version),
        status,
        tokens: tokens('old'),
        issuer: 'https://as.example',
        clientId: 'c',
      };

const facts: { readonly [Type in Fact['type']]: (version: number) => Fact } = {
  tokens_issued: () => ({
    type: 'tokens_issued',
    tokens: tokens('new'),
    issuer: 'https://as.example',
    clientId: 'c',
    account: null,
  }),
  tokens_refreshed: (version) => ({
    type: 'tokens_refreshed',
    version,
    tokens: tokens('new'),
    account: null,
  }),
  refreshed_elsewhere: (version) => ({ type: 'refreshed_elsewhere', newer: record('active', version + 1) }),
  refresh_failed: (version) => ({ type: 'refresh_failed', version, attempt, intent: null }),
  refresh_rejected: (version) => ({ type: 'refresh_rejected', version, interrupted: false, atMs: 7 }),
  refresh_misconfigured: (version) => ({ type: 'refresh_misconfigured', version, attempt, intent: null }),
  access_token_rejected: (version) => ({ type: 'access_token_rejected', version }),
  access_token_rejected_again: (version) => ({ type: 'access_token_rejected_again', version, atMs: 7 }),
  access_token_accepted: (version) => ({ type: 'access_token_accepted', version, atMs: 7 }),
  account_named: (version) => ({
    type: 'account_named',
    version,
    account: { email: 'ada@example.org', organization: null },
  }),
  signed_out: () => ({ type: 'signed_out' }),
};

/** The table of ARCHITECTURE.md#the-lifecycle-of-a-sign-in, written down a second time: a slip in one shows against the other. */
const expected: {
  readonly [Type in Fact['type']]: readonly [SignInStatus, SignInStatus, SignInStatus, SignInStatus];
} = {
  tokens_issued: ['active', 'active', 'active', 'active'],
  tokens_refreshed: ['absent', 'active', 'active', 'active'],
  refreshed_elsewhere: ['active', 'active', 'active', 'active'],
  refresh_failed: ['absent', 'active', 'rejected', 'reauthorization_required'],
  refresh_rejected: [
    'absent',
    'reauthorization_required',
    'reauthorization_required',
    'reauthorization_required',
  ],
  refresh_misconfigured: ['absent', 'active', 'rejected', 'reauthorization_required'],
  access_token_rejected: ['absent', 'rejected', 'rejected', 'reauthorization_required'],
  access_token_rejected_again: ['absent', 'active', 'rejected', 'reauthorization_required'],
  access_token_accepted: ['absent', 'active', 'rejected', 'reauthorization_required'],
  account_named: ['absent', 'active', 'rejected', 'reauthorization_required'],
  signed_out: ['absent', 'absent', 'absent', 'absent'],
};

describe('the lifecycle of a sign-in', () => {
  for (const type of Object.keys(lifecycleTable) as Fact['type'][]) {
    for (const [column, status] of signInStatuses.entries()) {
      it(`goes from ${status} by ${type} to ${expected[type][column]}`, () => {
        const before = record(status);
        const after = apply(before, facts[type](before.version));
        expect(after.status).toBe(expected[type][column]);
        expect(after.version).toBeGreaterThanOrEqual(before.version);
      });
    }
  }

  it('drops every fact about another version', () => {
    const before = record('active');
    for (const type of Object.keys(facts) as Fact['type'][]) {
      const fact = facts[type](before.version - 1);
      if ('version' in fact) expect(apply(before, fact)).toBe(before);
    }
  });

  it('grows the version with every change of the tokens, and with nothing else', () => {
    const before = record('active');
    const grown = (Object.keys(facts) as Fact['type'][]).filter(
      (type) => apply(before, facts[type](before.version)).version > before.version,
    );
    expect(grown.toSorted()).toEqual([
      'refreshed_elsewhere',
      'signed_out',
      'tokens_issued',
      'tokens_refreshed',
    ]);
  });

  it('F22 keeps the old refresh token where a refresh brings none', () => {
    const after = apply(record('active'), {
      type: 'tokens_refreshed',
      version: 3,
      tokens: tokens('new', null),
      account: null,
    });
    expect(after.tokens?.refreshToken?.reveal()).toBe('old-refresh');
    expect(after.tokens?.accessToken.reveal()).toBe('new-access');
  });

  it('keeps the fixed end of the login where a refresh does not repeat it', () => {
    const refreshed = { ...tokens('new'), loginEndsAtMs: null };
    const after = apply(record('active'), {
      type: 'tokens_refreshed',
      version: 3,
      tokens: refreshed,
      account: null,
    });
    expect(after.tokens?.loginEndsAtMs).toBe(9_000_000);
  });

  it('keeps the tokens of a sign-in that needs a person, for a late good answer', () => {
    const ended = apply(record('active'), {
      type: 'refresh_rejected',
      version: 3,
      interrupted: true,
      atMs: 7,
    });
    expect(ended.reason).toBe('interrupted_refresh');
    expect(ended.tokens).not.toBeNull();
    expect(ended.failedAttempt).toMatchObject({ code: 'reauthorization_required', atMs: 7 });
    expect(apply(ended, facts.tokens_refreshed(3)).status).toBe('active');
  });

  it('keeps what is known of a possibly spent refresh token where only the installation is refused', () => {
    const intent = { refreshTokenFingerprint: 'f', atMs: 1, unanswered: true, triedLate: false };
    const before: SignIn = { ...record('active'), intent };
    const after = apply(before, { type: 'refresh_misconfigured', version: 3, attempt, intent });
    expect(after).toMatchObject({ intent, failedAttempt: attempt });
  });

  it('rests a token that was refused right after a good refresh, and remembers which', () => {
    const after = apply(record('active'), facts.access_token_rejected_again(3));
    expect(after.cooldown).toEqual({ untilMs: 7 + defaultCooldownMs, version: 3 });
  });

  it('forgets everything but the version at sign-out', () => {
    expect(apply(record('active'), { type: 'signed_out' })).toEqual(absentSignIn(4));
  });
});
