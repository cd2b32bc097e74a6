import type { CredentialRef, ReceiptPart, TokenUsage } from '@postern/contract';
import { coveredByPlan } from '../credentials/index.ts';
import { nanoDollars, usdOf } from './nano-dollars.ts';

/** One finished model call, as the gateway saw it. */
export interface SharedCall {
  readonly credential: CredentialRef;
  readonly reason: string;
  readonly usage: TokenUsage;
  /** By the price table, US dollars; null if unpriced: the program made the call on its own. */
  readonly costUsd: number | null;
  /** Paid as extra usage beyond a plan: no plan covers it. */
  readonly isOverage?: boolean;
}

/** The parts of a receipt and their sums. */
export interface SharedCost {
  readonly costUsd: number;
  readonly usage: TokenUsage;
  readonly parts: readonly ReceiptPart[];
}

/**
 * What the calls of a turn cost, by credential, reason and whether a plan covers it, in the order of their first call: what the price table made of each, and where the
 * Agent SDK's figure for the turn (US dollars) is larger, what that is more, shared out by tokens among the calls that were not priced, or
 * among all. Whole billionths of a dollar, largest remainder: the parts add up to `costUsd` exactly.
 */
export function shareCost(sdkTotalUsd: number, calls: readonly SharedCall[]): SharedCost {
  const groups = [
    ...Map.groupBy(
      calls,
      ({ credential, reason, isOverage = false }) => `${credential.id}\n${reason}\n${isOverage}`,
    ).values(),
  ];
  const usages = groups.map((group) => sumUsage(group.map((call) => call.usage)));
  const priced = groups.map((group) =>
    group.reduce((sum, { costUsd }) => sum + nanoDollars(costUsd ?? 0), 0),
  );
  const rest = nanoDollars(sane(sdkTotalUsd)) - priced.reduce((sum, each) => sum + each, 0);
  const shares = share(Math.max(0, rest), weightsOf(groups, usages));
  const parts = groups.flatMap((group, at): ReceiptPart[] => {
    const [first] = group;
    const usage = usages[at];
    if (first === undefined || usage === undefined) return [];
    const { credential, reason, isOverage = false } = first;
    const costUsd = usdOf((priced[at] ?? 0) + (shares[at] ?? 0));
    return [
      {
        credential,
        reason,
        calls: group.length,
        usage,
        costUsd,
        covered: !isOverage && coveredByPlan(credential),
      },
    ];
  });
  // Without a call nothing was paid through the gateway, and no part could carry the amount.
  const costUsd = usdOf(parts.reduce((sum, part) => sum + nanoDollars(part.costUsd), 0));
  return { costUsd, usage: sumUsage(usages), parts };
}

/** More than this no turn costs, US dollars: a figure beyond it is a mistake, and the calls count by the price table alone. */
export const mostOfTurnUsd = 100_000;

function sane(usd: number): number {
  return usd >= 0 && usd <= mostOfTurnUsd ? usd : 0;
}

function weightsOf(
  groups: readonly (readonly SharedCall[])[],
  usages: readonly TokenUsage[],
): readonly number[] {
  const unpriced = groups.map((group) => group.some(({ costUsd }) => costUsd === null));
  const some = unpriced.some(Boolean) ? unpriced : groups.map(() => true);
  const tokens = usages.map((usage, at) => (some[at] === true ? allTokens(usage) : 0));
  return tokens.some((count) => count > 0)
    ? tokens
    : groups.map((group, at) => (some[at] === true ? group.length : 0));
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
