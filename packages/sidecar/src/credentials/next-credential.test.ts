import { type CredentialKind, type CredentialRef, credentialKinds, type ErrorCode } from '@postern/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  type Choice,
  type Circumstances,
  coveredByPlan,
  nextCredential,
  nothingSettled,
} from './next-credential.ts';
import { credentialRef } from './payer.ts';

const nowMs = 1_000_000;
const later = nowMs + 60_000;

function ref(kind: CredentialKind): CredentialRef {
  return credentialRef(kind, false);
}

function candidate(kind: CredentialKind, fields: Partial<Candidate> = {}): Candidate {
  return {
    ref: ref(kind),
    usable: true,
    reason: null,
    cooldownUntilMs: null,
    cooldownReason: null,
    ...fields,
  };
}

const oauth = candidate('oauth');
const key = candidate('api_key');
const noOAuth = candidate('oauth', { usable: false, reason: 'not_signed_in' });
const noKey = candidate('api_key', { usable: false, reason: 'not_signed_in' });
const endedOAuth = candidate('oauth', { usable: false, reason: 'reauthorization_required' });
const limitedOAuth = candidate('oauth', {
  reason: 'plan_limit_reached',
  cooldownUntilMs: later,
  cooldownReason: 'usage_limit',
});
const elsewhere = candidate('claude_code', { usable: false, reason: 'conversation_elsewhere' });
const refusedOAuth = candidate('oauth', { cooldownUntilMs: later, cooldownReason: 'auth_failure' });

function circumstances(fields: Partial<Circumstances>): Circumstances {
  return {
    order: credentialKinds,
    candidates: [oauth, key],
    fallback: { onAuthFailure: 'allow', onUsageLimit: 'ask', capUsdPerDay: 5 },
    spentTodayUsd: 0,
    settled: nothingSettled,
    nowMs,
    ...fields,
  };
}

function use(kind: CredentialKind, reason: string): Partial<Choice> {
  return { do: 'use', credential: ref(kind), reason } as Partial<Choice>;
}
function ask(reason: string, pastCap = false): Partial<Choice> {
  return { do: 'ask', from: ref('oauth'), to: ref('api_key'), reason, pastCap } as Partial<Choice>;
}
function stop(code: ErrorCode, retryAtMs: number | null = null): Partial<Choice> {
  return { do: 'stop', code, retryAtMs };
}

const never = { onAuthFailure: 'never', onUsageLimit: 'never', capUsdPerDay: 5 } as const;
const askAlways = { onAuthFailure: 'ask', onUsageLimit: 'ask', capUsdPerDay: 5 } as const;
const allowAlways = { onAuthFailure: 'allow', onUsageLimit: 'allow', capUsdPerDay: 5 } as const;
const keyId = key.ref.id;
const yes = { ...nothingSettled, consents: new Map([[keyId, { pastCap: false }]]) };
const yesPastCap = { ...nothingSettled, consents: new Map([[keyId, { pastCap: true }]]) };
const no = { ...nothingSettled, declined: new Set([keyId]) };
function refused(...entries: [string, ErrorCode | 'auth_failure'][]): Circumstances['settled'] {
  return { ...nothingSettled, refused: new Map(entries) };
}

const table: readonly [string, Partial<Circumstances>, Partial<Choice>][] = [
  ['the preferred one works', {}, use('oauth', 'preferred')],
  ['nobody is signed in and there is no key', { candidates: [noOAuth, noKey] }, stop('not_signed_in')],
  [
    'only a key: no fallback, no question',
    { candidates: [noOAuth, key], fallback: never },
    use('api_key', 'preferred'),
  ],
  [
    'only a key past the cap: no question either',
    { candidates: [key], spentTodayUsd: 99 },
    use('api_key', 'preferred'),
  ],
  [
    'the sign-in ended, allowed',
    { candidates: [endedOAuth, key] },
    use('api_key', 'reauthorization_required'),
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
  ['the plan is used up, ask', { candidates: [limitedOAuth, key] }, ask('plan_limit_reached')],
  [
    'the plan is used up, yes',
    { candidates: [limitedOAuth, key], settled: yes },
    use('api_key', 'plan_limit_reached'),
  ],
  [
    'the plan is used up, no',
    { candidates: [limitedOAuth, key], settled: no },
    stop('fallback_refused', later),
  ],
  [
    'the plan is used up, never',
    { candidates: [limitedOAuth, key], fallback: never },
    stop('plan_limit_reached', later),
  ],
  [
    'the plan is used up, allowed',
    { candidates: [limitedOAuth, key], fallback: allowAlways },
    use('api_key', 'plan_limit_reached'),
  ],
  [
    'the plan is used up and the key is dead',
    { candidates: [limitedOAuth, key], settled: refused([keyId, 'api_key_rejected']) },
    stop('plan_limit_reached', later),
  ],
  [
    'the limit was found in this very request',
    { settled: refused([oauth.ref.id, 'plan_limit_reached']) },
    ask('plan_limit_reached'),
  ],
  [
    'past the cap, allow becomes ask',
    { candidates: [endedOAuth, key], spentTodayUsd: 5 },
    ask('spend_cap_reached', true),
  ],
  [
    'past the cap, an earlier yes does not cover it',
    { candidates: [endedOAuth, key], spentTodayUsd: 5, settled: yes },
    ask('spend_cap_reached', true),
  ],
  [
    'past the cap, a yes to that',
    { candidates: [endedOAuth, key], spentTodayUsd: 9, settled: yesPastCap },
    use('api_key', 'reauthorization_required'),
  ],
  [
    'past the cap, no',
    { candidates: [endedOAuth, key], spentTodayUsd: 5, settled: no },
    stop('spend_cap_reached'),
  ],
  [
    'a cap of nothing asks at once',
    { candidates: [endedOAuth, key], fallback: { ...allowAlways, capUsdPerDay: 0 } },
    ask('spend_cap_reached', true),
  ],
  [
    'no cap',
    { candidates: [endedOAuth, key], fallback: { ...allowAlways, capUsdPerDay: null }, spentTodayUsd: 1e6 },
    use('api_key', 'reauthorization_required'),
  ],
  [
    'the turn that reaches the cap runs to its end',
    {
      candidates: [endedOAuth, key],
      spentTodayUsd: 5,
      settled: { ...nothingSettled, paying: new Set([keyId]) },
    },
    use('api_key', 'reauthorization_required'),
  ],
  [
    'the cap is not for what a plan covers',
    { candidates: [endedOAuth, candidate('claude_code')], spentTodayUsd: 99 },
    use('claude_code', 'reauthorization_required'),
  ],
  [
    'the cap is for a Console profile',
    { candidates: [endedOAuth, candidate('console_profile')], spentTodayUsd: 99 },
    { do: 'ask', pastCap: true },
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
    'the preferred one cannot go on with the conversation, past the cap',
    { candidates: [elsewhere, key], spentTodayUsd: 5 },
    {
      do: 'ask',
      from: elsewhere.ref,
      to: key.ref,
      reason: 'spend_cap_reached',
      pastCap: true,
    } as Partial<Choice>,
  ],
  [
    'nothing can go on with the conversation',
    { candidates: [elsewhere, noKey] },
    stop('conversation_elsewhere'),
  ],
];

describe('the next credential', () => {
  it('is a fallback, and needs leave, where the preferred one merely rests under the word for a missing one', () => {
    const resting = candidate('oauth', {
      reason: 'not_signed_in',
      cooldownUntilMs: later,
      cooldownReason: 'auth_failure',
    });
    const given = circumstances({ candidates: [resting, key] });
    expect(nextCredential({ ...given, fallback: askAlways })).toMatchObject(ask('not_signed_in'));
    expect(nextCredential({ ...given, fallback: never }).do).toBe('stop');
  });

  it.each(table)('when %s', (_name, given, expected) => {
    expect(nextCredential(circumstances(given))).toMatchObject(expected);
  });

  const kinds = fc.constantFrom(...credentialKinds);
  const reasons = fc.constantFrom<ErrorCode | null>(
    null,
    'not_signed_in',
    'reauthorization_required',
    'refresh_unavailable',
    'misconfigured',
  );
  const candidates = fc.uniqueArray(
    fc.record({
      ref: kinds.map(ref),
      usable: fc.boolean(),
      reason: reasons,
      cooldownUntilMs: fc.option(fc.integer({ min: 0, max: 2 * nowMs })),
      cooldownReason: fc.constantFrom('auth_failure' as const, 'usage_limit' as const),
    }),
    { selector: (each) => each.ref.id },
  );
  const ids = fc.uniqueArray(kinds.map((kind) => ref(kind).id));
  const policy = fc.constantFrom('allow' as const, 'ask' as const, 'never' as const);
  const anything: fc.Arbitrary<Circumstances> = fc.record({
    order: fc.shuffledSubarray([...credentialKinds], { minLength: 4 }),
    candidates,
    fallback: fc.record({ onAuthFailure: policy, onUsageLimit: policy, capUsdPerDay: fc.option(fc.nat(20)) }),
    spentTodayUsd: fc.nat(40),
    settled: fc.record({
      refused: fc
        .array(
          fc.tuple(
            kinds.map((kind) => ref(kind).id),
            fc.constantFrom<ErrorCode | 'auth_failure'>(
              'auth_failure',
              'plan_limit_reached',
              'api_key_rejected',
              'billing_problem',
            ),
          ),
        )
        .map((entries) => new Map(entries)),
      consents: fc
        .array(
          fc.tuple(
            kinds.map((kind) => ref(kind).id),
            fc.record({ pastCap: fc.boolean() }),
          ),
        )
        .map((entries) => new Map(entries)),
      declined: ids.map((each) => new Set(each)),
      paying: ids.map((each) => new Set(each)),
    }),
    nowMs: fc.constant(nowMs),
  });

  function isOut(one: Candidate, { settled }: Circumstances): boolean {
    const resting = one.cooldownUntilMs !== null && one.cooldownUntilMs > nowMs;
    return !one.usable || resting || settled.refused.has(one.ref.id);
  }
  function present(given: Circumstances): readonly Candidate[] {
    return given.order
      .flatMap((kind) => given.candidates.filter((one) => one.ref.kind === kind))
      .filter((one) => one.usable || one.reason !== 'not_signed_in');
  }

  it('never uses or offers one that is refused, resting, unusable or absent', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const choice = nextCredential(given);
        if (choice.do === 'stop') return;
        const chosen = choice.do === 'use' ? choice.credential : choice.to;
        const found = given.candidates.find((one) => one.ref.id === chosen.id);
        expect(found !== undefined && !isOut(found, given)).toBe(true);
      }),
    );
  });

  it('always uses the preferred one where it works, and only then calls it preferred', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const [preferred] = present(given);
        const choice = nextCredential(given);
        const works = preferred !== undefined && !isOut(preferred, given);
        expect(choice.do === 'use' && choice.reason === 'preferred').toBe(works);
        if (works && choice.do === 'use') expect(choice.credential).toEqual(preferred.ref);
      }),
    );
  });

  it('never pays with a later one under "never", nor with one a person said no to', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const choice = nextCredential({
          ...given,
          fallback: { ...given.fallback, onAuthFailure: 'never', onUsageLimit: 'never' },
        });
        expect(choice.do === 'stop' || (choice.do === 'use' && choice.reason === 'preferred')).toBe(true);
        const other = nextCredential(given);
        if (other.do === 'use' && other.reason !== 'preferred')
          expect(given.settled.declined.has(other.credential.id)).toBe(false);
      }),
    );
  });

  it('never pays past the cap without a yes to that, unless this turn pays with it already', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const choice = nextCredential(given);
        if (choice.do !== 'use' || choice.reason === 'preferred' || coveredByPlan(choice.credential.kind))
          return;
        const { capUsdPerDay } = given.fallback;
        if (capUsdPerDay === null || given.spentTodayUsd < capUsdPerDay) return;
        const { id } = choice.credential;
        expect(given.settled.paying.has(id) || given.settled.consents.get(id)?.pastCap === true).toBe(true);
      }),
    );
  });

  it('gives the same choice for the same circumstances', () => {
    fc.assert(
      fc.property(anything, (given) => {
        expect(nextCredential(given)).toEqual(nextCredential(structuredClone(given)));
      }),
    );
  });
});
