import { describe, expect, it } from 'vitest';
import { absentSignIn, type SignIn, type Tokens } from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import type { PendingSignIn } from '../store/index.ts';
import { type AuthStatusFacts, authStatusOf } from './auth-status.ts';

const now = 1_700_000_000_000;
const hour = 3_600_000;
const tokens = (leftMs: number, more: Partial<Tokens> = {}): Tokens => ({
  accessToken: new Secret('a'),
  refreshToken: new Secret('r'),
  tokenType: 'Bearer',
  scopes: ['user:inference'],
  issuedAtMs: now - hour,
  expiresAtMs: now + leftMs,
  loginEndsAtMs: null,
  ...more,
});
const signedIn = (more: Partial<SignIn> = {}): SignIn => ({
  ...absentSignIn(3),
  status: 'active',
  tokens: tokens(hour),
  ...more,
});
const failed = (code: 'refresh_unavailable' | 'refresh_uncertain' | 'misconfigured', atMs = now - 9) => ({
  failedAttempt: { code, atMs, count: 1, retryAtMs: now + 1 },
});
const notRefreshable = { refreshToken: null };

const facts = (more: Partial<AuthStatusFacts> = {}): AuthStatusFacts => ({
  record: signedIn(),
  pending: null,
  signInError: null,
  provider: 'as.example',
  linkedBilling: false,
  linkEndedAtMs: null,
  fallbackAvailable: false,
  activeCredential: null,
  store: { kind: 'memory', persisted: false, healthy: true, detail: '' },
  revocation: null,
  nowMs: now,
  ...more,
});

const pendingSignIn: PendingSignIn = {
  signInId: 's',
  credentialId: 'oauth:default',
  state: new Secret('s'),
  codeVerifier: new Secret('v'),
  issuer: 'https://as.example',
  redirectUri: 'http://127.0.0.1:8765/callback',
  authorizationUrl: 'https://as.example/authorize',
  startedAtMs: now,
  expiresAtMs: now + 1,
};

describe('the status', () => {
  it('is pending only where there is no sign-in yet', () => {
    const stateOf = (record: SignIn) => authStatusOf(facts({ record, pending: pendingSignIn })).state;
    expect(stateOf(absentSignIn(0))).toBe('pending');
    expect(stateOf(signedIn())).toBe('signed_in');
    expect(stateOf(signedIn({ status: 'reauthorization_required' }))).toBe('reauthorization_required');
  });

  it('is connected only once a call was accepted, and no longer when the token was refused', () => {
    expect(authStatusOf(facts()).connected).toBe(false);
    const accepted = signedIn({ acceptedAtMs: now });
    expect(authStatusOf(facts({ record: accepted })).connected).toBe(true);
    expect(authStatusOf(facts({ record: { ...accepted, status: 'rejected' } })).connected).toBe(false);
    const ended: SignIn = { ...accepted, status: 'reauthorization_required' };
    expect(authStatusOf(facts({ record: ended })).connected).toBe(false);
  });

  it('says that a sign-in expires soon whose refresh token no longer helps', () => {
    const left = (leftMs: number, more: Partial<SignIn> = {}) =>
      authStatusOf(facts({ record: signedIn({ tokens: tokens(leftMs), ...more }) })).expiresSoon;
    const ended = { status: 'reauthorization_required' } as const;
    expect(left(hour / 12)).toBe(false);
    expect(left(hour / 12, ended)).toBe(true);
    expect(left(hour, ended)).toBe(false);
  });

  it('says when the login itself ends, days ahead', () => {
    const ending = (days: number) =>
      signedIn({ tokens: tokens(hour, { loginEndsAtMs: now + days * 24 * hour }) });
    expect(authStatusOf(facts({ record: ending(4) })).expiresSoon).toBe(false);
    expect(authStatusOf(facts({ record: ending(2) })).expiresSoon).toBe(true);
  });

  it('tells of the newest failure, and when it was', () => {
    const record = signedIn({
      status: 'reauthorization_required',
      failedAttempt: { code: 'reauthorization_required', atMs: now - hour, count: 1, retryAtMs: now - hour },
    });
    expect(authStatusOf(facts({ record })).lastError).toMatchObject({
      code: 'reauthorization_required',
      at: new Date(now - hour).toISOString(),
    });
    const signInError = { code: 'code_rejected', atMs: now - 1 } as const;
    expect(authStatusOf(facts({ record, signInError })).lastError?.code).toBe('code_rejected');
    const earlier = { ...signInError, atMs: now - 2 * hour };
    expect(authStatusOf(facts({ record, signInError: earlier })).lastError?.code).toBe(
      'reauthorization_required',
    );
    expect(authStatusOf(facts({ record: signedIn(failed('misconfigured')) })).lastError?.code).toBe(
      'misconfigured',
    );
    expect(authStatusOf(facts()).lastError).toBeNull();
  });

  it('is no longer connected, and offers a new sign-in, once its access ended and the server refuses to renew it', () => {
    const refused = {
      failedAttempt: {
        code: 'refresh_unavailable' as const,
        atMs: now,
        count: 3,
        retryAtMs: now + 1,
        refused: true,
      },
    };
    const record = signedIn({ acceptedAtMs: now - 9, tokens: tokens(0), ...refused });
    expect(authStatusOf(facts({ record }))).toMatchObject({
      state: 'refresh_failing',
      connected: false,
      connectAgain: true,
      lastError: { code: 'refresh_unavailable', nextStep: expect.stringContaining('sign in again') },
    });
    const living = signedIn({ acceptedAtMs: now - 9, ...refused });
    expect(authStatusOf(facts({ record: living }))).toMatchObject({ connected: true, connectAgain: false });
  });

  it('speaks of a link, never of a plan, where an organization pays', () => {
    const record = signedIn({ status: 'reauthorization_required', reason: 'refresh_rejected' });
    const status = authStatusOf(facts({ record, linkedBilling: true }));
    expect(status).toMatchObject({ billing: 'linked_organization', connectAgain: true });
    expect(status.lastError).toMatchObject({
      code: 'reauthorization_required',
      title: 'The organization is no longer linked, or its approval has ended',
      nextStep: expect.stringContaining('Link it again.'),
    });
  });

  it('says that a link has ended where the service said so, whatever the stored sign-in says', () => {
    const record = signedIn({ acceptedAtMs: now - hour });
    const ended = { linkedBilling: true, linkEndedAtMs: now - 1 };
    expect(authStatusOf(facts({ record, ...ended }))).toMatchObject({
      ...{ state: 'reauthorization_required', connected: false, connectAgain: true },
      lastError: {
        code: 'reauthorization_required',
        title: 'The organization is no longer linked, or its approval has ended',
        at: new Date(now - 1).toISOString(),
      },
    });
    expect(authStatusOf(facts({ record: absentSignIn(4), ...ended })).state).toBe('signed_out');
  });

  it('tells what the server said beside our own words', () => {
    const detail = 'The sign-in server said invalid_target.';
    const signInError = { code: 'authorization_failed', atMs: now, detail } as const;
    expect(authStatusOf(facts({ signInError })).lastError).toMatchObject({ detail });
    expect(
      authStatusOf(facts({ signInError: { ...signInError, detail: null } })).lastError,
    ).not.toHaveProperty('detail');
  });

  it('dates the end of a sign-in that could never be renewed by its access token', () => {
    const record = signedIn({ tokens: tokens(-hour, notRefreshable) });
    expect(authStatusOf(facts({ record })).lastError?.at).toBe(new Date(now - hour).toISOString());
  });

  it('F36 tells of a revocation only where nobody is signed in since', () => {
    expect(authStatusOf(facts({ revocation: 'pending' })).revocation).toBeNull();
    expect(authStatusOf(facts({ record: absentSignIn(4), revocation: 'pending' })).revocation).toBe(
      'pending',
    );
  });
});
