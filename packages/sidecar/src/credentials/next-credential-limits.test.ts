import { describe, expect, it } from 'vitest';
import {
  allowAlways,
  ask,
  candidate,
  circumstances,
  endedOAuth,
  key,
  keyId,
  later,
  limitedOAuth,
  never,
  no,
  oauth,
  refused,
  stop,
  use,
  yes,
  yesPastCap,
} from '../../test/support/credentials/samples.ts';
import { type Choice, type Circumstances, nextCredential, nothingSettled } from './next-credential.ts';

const table: readonly [string, Partial<Circumstances>, Partial<Choice>][] = [
  [
    'only a key past the cap: no question either',
    { candidates: [key], spentTodayUsd: 99 },
    use('api_key', 'preferred'),
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
];

describe('the next credential at a limit or the daily cap', () => {
  it.each(table)('when %s', (_name, given, expected) => {
    expect(nextCredential(circumstances(given))).toMatchObject(expected);
  });
});
