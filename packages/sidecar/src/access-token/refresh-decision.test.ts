import { describe, expect, it } from 'vitest';
import {
  absentSignIn,
  type FailedAttempt,
  type RefreshIntent,
  type SignIn,
  type Tokens,
} from '../credentials/index.ts';
import { Secret } from '../secret/index.ts';
import { refreshDecision } from './refresh-decision.ts';

const now = 1_000_000;
const tokens = (leftMs: number): Tokens => ({
  accessToken: new Secret('a'),
  refreshToken: new Secret('r'),
  tokenType: 'Bearer',
  scopes: [],
  issuedAtMs: 0,
  expiresAtMs: now + leftMs,
  loginEndsAtMs: null,
});
const record = (more: Partial<SignIn> = {}, leftMs = 0): SignIn => ({
  ...absentSignIn(4),
  status: 'active',
  tokens: tokens(leftMs),
  ...more,
});
const backingOff = (code: FailedAttempt['code'], retryAtMs = now + 1): FailedAttempt => ({
  code,
  atMs: 0,
  count: 1,
  retryAtMs,
});
const intent: RefreshIntent = { refreshTokenFingerprint: 'f', atMs: 0, unanswered: true, triedLate: false };

describe('what is done about a record read under the lock', () => {
  it.each([
    ['nobody is signed in', absentSignIn(4), 4, 'due', false, { do: 'stop', why: 'not_signed_in' }],
    [
      'a person is needed',
      record({ status: 'reauthorization_required' }),
      4,
      'due',
      false,
      { do: 'stop', why: 'reauthorization_required' },
    ],
    ['somebody was faster', record({}, 500_000), 3, 'rejected', false, { do: 'adopt' }],
    ['somebody was faster, long ago', record({}, 0), 3, 'due', false, { do: 'send', late: false }],
    [
      'somebody was faster, but it was refused',
      record({ status: 'rejected' }, 500_000),
      3,
      'due',
      false,
      { do: 'send', late: false },
    ],
    [
      'there is no refresh token, and the access token lives',
      record({ tokens: { ...tokens(1), refreshToken: null } }),
      4,
      'due',
      false,
      { do: 'stop', why: 'not_refreshable' },
    ],
    [
      'there is no refresh token, and the access token has ended',
      record({ tokens: { ...tokens(0), refreshToken: null } }),
      4,
      'due',
      false,
      { do: 'stop', why: 'reauthorization_required' },
    ],
    ['it is due', record(), 4, 'due', false, { do: 'send', late: false }],
    [
      'the server asked for rest',
      record({ failedAttempt: backingOff('refresh_unavailable') }),
      4,
      'due',
      false,
      { do: 'back_off', retryAtMs: now + 1 },
    ],
    [
      'the rest is over',
      record({ failedAttempt: backingOff('refresh_unavailable', now) }),
      4,
      'due',
      false,
      { do: 'send', late: false },
    ],
    [
      'a person asks during the rest',
      record({ failedAttempt: backingOff('refresh_unavailable') }),
      4,
      'person',
      false,
      { do: 'send', late: false },
    ],
    [
      'a person asks again during it',
      record({ failedAttempt: backingOff('refresh_unavailable') }),
      4,
      'person',
      true,
      { do: 'back_off', retryAtMs: now + 1 },
    ],
    [
      'a 401 comes during the rest',
      record({ failedAttempt: backingOff('misconfigured') }),
      4,
      'rejected',
      false,
      { do: 'send', late: false },
    ],
    [
      'possibly spent, token lives, person asks',
      record({ intent }, 10),
      4,
      'person',
      false,
      { do: 'uncertain' },
    ],
    [
      'possibly spent, token ended by its clock',
      record({ intent }, 0),
      4,
      'due',
      false,
      { do: 'send', late: true },
    ],
    [
      'possibly spent, token ended by a 401',
      record({ intent, status: 'rejected' }, 99),
      4,
      'rejected',
      false,
      { do: 'send', late: true },
    ],
    [
      'possibly spent, late try in back-off',
      record({ intent, failedAttempt: backingOff('refresh_unavailable') }, 0),
      4,
      'due',
      false,
      { do: 'back_off', retryAtMs: now + 1 },
    ],
    [
      'possibly spent just now, token ended by its clock, and nobody waits',
      record({ intent, failedAttempt: { ...backingOff('refresh_uncertain', now + 4_000), atMs: now } }, 0),
      4,
      'due',
      false,
      { do: 'back_off', retryAtMs: now + 4_000 },
    ],
    [
      'possibly spent just now, and a person asks',
      record({ intent, failedAttempt: { ...backingOff('refresh_uncertain', now + 4_000), atMs: now } }, 0),
      4,
      'person',
      false,
      { do: 'send', late: true },
    ],
    [
      'possibly spent just now, token ended by a 401',
      record(
        {
          intent,
          status: 'rejected',
          failedAttempt: { ...backingOff('refresh_uncertain', now + 90_000), atMs: now },
        },
        90_000,
      ),
      4,
      'rejected',
      false,
      { do: 'back_off', retryAtMs: now + 5_000 },
    ],
    [
      'F31 possibly spent, and a crash cut off the late try',
      record({ intent: { ...intent, unanswered: false, triedLate: true } }, 0),
      4,
      'person',
      false,
      { do: 'give_up' },
    ],
    [
      'F34 the rest was asked for under a clock that was set back since',
      record({
        failedAttempt: { ...backingOff('refresh_unavailable', now + 7_200_000), atMs: now + 7_195_000 },
      }),
      4,
      'due',
      false,
      { do: 'send', late: false },
    ],
    [
      'an intent left by a crash',
      record({ intent: { ...intent, unanswered: false } }, 10),
      4,
      'due',
      false,
      { do: 'uncertain' },
    ],
  ] as const)('%s', (_name, current, asked, trigger, bypassUsed, expected) => {
    expect(refreshDecision(current, asked, trigger, bypassUsed, now)).toEqual(expected);
  });

  it.each(['due', 'rejected', 'person'] as const)(
    'F21 the hourly limit is reached, whoever asks and whether or not a back-off runs: %s',
    (trigger) => {
      for (const retryAtMs of [now - 1, now + 1]) {
        const current = record({ failedAttempt: backingOff('misconfigured', retryAtMs) });
        expect(refreshDecision(current, 4, trigger, false, now, now + 60_000)).toEqual({
          do: 'back_off',
          retryAtMs: now + 60_000,
        });
      }
    },
  );
});
