import { describe, expect, it } from 'vitest';
import {
  ask,
  askAlways,
  candidate,
  circumstances,
  elsewhere,
  endedOAuth,
  key,
  keyId,
  later,
  never,
  no,
  noKey,
  noOAuth,
  oauth,
  refused,
  refusedOAuth,
  stop,
  use,
  yes,
} from '../../test/support/credentials/samples.ts';
import { type Choice, type Circumstances, nextCredential } from './next-credential.ts';

const table: readonly [string, Partial<Circumstances>, Partial<Choice>][] = [
  ['the preferred one works', {}, use('oauth', 'preferred')],
  ['nobody is signed in and there is no key', { candidates: [noOAuth, noKey] }, stop('not_signed_in')],
  [
    'only a key: no fallback, no question',
    { candidates: [noOAuth, key], fallback: never },
    use('api_key', 'preferred'),
  ],
  [
    'the sign-in ended, allowed',
    { candidates: [endedOAuth, key] },
    use('api_key', 'reauthorization_required'),
  ],
  [
    'the link to an organization ended, and then the sign-in: another payer is no remedy',
    { candidates: [{ ...endedOAuth, linkEndedAtMs: 1 }, key], settled: yes },
    stop('reauthorization_required'),
  ],
  [
    'a link that ended is tried for as long as its sign-in can be',
    { candidates: [{ ...oauth, linkEndedAtMs: 1 }, key] },
    use('oauth', 'preferred'),
  ],
  [
    'a sign-in that was given up after its link ended',
    { candidates: [{ ...noOAuth, linkEndedAtMs: 1 }, key] },
    use('api_key', 'preferred'),
  ],
  [
    'the sign-in ended, ask',
    { candidates: [endedOAuth, key], fallback: askAlways },
    ask('reauthorization_required'),
  ],
  [
    'the sign-in ended, ask, yes',
    { candidates: [endedOAuth, key], fallback: askAlways, settled: yes },
    use('api_key', 'reauthorization_required'),
  ],
  [
    'the sign-in ended, ask, no',
    { candidates: [endedOAuth, key], fallback: askAlways, settled: no },
    stop('fallback_refused'),
  ],
  [
    'the sign-in ended, never',
    { candidates: [endedOAuth, key], fallback: never },
    stop('reauthorization_required'),
  ],
  [
    'the sign-in ended and there is no key',
    { candidates: [endedOAuth, noKey] },
    stop('reauthorization_required'),
  ],
  [
    'the token was refused in this query',
    { settled: refused([oauth.ref.id, 'auth_failure']) },
    use('api_key', 'auth_failure'),
  ],
  ['the token rests after a refusal', { candidates: [refusedOAuth, key] }, use('api_key', 'auth_failure')],
  [
    'the token rests and there is no key',
    { candidates: [refusedOAuth] },
    stop('no_working_credential', later),
  ],
  ['the rest is over', { candidates: [refusedOAuth, key], nowMs: later }, use('oauth', 'preferred')],
  [
    'both were refused',
    { settled: refused([oauth.ref.id, 'auth_failure'], [keyId, 'api_key_rejected']) },
    stop('no_working_credential'),
  ],
  [
    'the only key was refused',
    { candidates: [key], settled: refused([keyId, 'api_key_rejected']) },
    stop('api_key_rejected'),
  ],
  [
    'the scope is too small and there is no key',
    { candidates: [oauth], settled: refused([oauth.ref.id, 'insufficient_scope']) },
    stop('insufficient_scope'),
  ],
  [
    'another order makes the key preferred',
    { order: ['api_key', 'oauth', 'claude_code', 'console_profile'] },
    use('api_key', 'preferred'),
  ],
  [
    'the strictest policy of all that were passed over counts',
    {
      candidates: [
        endedOAuth,
        candidate('claude_code', { cooldownUntilMs: later, cooldownReason: 'usage_limit' }),
        key,
      ],
    },
    ask('reauthorization_required'),
  ],
  [
    'one of those passed over must never be followed by another payer',
    {
      candidates: [
        endedOAuth,
        candidate('claude_code', { cooldownUntilMs: later, cooldownReason: 'usage_limit' }),
        key,
      ],
      fallback: { onAuthFailure: 'allow', onUsageLimit: 'never', capUsdPerDay: 5 },
    },
    stop('reauthorization_required'),
  ],
  [
    'policy is no reason for another payer',
    { settled: refused([oauth.ref.id, 'credential_policy']) },
    stop('credential_policy'),
  ],
  [
    'money is no reason for another payer',
    { settled: refused([oauth.ref.id, 'billing_problem']) },
    stop('billing_problem'),
  ],
  [
    'a locked keychain stops',
    { candidates: [candidate('oauth', { usable: false, reason: 'credential_store_locked' }), key] },
    stop('credential_store_locked'),
  ],
  [
    'a refresh that cannot be made just now goes on with the key',
    { settled: refused([oauth.ref.id, 'refresh_unavailable']) },
    use('api_key', 'refresh_unavailable'),
  ],
  [
    'found to be signed out on the way: the key is simply preferred',
    { settled: refused([oauth.ref.id, 'not_signed_in']), fallback: never },
    use('api_key', 'preferred'),
  ],
  ['the workspace prefers the key', { first: keyId, fallback: never }, use('api_key', 'preferred')],
  [
    'the workspace prefers what nobody has set up, allowed',
    { candidates: [noOAuth, key], first: oauth.ref.id },
    use('api_key', 'not_signed_in'),
  ],
  [
    'the workspace prefers what nobody has set up, never',
    { candidates: [noOAuth, key], first: oauth.ref.id, fallback: never },
    stop('not_signed_in'),
  ],
  [
    'the preferred one cannot go on with the conversation: no question of policy',
    { candidates: [elsewhere, key], fallback: never },
    use('api_key', 'conversation_elsewhere'),
  ],
  [
    'nothing can go on with the conversation',
    { candidates: [elsewhere, noKey] },
    stop('conversation_elsewhere'),
  ],
];

describe('the next credential', () => {
  it('is a fallback, and needs leave, where the preferred one merely rests under the word for a missing one', () => {
    const coolingDown = candidate('oauth', {
      reason: 'not_signed_in',
      cooldownUntilMs: later,
      cooldownReason: 'auth_failure',
    });
    const given = circumstances({ candidates: [coolingDown, key] });
    expect(nextCredential({ ...given, fallback: askAlways })).toMatchObject(ask('not_signed_in'));
    expect(nextCredential({ ...given, fallback: never }).do).toBe('stop');
  });

  it.each(table)('when %s', (_name, given, expected) => {
    expect(nextCredential(circumstances(given))).toMatchObject(expected);
  });
});
