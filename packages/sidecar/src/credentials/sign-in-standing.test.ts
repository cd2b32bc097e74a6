import { describe, expect, it } from 'vitest';
import { Secret } from '../secret/index.ts';
import { absentSignIn, type FailedAttempt, type SignIn, type SignInStatus } from './sign-in.ts';
import { type SignInStanding, standingOf } from './sign-in-standing.ts';

const now = 1_000_000;
const later = now + 30_000;

/** The last refresh: none failed; it failed and backs off (the server's fault, ours); the back-off is over. */
const attempts = {
  none: null,
  backs_off: attempt('refresh_unavailable', later),
  backs_off_ours: attempt('misconfigured', later),
  over: attempt('refresh_unavailable', now),
  over_ours: attempt('misconfigured', now),
} as const;
type Attempt = keyof typeof attempts;

const signedOut = { state: 'signed_out', usable: false, code: 'not_signed_in', connectAgain: true } as const;
const needsUser = {
  state: 'reauthorization_required',
  usable: false,
  code: 'reauthorization_required',
  connectAgain: true,
} as const;
const all = (cell: Partial<SignInStanding>) => attemptsTo(() => cell);

/** One that can be renewed: the access token serves, or a refresh has to come first. */
const renewable = (serves: boolean) =>
  attemptsTo((name): Partial<SignInStanding> => {
    const state = stateAfter(name);
    const attempted = attempts[name];
    if (serves || attempted === null || attempted.retryAtMs <= now)
      return { state, serves, refreshable: true, usable: true };
    return { state, refreshable: true, usable: false, code: attempted.code, retryAtMs: later };
  });
/** One that cannot: it serves to its end, whatever a refresh once said. */
const living = attemptsTo((name) => ({ state: stateAfter(name), serves: true, usable: true }));

/** Every combination of facts: status × refresh token × access token, with a column for each last attempt. */
const table: readonly (readonly [
  status: SignInStatus,
  refreshToken: 'with a refresh token' | 'without one',
  accessToken: 'living' | 'ended',
  cells: Readonly<Record<Attempt, Partial<SignInStanding>>>,
])[] = [
  ['absent', 'with a refresh token', 'living', all(signedOut)],
  ['absent', 'with a refresh token', 'ended', all(signedOut)],
  ['absent', 'without one', 'living', all(signedOut)],
  ['absent', 'without one', 'ended', all(signedOut)],
  ['active', 'with a refresh token', 'living', renewable(true)],
  ['active', 'with a refresh token', 'ended', renewable(false)],
  ['active', 'without one', 'living', living],
  ['active', 'without one', 'ended', all(needsUser)],
  ['rejected', 'with a refresh token', 'living', renewable(false)],
  ['rejected', 'with a refresh token', 'ended', renewable(false)],
  ['rejected', 'without one', 'living', all(needsUser)],
  ['rejected', 'without one', 'ended', all(needsUser)],
  ['reauthorization_required', 'with a refresh token', 'living', all(needsUser)],
  ['reauthorization_required', 'with a refresh token', 'ended', all(needsUser)],
  ['reauthorization_required', 'without one', 'living', all(needsUser)],
  ['reauthorization_required', 'without one', 'ended', all(needsUser)],
];

describe('the standing of a stored sign-in', () => {
  it.each(table)('that is %s, %s, the access token %s', (status, refreshToken, accessToken, cells) => {
    for (const [name, failedAttempt] of Object.entries(attempts)) {
      const record = signIn(status, refreshToken === 'without one', accessToken === 'ended', failedAttempt);
      expect([name, standingOf(record, now)]).toEqual([name, { ...nothing, ...cells[name as Attempt] }]);
    }
  });

  it('says the failure where a back-off holds up the only way on, and when it ends', () => {
    expect(standingOf(signIn('active', false, true, attempts.backs_off), now)).toEqual({
      state: 'refresh_failing',
      serves: false,
      refreshable: true,
      usable: false,
      code: 'refresh_unavailable',
      retryAtMs: later,
      connectAgain: false,
    });
    expect(standingOf(signIn('active', false, true, attempts.backs_off), later).usable).toBe(true);
  });

  it('F20 serves to the very end of its access token while a refresh backs off', () => {
    const record = signIn('active', false, false, attempts.backs_off);
    expect(standingOf(record, now)).toMatchObject({ serves: true, usable: true });
    expect(standingOf(record, now + 1)).toMatchObject({ serves: false, usable: false });
  });

  it('offers a new sign-in where the access has ended and the server itself refuses, and keeps the tokens', () => {
    const refused = { ...attempts.backs_off, refused: true };
    expect(standingOf(signIn('active', false, false, refused), now).connectAgain).toBe(false);
    for (const each of [refused, { ...refused, retryAtMs: now }])
      expect(standingOf(signIn('active', false, true, each), now)).toMatchObject({
        state: 'refresh_failing',
        refreshable: true,
        connectAgain: true,
      });
  });

  it('F34 may be tried again where the clock was set back since the refresh failed', () => {
    const ahead = attempt('refresh_unavailable', now + 3_600_000, now + 3_600_000);
    expect(standingOf(signIn('active', false, true, ahead), now)).toMatchObject({ usable: true, code: null });
  });

  it('is the same whether tokens are kept with a sign-out or not', () => {
    expect(standingOf(absentSignIn(7), now)).toMatchObject(signedOut);
  });
});

const nothing: SignInStanding = {
  state: 'signed_out',
  serves: false,
  refreshable: false,
  usable: false,
  code: null,
  retryAtMs: null,
  connectAgain: false,
};

function attemptsTo<T>(cell: (name: Attempt) => T): Readonly<Record<Attempt, T>> {
  return {
    none: cell('none'),
    backs_off: cell('backs_off'),
    backs_off_ours: cell('backs_off_ours'),
    over: cell('over'),
    over_ours: cell('over_ours'),
  };
}

function stateAfter(name: Attempt): SignInStanding['state'] {
  if (name === 'none') return 'signed_in';
  return name.endsWith('_ours') ? 'misconfigured' : 'refresh_failing';
}

function attempt(code: FailedAttempt['code'], retryAtMs: number, atMs = now - 1_000): FailedAttempt {
  return { code, atMs, count: 1, retryAtMs };
}

/** The access token lives for one more millisecond, or ends right now. */
function signIn(
  status: SignInStatus,
  isBare: boolean,
  hasEnded: boolean,
  failedAttempt: FailedAttempt | null,
): SignIn {
  return {
    ...absentSignIn(4),
    status,
    tokens: {
      accessToken: new Secret('a'),
      refreshToken: isBare ? null : new Secret('r'),
      tokenType: 'Bearer',
      scopes: [],
      issuedAtMs: now - 3_600_000,
      expiresAtMs: hasEnded ? now : now + 1,
      loginEndsAtMs: null,
    },
    failedAttempt,
  };
}
