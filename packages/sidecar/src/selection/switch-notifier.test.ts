import type { CredentialRef } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { type ChoiceReason, credentialRef, type ReportedFact } from '../credentials/index.ts';
import { createQueryState } from './query-state.ts';
import { createSwitchNotifier } from './switch-notifier.ts';

const oauth = credentialRef('oauth', false);
const key = credentialRef('api_key', false);

function house() {
  const facts: ReportedFact[] = [];
  const switches = createSwitchNotifier({ report: (fact) => facts.push(fact) });
  /** A query that was said to start with `announced`, and who paid its calls. */
  const query = (announced: CredentialRef, ...calls: readonly (readonly [CredentialRef, ChoiceReason])[]) => {
    const heard: string[] = [];
    const state = createQueryState(
      'query',
      {
        ask: async () => 'no',
        onSwitch: (from, to, reason) => heard.push(`${from.kind} > ${to.kind}: ${reason}`),
        onUsageLimit: () => undefined,
        onPaidCall: () => undefined,
        onGivenUp: () => undefined,
        onPassedThrough: () => undefined,
      },
      { first: null, delegated: () => [], announced },
    );
    for (const [to, reason] of calls) switches.use(state, to, reason, oauth);
    return heard;
  };
  return { facts, query };
}

describe('a switch of payer', () => {
  it('is told once to its query and to the house, both ways', () => {
    const { facts, query } = house();
    expect(
      query(oauth, [oauth, 'preferred'], [key, 'plan_limit_reached'], [key, 'plan_limit_reached']),
    ).toEqual(['oauth > api_key: plan_limit_reached']);
    expect(query(oauth, [oauth, 'preferred'])).toEqual(['api_key > oauth: preferred']);
    expect(facts.map((fact) => fact.type === 'fallback' && [fact.from.kind, fact.to.kind])).toEqual([
      ['oauth', 'api_key'],
      ['api_key', 'oauth'],
    ]);
  });

  it('is no news to a query that was said to start with the one that paid last', () => {
    const { facts, query } = house();
    query(oauth, [key, 'plan_limit_reached']);
    expect(query(key, [key, 'plan_limit_reached'])).toEqual([]);
    expect(facts).toHaveLength(1);
  });

  it('is told to a query that was said to start with another, although the house knows: a person was asked first', () => {
    const { facts, query } = house();
    query(oauth, [key, 'plan_limit_reached']);
    expect(query(oauth, [key, 'plan_limit_reached'])).toEqual(['oauth > api_key: plan_limit_reached']);
    expect(facts).toHaveLength(1);
  });
});
