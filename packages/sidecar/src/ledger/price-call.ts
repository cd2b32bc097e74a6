import type { TokenUsage } from '@postern/contract';
import { nanoDollars } from './nano-dollars.ts';
import {
  dearest,
  type ModelPrices,
  pricesOf,
  type TokenPrices,
  usInferenceFactor,
  webSearchUsd,
} from './price-table.ts';

/** What an answer says it used, as far as it is charged for. */
export interface BilledUsage extends TokenUsage {
  /** Of `cacheWriteTokens`: those that are kept for an hour. */
  readonly cacheWrite1hTokens: number;
  readonly webSearches: number;
  readonly isFast: boolean;
  /** Inference was bound to the United States. */
  readonly isUsOnly: boolean;
}

/** What a request may use at most. */
export interface CallBound {
  /** Every model that may answer it; empty where the request names none. */
  readonly models: readonly string[];
  /** Tokens of the prompt. */
  readonly inputTokens: number;
  /** Whether parts of the prompt may be written to the cache, and for how long. */
  readonly caching: 'none' | '5m' | '1h';
  /** Null: as long as the model's answers get. */
  readonly outputTokens: number | null;
  /** How often the service may run a tool of its own; after each the model reads the prompt again, and what the tool brought. */
  readonly serverToolUses: number;
  readonly webSearches: number;
  readonly isFast: boolean;
  readonly isUsOnly: boolean;
}

/** A price in billionths of a US dollar, and the model whose price is not known, where there is one. */
export interface CallPrice {
  readonly nano: number;
  readonly unknownModel: string | null;
}

/**
 * Tokens that one use of a server tool adds to the prompt. No limit is published for a web search; measured answers bring 3,000 to 10,000.
 * It is the one part of a bound that is an estimate.
 */
const tokensOfServerTool = 16_000;

/** An answer of nothing. */
export const nothingBilled: BilledUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  cacheWrite1hTokens: 0,
  webSearches: 0,
  isFast: false,
  isUsOnly: false,
};

/**
 * The list price of what a call used, rounded up to a billionth of a dollar. The model that answered counts, and the one that was asked for
 * where the answer names none; one that the table does not know counts as the dearest. Pure.
 */
export function priceOfCall(usage: BilledUsage, answered: string | null, asked: string | null): CallPrice {
  const model = answered ?? asked;
  const known = model === null ? null : pricesOf(model);
  const prompt = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens;
  const row = ratesFor(known ?? dearest, prompt, usage.isFast);
  const writes1h = Math.min(usage.cacheWrite1hTokens, usage.cacheWriteTokens);
  const perMillion =
    usage.inputTokens * row.input +
    usage.outputTokens * row.output +
    usage.cacheReadTokens * row.cacheRead +
    (usage.cacheWriteTokens - writes1h) * row.cacheWrite5m +
    writes1h * row.cacheWrite1h;
  return {
    nano: total(perMillion, usage.isUsOnly, usage.webSearches),
    unknownModel: known === null ? (model ?? '') : null,
  };
}

/** The most that a request may cost, whichever of its models answers and however its prompt is cached. Pure. */
export function mostOfCall(bound: CallBound): CallPrice {
  const rows = bound.models.map((model) => ({ model, prices: pricesOf(model) }));
  const unknown = rows.find(({ prices }) => prices === null);
  const all = rows.length === 0 ? [dearest] : rows.map(({ prices }) => prices ?? dearest);
  return {
    nano: Math.max(...all.map((prices) => mostWith(prices, bound))),
    unknownModel: unknown?.model ?? (rows.length === 0 ? '' : null),
  };
}

function mostWith(prices: ModelPrices, bound: CallBound): number {
  const output = Math.min(bound.outputTokens ?? prices.mostOutput, prices.mostOutput);
  const prompts = Array.from({ length: bound.serverToolUses + 1 }, (_, uses) =>
    Math.min(bound.inputTokens + uses * tokensOfServerTool, prices.window),
  );
  const input = prompts.reduce((sum, tokens) => sum + tokens, 0);
  const row = ratesFor(prices, input, bound.isFast);
  const { none, ...written } = { none: row.input, '5m': row.cacheWrite5m, '1h': row.cacheWrite1h };
  const each = bound.caching === 'none' ? none : Math.max(none, written[bound.caching]);
  return total(input * each + output * row.output, bound.isUsOnly, bound.webSearches);
}

function ratesFor(prices: ModelPrices, promptTokens: number, isFast: boolean): TokenPrices {
  if (isFast) return prices.fast ?? dearest.fast ?? dearest;
  const { longPrompt } = prices;
  return longPrompt !== undefined && promptTokens > longPrompt.aboveTokens ? longPrompt : prices;
}

function total(dollarsPerMillion: number, isUsOnly: boolean, webSearches: number): number {
  // Prices have at most four decimals: whole hundredths of a billionth keep the sum exact before it is rounded up.
  const exact = Math.round(dollarsPerMillion * 100_000 * (isUsOnly ? usInferenceFactor : 1));
  return Math.ceil(exact / 100) + nanoDollars(webSearches * webSearchUsd);
}
