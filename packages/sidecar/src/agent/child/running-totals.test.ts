import type { ModelUsage } from '@anthropic-ai/claude-agent-sdk';
import { expect, it } from 'vitest';
import { nothingSpent, runningTotals, spentSince, spentTogether } from './running-totals.ts';

function used(inputTokens: number): ModelUsage {
  return {
    inputTokens,
    outputTokens: 2,
    cacheReadInputTokens: 3,
    cacheCreationInputTokens: 4,
    webSearchRequests: 0,
    costUSD: 0,
    contextWindow: 0,
    maxOutputTokens: 0,
  };
}

it('a turn costs what was added to the totals, over every model', () => {
  const before = runningTotals(0.1, { big: used(10) });
  const after = runningTotals(0.25, { big: used(30), small: used(5) });

  expect(spentSince(before, after)).toEqual({
    costUsd: 0.15,
    usage: { inputTokens: 25, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 },
  });
  expect(spentSince(nothingSpent, before)).toEqual(before);
});

it('a program that crashed and reports zeros does not pay anything back', () => {
  expect(spentSince(runningTotals(0.1, { big: used(10) }), nothingSpent)).toEqual(nothingSpent);
});

it('what two turns of a query cost is added up', () => {
  const one = {
    costUsd: 0.5,
    usage: { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 },
  };
  expect(spentTogether(one, nothingSpent)).toEqual(one);
  expect(spentTogether(one, one)).toEqual({
    costUsd: 1,
    usage: { inputTokens: 2, outputTokens: 4, cacheReadTokens: 6, cacheWriteTokens: 8 },
  });
});
