import type { CredentialKind } from '@postern/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialRef } from '../credentials/index.ts';
import { nanoDollars } from './nano-dollars.ts';
import { type SharedCall, shareCost } from './share-cost.ts';

function call(
  kind: CredentialKind,
  reason: string,
  outputTokens: number,
  costUsd: number | null = null,
): SharedCall {
  return {
    credential: credentialRef(kind, false),
    reason,
    costUsd,
    usage: { inputTokens: 0, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 },
  };
}

describe('a turn’s cost', () => {
  it('is shared out by tokens, calls of one credential and reason in one part', () => {
    const { parts, costUsd, usage } = shareCost(0.09, [
      call('oauth', 'preferred', 100),
      call('api_key', 'plan_limit_reached', 150),
      call('oauth', 'preferred', 50),
    ]);
    expect(parts).toMatchObject([
      {
        credential: { kind: 'oauth' },
        calls: 2,
        costUsd: 0.045,
        covered: true,
        usage: { outputTokens: 150 },
      },
      {
        credential: { kind: 'api_key' },
        reason: 'plan_limit_reached',
        calls: 1,
        costUsd: 0.045,
        covered: false,
      },
    ]);
    expect([costUsd, usage.outputTokens]).toEqual([0.09, 300]);
  });

  it('is shared by the number of calls where no tokens were counted, and by nothing where there were none', () => {
    expect(
      shareCost(0.3, [call('oauth', 'a', 0), call('oauth', 'a', 0), call('api_key', 'b', 0)]).parts.map(
        (each) => each.costUsd,
      ),
    ).toEqual([0.2, 0.1]);
    expect(shareCost(1, [])).toMatchObject({ parts: [], costUsd: 0 });
  });

  it('is what the calls cost by the price table where that is more, and never less than the SDK says', () => {
    const calls = [call('oauth', 'preferred', 100, 0.5), call('api_key', 'plan_limit_reached', 100, 0.25)];
    const costs = (sdkUsd: number): number[] => shareCost(sdkUsd, calls).parts.map((each) => each.costUsd);
    expect(costs(0)).toEqual([0.5, 0.25]);
    expect(costs(0.7)).toEqual([0.5, 0.25]);
    expect(costs(0.95)).toEqual([0.6, 0.35]);
    expect(costs(Number.NaN)).toEqual([0.5, 0.25]);
    expect(costs(1e300)).toEqual([0.5, 0.25]);
  });

  it('gives what the SDK says beyond the price table to the calls that nobody priced', () => {
    const calls = [call('oauth', 'preferred', 900, 0.5), call('console_profile', 'auth_failure', 1)];
    expect(shareCost(0.8, calls).parts.map((each) => each.costUsd)).toEqual([0.5, 0.3]);
  });

  it('adds up exactly, whatever the amounts', () => {
    const calls = fc.array(
      fc.record({
        credential: fc
          .constantFrom<CredentialKind>('oauth', 'api_key', 'claude_code')
          .map((kind) => credentialRef(kind, false)),
        reason: fc.constantFrom('preferred', 'auth_failure', 'plan_limit_reached'),
        costUsd: fc.option(fc.nat(1_000_000_000).map((nano) => nano / 1e9)),
        usage: fc.record({
          inputTokens: fc.nat(2_000_000),
          outputTokens: fc.nat(100_000),
          cacheReadTokens: fc.nat(9_000_000),
          cacheWriteTokens: fc.nat(),
        }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 5000, noNaN: true }), calls, (totalUsd, all) => {
        const { parts, costUsd, usage } = shareCost(totalUsd, all);
        const priced = all.reduce((sum, each) => sum + nanoDollars(each.costUsd ?? 0), 0);
        expect(nanoDollars(costUsd)).toBe(Math.max(nanoDollars(totalUsd), priced));
        expect(parts.reduce((sum, each) => sum + nanoDollars(each.costUsd), 0)).toBe(nanoDollars(costUsd));
        expect(parts.reduce((sum, each) => sum + each.calls, 0)).toBe(all.length);
        expect(parts.reduce((sum, each) => sum + each.usage.inputTokens, 0)).toBe(usage.inputTokens);
      }),
    );
  });
});
