import { describe, expect, it } from 'vitest';
import {
  allowAlways,
  ask,
  candidate,
  circumstances,
  key,
  keyId,
  later,
  limitedOAuth,
  never,
  no,
  noKey,
  oauth,
  refused,
  stop,
  use,
  yes,
} from '../../test/support/credentials/samples.ts';
import {
  type Candidate,
  type Choice,
  type Circumstances,
  nextCredential,
  nothingSettled,
} from './next-credential.ts';

const table: readonly [string, Partial<Circumstances>, Partial<Choice>][] = [
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
];

const account = (id: string, fields: Partial<Candidate> = {}): Candidate => {
  const { ref, ...rest } = candidate('oauth', fields);
  return { ref: { ...ref, id }, ...rest };
};
const usedUp = { cooldownUntilMs: later, cooldownReason: 'usage_limit' } as const;
const waits = { onAuthFailure: 'allow', onUsageLimit: 'wait', capUsdPerDay: 5 } as const;
const ended = account('oauth:a', { usable: false, reason: 'reauthorization_required' });
const limited = account('oauth:b', usedUp);
const behindOne = { candidates: [ended, limited, noKey] };
const waitForB = { do: 'wait', credential: { id: 'oauth:b' }, untilMs: later };

const waiting: readonly [string, Partial<Circumstances>, object][] = [
  ['another could pay', { candidates: [limited, key] }, waitForB],
  [
    'others may pay, as the user says',
    { candidates: [limited, key], settled: { ...nothingSettled, othersMayPay: true } },
    use('api_key', 'plan_limit_reached'),
  ],
  [
    'what the user let pay is used up as well',
    { candidates: [limited], settled: { ...nothingSettled, othersMayPay: true } },
    waitForB,
  ],
  ['one before it failed, allow', behindOne, waitForB],
  [
    'one before it failed, never',
    { ...behindOne, fallback: { ...waits, onAuthFailure: 'never' } },
    { do: 'stop', code: 'no_working_credential' },
  ],
  [
    'one before it failed, ask',
    { ...behindOne, fallback: { ...waits, onAuthFailure: 'ask' } },
    { do: 'ask', from: { id: 'oauth:a' }, to: { id: 'oauth:b' }, reason: 'reauthorization_required' },
  ],
  [
    'one before it failed, asked, yes',
    {
      ...behindOne,
      fallback: { ...waits, onAuthFailure: 'ask' },
      settled: { ...nothingSettled, consents: new Set(['oauth:b']) },
    },
    waitForB,
  ],
  [
    'one before it failed, asked, no',
    {
      ...behindOne,
      fallback: { ...waits, onAuthFailure: 'ask' },
      settled: { ...nothingSettled, declined: new Set(['oauth:b']) },
    },
    { do: 'stop', code: 'fallback_refused' },
  ],
  [
    'one behind it failed, never',
    { candidates: [limited, ended, noKey], fallback: { ...waits, onAuthFailure: 'never' } },
    waitForB,
  ],
];

describe('the next credential where resets are waited for', () => {
  it.each(waiting)('when %s', (_name, given, expected) => {
    expect(nextCredential(circumstances({ fallback: waits, ...given }))).toMatchObject(expected);
  });
});

describe('the next credential at a limit', () => {
  it.each(table)('when %s', (_name, given, expected) => {
    expect(nextCredential(circumstances(given))).toMatchObject(expected);
  });
});
