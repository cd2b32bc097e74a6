import { describe, expect, it } from 'vitest';
import type { AdmittedCall, CallEnd } from './spend-guard.ts';
import { turnAllowance } from './turn-allowance.ts';

const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
const remainder = { scope: 'day', capUsd: 5, leftNano: 1_250_000_000 } as const;

/** The allowance of a call, and how the call was ended. */
function allowanceOf(taken: AdmittedCall['remainder']) {
  const ends: CallEnd[] = [];
  const end: AdmittedCall['end'] = (how) => {
    ends.push(how);
    return { costUsd: 0, notReportedUsd: 0, isFirst: true, kept: Promise.resolve() };
  };
  return { allowance: turnAllowance({ remainder: taken, end }), ends };
}

describe('what a turn may spend that pays on its own', () => {
  it('is what is left under the cap, in its words, and stays reserved until it has ended', () => {
    const { allowance, ends } = allowanceOf(remainder);
    expect(allowance?.budgetUsd).toBe(1.25);
    expect(allowance?.reached(1.301)).toBe(
      'The cap for today is $5.00. $1.25 of it was left, and this turn has spent $1.31. It was stopped before its next call.',
    );
    expect(ends).toEqual([]);
  });

  it.each([
    [0.5, 0, { type: 'priced', costUsd: 0.5, openUsd: 0 }],
    [0.5, 0.2, { type: 'priced', costUsd: 0.5, openUsd: 0.2 }],
    [0, 0.2, { type: 'priced', costUsd: 0, openUsd: 0.2 }],
    [0, 0, { type: 'not_charged' }],
    [1e308, 0, { type: 'absurd' }],
    [Number.NaN, 0, { type: 'absurd' }],
  ])('counts with %s dollars, and %s more that it may be, as %j', (costUsd, openUsd, how) => {
    const { allowance, ends } = allowanceOf(remainder);
    allowance?.end({ costUsd, usage, model: 'm', openUsd });
    expect(ends).toMatchObject([how]);
  });

  it('is nothing where no cap holds, and nothing stays reserved for it', () => {
    const { allowance, ends } = allowanceOf(null);
    expect(allowance).toBeUndefined();
    expect(ends).toEqual([{ type: 'not_charged' }]);
  });
});
