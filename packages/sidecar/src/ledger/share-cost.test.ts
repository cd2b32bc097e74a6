import type { CredentialKind } from '@postern/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { credentialRef } from '../credentials/index.ts';
import { nanoDollars } from './nano-dollars.ts';
import { type SharedCall, shareCost } from './share-cost.ts';

function call(kind: CredentialKind, reason: string, outputTokens: number): SharedCall {
  return {
    credential: credentialRef(kind, false),
    reason,
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

  it('adds up exactly, whatever the amounts', () => {
    const calls = fc.array(
      fc.record({
        credential: fc
          .constantFrom<CredentialKind>('oauth', 'api_key', 'claude_code')
          .map((kind) => credentialRef(kind, false)),
        reason: fc.constantFrom('preferred', 'auth_failure', 'plan_limit_reached'),
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
        expect(nanoDollars(costUsd)).toBe(nanoDollars(totalUsd));
        expect(parts.reduce((sum, each) => sum + nanoDollars(each.costUsd), 0)).toBe(nanoDollars(totalUsd));
        expect(parts.reduce((sum, each) => sum + each.calls, 0)).toBe(all.length);
        expect(parts.reduce((sum, each) => sum + each.usage.inputTokens, 0)).toBe(usage.inputTokens);
      }),
    );
  });
});
