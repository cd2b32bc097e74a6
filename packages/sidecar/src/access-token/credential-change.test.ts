import { describe, expect, it } from 'vitest';
import { absentSignIn, type SignIn } from '../credentials/index.ts';
import { credentialChange } from './credential-change.ts';

const active: SignIn = { ...absentSignIn(3), status: 'active' };
const failed = (code: 'refresh_unavailable' | 'misconfigured', count = 1): SignIn => ({
  ...active,
  failedAttempt: { code, atMs: count, count, retryAtMs: count },
});
const resting: SignIn = { ...active, cooldown: { untilMs: 1, version: 3 } };

const table: readonly (readonly [name: string, before: SignIn, after: SignIn, news: unknown])[] = [
  [
    'a new status, with its reason',
    active,
    { ...active, status: 'reauthorization_required', reason: 'refresh_rejected' },
    { status: 'reauthorization_required', reason: 'refresh_rejected' },
  ],
  [
    'another token, although the status stays: what ends when has changed',
    active,
    { ...active, version: 4 },
    { status: 'renewed', reason: null },
  ],
  [
    'a renewal that fails',
    active,
    failed('refresh_unavailable'),
    { status: 'renewal_failed', reason: 'refresh_unavailable' },
  ],
  [
    'one that fails for another reason',
    failed('refresh_unavailable'),
    failed('misconfigured'),
    { status: 'renewal_failed', reason: 'misconfigured' },
  ],
  [
    'the first accepted call: only then is it connected',
    active,
    { ...active, acceptedAtMs: 1 },
    { status: 'accepted', reason: null },
  ],
  ['no repeated failure', failed('misconfigured'), failed('misconfigured', 2), null],
  ['no later accepted call', { ...active, acceptedAtMs: 1 }, { ...active, acceptedAtMs: 2 }, null],
  [
    'a token that was rejected although it had just been renewed',
    active,
    resting,
    { status: 'cooling_down', reason: 'auth_failure' },
  ],
  [
    'one that is accepted after all',
    { ...resting, acceptedAtMs: 1 },
    { ...active, acceptedAtMs: 2 },
    { status: 'active', reason: null },
  ],
  ['no second rejection of it', resting, { ...active, cooldown: { untilMs: 2, version: 3 } }, null],
  ['nothing of a sign-in that is not there', absentSignIn(1), absentSignIn(2), null],
];

describe('what screens and the timeline hear of a stored sign-in', () => {
  it.each(table)('%s', (_name, before, after, news) => {
    expect(credentialChange(before, after)).toEqual(news);
  });
});
