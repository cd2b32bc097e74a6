import { describe, expect, it } from 'vitest';
import { type Respond, sendError, sendStream } from '../../test/support/gateway/fake-upstream.ts';
import { openHouse } from '../../test/support/gateway/harness.ts';
import type { Candidate } from '../credentials/index.ts';
import { ReauthorizationRequiredError } from '../errors/index.ts';
import { Secret } from '../secret/index.ts';
import type { QueryScope } from '../selection/index.ts';

const signal = new AbortController().signal;
const good: Respond = (_seen, response) => sendStream(response);

function delegated(kind: 'claude_code' | 'console_profile', fields: Partial<Candidate> = {}): Candidate {
  return {
    ref: { id: `${kind}:default`, kind, payer: 'plan' },
    usable: true,
    reason: null,
    cooldownUntilMs: null,
    cooldownReason: null,
    ...fields,
  };
}

function scopeOf(candidates: readonly Candidate[], first: string | null = null): QueryScope {
  return { first, delegated: () => candidates };
}

describe('a query that another program’s sign-in begins', () => {
  it('is told who serves next, and carries what was settled over to the gateway', async () => {
    const house = await openHouse({ respond: good, signedIn: false, fallback: { onAuthFailure: 'ask' } });
    const { query, heard, post } = house.bind({ answer: 'once', scope: scopeOf([delegated('claude_code')]) });

    expect(await query.next(signal)).toMatchObject({
      credential: { kind: 'claude_code' },
      reason: 'preferred',
    });
    query.settleRefusal('claude_code:default', 'reauthorization_required');
    expect(await query.next(signal)).toMatchObject({
      credential: { kind: 'api_key' },
      reason: 'reauthorization_required',
    });
    expect((await post()).status).toBe(200);

    // One question, though both the query and its request had to choose.
    expect(heard.questions).toHaveLength(1);
    expect(heard.switches).toEqual([
      { from: 'claude_code', to: 'api_key', reason: 'reauthorization_required' },
    ]);
    expect(heard.paid).toMatchObject([{ reason: 'reauthorization_required' }]);
    expect(house.facts).toContainEqual(expect.objectContaining({ type: 'fallback' }));
  });

  it('ends under the code and the time of what was preferred, where the person says no', async () => {
    const house = await openHouse({ respond: good, signedIn: false });
    const coolingDown = delegated('claude_code', {
      reason: 'plan_limit_reached',
      cooldownUntilMs: house.nowMs + 60_000,
      cooldownReason: 'usage_limit',
    });
    const { query } = house.bind({ answer: 'no', scope: scopeOf([coolingDown]) });

    expect(await query.next(signal)).toEqual({
      code: 'fallback_refused',
      detail: null,
      retryAtMs: house.nowMs + 60_000,
    });
  });

  it('is told nothing once it was cancelled, a question that waits included', async () => {
    const house = await openHouse({ respond: good, signedIn: false, fallback: { onAuthFailure: 'ask' } });
    const cancelling = new AbortController();
    const { query } = house.bind({
      answer: async () => {
        cancelling.abort();
        return await new Promise(() => undefined);
      },
      scope: scopeOf([delegated('claude_code')]),
    });
    query.settleRefusal('claude_code:default', 'auth_failure');

    expect(await query.next(cancelling.signal)).toBeNull();
  });

  it('passes over a sign-in that cannot be renewed', async () => {
    const house = await openHouse({ respond: good });
    house.tokens.get = async () => {
      throw new ReauthorizationRequiredError('reauthorization_required');
    };
    const { query } = house.bind({ scope: scopeOf([]) });

    expect(await query.next(signal)).toMatchObject({
      credential: { kind: 'api_key' },
      reason: 'reauthorization_required',
    });
  });
});

describe('a request of the gateway’s', () => {
  it('counts a plan that rests with another program: the key is asked for, and the cap holds', async () => {
    const house = await openHouse({ respond: good, signedIn: false });
    const coolingDown = delegated('claude_code', {
      reason: 'plan_limit_reached',
      cooldownUntilMs: house.nowMs + 60_000,
      cooldownReason: 'usage_limit',
    });
    const { heard, post } = house.bind({ answer: 'no', scope: scopeOf([coolingDown]) });

    expect((await post()).status).toBe(403);
    expect(heard.questions).toMatchObject([{ from: { kind: 'claude_code' }, reason: 'plan_limit_reached' }]);
    expect(house.upstream.seen).toEqual([]);
  });

  it('is handed over where another program’s sign-in is next in order, and goes nowhere else', async () => {
    const house = await openHouse({
      respond: (_seen, response) => sendError(response, 401, 'authentication_error', 'no'),
    });
    house.tokens.refresh = async () => 'token-2';
    const { heard, post, query } = house.bind({ scope: scopeOf([delegated('console_profile')]) });

    const answer = await post();

    expect([answer.status, answer.headers['x-should-retry']]).toEqual([403, 'false']);
    expect(heard.handOvers).toBe(1);
    expect(heard.givenUp).toEqual([]);
    expect(house.upstream.seen.every(({ paidWith }) => paidWith?.startsWith('token'))).toBe(true);
    expect(await query.next(signal)).toMatchObject({ credential: { kind: 'console_profile' } });
    expect(heard.switches).toEqual([{ from: 'oauth', to: 'console_profile', reason: 'auth_failure' }]);
  });

  it('passes over what cannot go on with its conversation: without a question, but not past the cap', async () => {
    const house = await openHouse({ respond: good, signedIn: false, fallback: { onAuthFailure: 'never' } });
    const elsewhere = delegated('claude_code', { usable: false, reason: 'conversation_elsewhere' });
    const first = house.bind({ scope: scopeOf([elsewhere]) });
    expect((await first.post()).status).toBe(200);
    expect(first.heard.paid).toMatchObject([{ reason: 'conversation_elsewhere' }]);
    expect(first.heard.questions).toEqual([]);

    house.spend(5);
    const second = house.bind({ answer: 'no', scope: scopeOf([elsewhere]) });
    expect((await second.post()).status).toBe(403);
    expect(second.heard.questions).toMatchObject([{ reason: 'spend_cap_reached' }]);
  });
});

describe('the credential that a workspace prefers', () => {
  it('goes before the order, for its queries alone, and two of them are no switch', async () => {
    const house = await openHouse({ respond: good });
    const scopes = [scopeOf([], 'api_key:default'), scopeOf([])];
    const queries = scopes.map((scope) => house.bind({ scope }));

    for (let round = 0; round < 2; round += 1) for (const { post } of queries) await post();

    expect(house.upstream.seen.map(({ paidWith }) => paidWith)).toEqual(['key', 'token-1', 'key', 'token-1']);
    for (const { heard } of queries) expect(heard.switches).toEqual([]);
    expect(house.facts.filter(({ type }) => type === 'fallback')).toEqual([]);
    expect(await house.selection.choose({ scope: scopeOf([], 'api_key:default') })).toMatchObject({
      credential: { kind: 'api_key' },
      reason: 'preferred',
      asks: false,
    });
  });

  it('that is not there any more is replaced as the policy says, not in silence', async () => {
    const house = await openHouse({ respond: good, fallback: { onAuthFailure: 'ask' } });
    const { heard, post } = house.bind({ answer: 'once', scope: scopeOf([], 'console_profile:gone') });

    expect((await post()).status).toBe(200);
    expect(heard.questions).toMatchObject([
      { from: { id: 'console_profile:gone', kind: 'console_profile' }, reason: 'not_signed_in' },
    ]);
  });
});

describe('several of a kind', () => {
  it('are tried in the order of the person’s list, those it does not name after them', async () => {
    const house = await openHouse({ respond: good, signedIn: false });
    await house.store.apiKeys.write('api_key:work', new Secret('sk-ant-api03-the-key-for-work'));
    expect(await house.selection.choose()).toMatchObject({ credential: { id: 'api_key:default' } });

    house.settings = { ...house.settings, accounts: [{ id: 'api_key:work', label: 'Work' }] };

    expect(await house.selection.choose()).toMatchObject({ credential: { id: 'api_key:work' } });
  });
});
