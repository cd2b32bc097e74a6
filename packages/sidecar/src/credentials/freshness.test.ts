import { describe, expect, it } from 'vitest';
import { Secret } from '../secret/index.ts';
import { backoffUntilMs, expiresSoon, freshness } from './freshness.ts';
import { nextRenewalAtMs } from './next-renewal.ts';
import { absentSignIn, type SignIn, type Tokens } from './sign-in.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const granted = (lifeMs: number, more: Partial<Tokens> = {}): Tokens => ({
  accessToken: new Secret('a'),
  refreshToken: new Secret('r'),
  tokenType: 'Bearer',
  scopes: [],
  issuedAtMs: 0,
  expiresAtMs: lifeMs,
  loginEndsAtMs: null,
  ...more,
});
const signedIn = (tokens: Tokens, more: Partial<SignIn> = {}): SignIn => ({
  ...absentSignIn(1),
  status: 'active',
  tokens,
  ...more,
});

describe('freshness', () => {
  it.each([
    // granted life, time of asking, expected
    [8 * 60 * minute, 0, 'fresh'],
    [8 * 60 * minute, 8 * 60 * minute - 10 * minute - 1, 'fresh'],
    [8 * 60 * minute, 8 * 60 * minute - 10 * minute, 'expiring'],
    [8 * 60 * minute, 8 * 60 * minute - minute - 1, 'expiring'],
    [8 * 60 * minute, 8 * 60 * minute - minute, 'expired'],
    [8 * 60 * minute, 9 * 60 * minute, 'expired'],
    // A short life: half of it, and a tenth.
    [20_000, 9_999, 'fresh'],
    [20_000, 10_000, 'expiring'],
    [20_000, 17_999, 'expiring'],
    [20_000, 18_000, 'expired'],
  ] as const)('of a token granted for %d ms, asked at %d ms, is %s', (life, at, expected) => {
    expect(freshness(granted(life), at)).toBe(expected);
  });

  it('F34 is not fooled by a clock that was set back: no more is left than was granted', () => {
    expect(freshness(granted(minute), -2 * 60 * minute)).toBe('fresh');
    expect(freshness({ issuedAtMs: 0, expiresAtMs: 0 }, -2 * 60 * minute)).toBe('expired');
  });
});

describe('expires soon', () => {
  it('is said less than 10 minutes before an end that cannot be renewed', () => {
    const tokens = granted(60 * minute);
    expect(expiresSoon(tokens, false, 50 * minute)).toBe(false);
    expect(expiresSoon(tokens, false, 50 * minute + 1)).toBe(true);
    expect(expiresSoon(tokens, true, 59 * minute)).toBe(false);
  });

  it('is said less than 3 days before the login itself ends', () => {
    const tokens = granted(8 * 60 * minute, { loginEndsAtMs: 27 * day });
    expect(expiresSoon(tokens, true, 24 * day)).toBe(false);
    expect(expiresSoon(tokens, true, 24 * day + 1)).toBe(true);
  });
});

describe('the back-off after a failed attempt', () => {
  const attempt = { code: 'refresh_unavailable', atMs: 100_000, count: 1, retryAtMs: 130_000 } as const;
  it.each([
    ['holds until its end', 100_000, 130_000],
    ['holds through a small correction of the clock', 96_000, 130_000],
    ['is over at its end', 130_000, null],
    ['F34 is void where the clock was set back since', 90_000, null],
  ] as const)('%s', (_name, nowMs, expected) => {
    expect(backoffUntilMs(attempt, nowMs)).toBe(expected);
    expect(backoffUntilMs(null, nowMs)).toBeNull();
  });
});

describe('the next renewal', () => {
  const tokens = granted(60 * minute);
  const failed = { code: 'refresh_unavailable', atMs: 0, count: 1, retryAtMs: 77 } as const;
  it.each([
    ['stands where the token stops being fresh', signedIn(tokens), 50 * minute],
    ['waits for the end of a back-off', signedIn(tokens, { failedAttempt: failed }), 77],
    ['is due at once for a refused token', signedIn(tokens, { status: 'rejected' }), 5],
    [
      'leaves a possibly spent refresh token alone until the access token has ended',
      signedIn(tokens, {
        intent: { refreshTokenFingerprint: 'f', atMs: 0, unanswered: true, triedLate: false },
      }),
      60 * minute,
    ],
    ['is never due where a person is needed', signedIn(tokens, { status: 'reauthorization_required' }), null],
    ['is never due where nothing can be renewed', signedIn(granted(minute, { refreshToken: null })), null],
    ['is never due where nobody is signed in', absentSignIn(1), null],
  ] as const)('%s', (_name, record, expected) => {
    expect(nextRenewalAtMs(record, 5)).toBe(expected);
  });
});
