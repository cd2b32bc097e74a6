import type { CredentialRef, ReceiptPart, TokenUsage } from '@postern/contract';
import { coveredByPlan } from '../credentials/index.ts';
import { nanoDollars, usdOf } from './nano-dollars.ts';

/** What is shared out by: one finished model call, as the gateway saw it. */
export interface SharedCall {
  readonly credential: CredentialRef;
  readonly reason: string;
  readonly usage: TokenUsage;
}

/** The parts of a receipt and their sums. */
export interface SharedCost {
  readonly costUsd: number;
  readonly usage: TokenUsage;
  readonly parts: readonly ReceiptPart[];
}

/**
 * Shares a turn's cost (the Agent SDK's figure, US dollars) out among its calls by their tokens, by their number where no
 * tokens were counted; calls of one credential and reason become one part, in the order of their first call. Whole billionths
 * of a dollar, largest remainder: the parts add up to `costUsd` exactly. No price table: which token cost what is the SDK's.
 */
export function shareCost(totalUsd: number, calls: readonly SharedCall[]): SharedCost {
  const groups = [...Map.groupBy(calls, ({ credential, reason }) => `${credential.id}\n${reason}`).values()];
  const usages = groups.map((group) => sumUsage(group.map((call) => call.usage)));
  const tokens = usages.map(allTokens);
  const weights = tokens.some((count) => count > 0) ? tokens : groups.map((group) => group.length);
  const shares = share(nanoDollars(Math.max(0, totalUsd)), weights);
  const parts = groups.flatMap((group, at): ReceiptPart[] => {
    const [first] = group;
    const usage = usages[at];
    if (first === undefined || usage === undefined) return [];
    const { credential, reason } = first;
    const costUsd = usdOf(shares[at] ?? 0);
    return [
      {
        credential,
        reason,
        calls: group.length,
        usage,
        costUsd,
        covered: coveredByPlan(credential.kind, credential.payer),
      },
    ];
  });
  // Without a call nobody paid through the gateway, and there is no part that could carry the amount.
  return { costUsd: usdOf(shares.reduce((sum, each) => sum + each, 0)), usage: sumUsage(usages), parts };
}

/** Whole shares of a whole amount, in proportion; what rounding leaves goes to the largest remainders, earlier ones first. */
function share(amount: number, weights: readonly number[]): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => {
    // Integers of any size: amount × tokens outgrows what a double holds exactly.
    const product = BigInt(amount) * BigInt(weight);
    return { whole: Number(product / BigInt(sum)), rest: Number(product % BigInt(sum)) };
  });
  const left = amount - exact.reduce((total, { whole }) => total + whole, 0);
  const lucky = new Set(
    exact
      .map(({ rest }, at) => ({ rest, at }))
      .sort((a, b) => b.rest - a.rest || a.at - b.at)
      .slice(0, left)
      .map(({ at }) => at),
  );
  return exact.map(({ whole }, at) => whole + (lucky.has(at) ? 1 : 0));
}

function sumUsage(usages: readonly TokenUsage[]): TokenUsage {
  return usages.reduce(
    (sum, each) => ({
      inputTokens: sum.inputTokens + each.inputTokens,
      outputTokens: sum.outputTokens + each.outputTokens,
      cacheReadTokens: sum.cacheReadTokens + each.cacheReadTokens,
      cacheWriteTokens: sum.cacheWriteTokens + each.cacheWriteTokens,
    }),
    { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  );
}

function allTokens(usage: TokenUsage): number {
  return usage.inputTokens + usage.outputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
}
