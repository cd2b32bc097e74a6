import { describe, expect, it } from 'vitest';
import {
  allowAlways,
  ask,
  circumstances,
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
} from '../../test/support/credentials/samples.ts';
import { type Choice, type Circumstances, nextCredential } from './next-credential.ts';

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

describe('the next credential at a limit', () => {
  it.each(table)('when %s', (_name, given, expected) => {
    expect(nextCredential(circumstances(given))).toMatchObject(expected);
  });
});
