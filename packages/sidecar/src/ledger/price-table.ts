/** List prices of one model, US dollars for a million tokens. */
export interface TokenPrices {
  readonly input: number;
  readonly output: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly cacheRead: number;
}

/** What one model costs, and how much one call of it can hold. */
export interface ModelPrices extends TokenPrices {
  /** For a prompt longer than this many tokens, cached ones included, everything in the call costs more. */
  readonly longPrompt?: TokenPrices & { readonly aboveTokens: number };
  /** Where `speed` is `fast`; without it, fast costs as much as the dearest. */
  readonly fast?: TokenPrices;
  /** Tokens that a prompt may have at most. */
  readonly window: number;
  /** Tokens that an answer may have at most. */
  readonly mostOutput: number;
}

/*
 * Compared on 2026-11-28 with its source: the catalog inside the Agent SDK's own program, version 2.1.332
 * (@anthropic-ai/claude-agent-sdk 0.3.332), which holds the list prices published at https://platform.claude.com/docs/en/about-claude/pricing.
 * `price-table.slow.test.ts` lets the program price a call of every row and compares.
 */

/** US dollars for one web search that the service runs. Other server tools cost nothing but their tokens. */
export const webSearchUsd = 0.01;

/** Multiplies the price of all tokens where inference is bound to the United States (`inference_geo: "us"`). */
export const usInferenceFactor = 1.1;

const million = 1_000_000;

function prices(input: number, output: number, cacheRead = input / 10): TokenPrices {
  return { input, output, cacheWrite5m: input * 1.25, cacheWrite1h: input * 2, cacheRead };
}

const limits = (window: number, mostOutput: number) => ({ window, mostOutput });
const newest = limits(million, 128_000);

const fast10 = prices(10, 50);
const fast8 = prices(8, 40, 0.4);
const fast16 = prices(16, 80, 0.4);
const fast30 = prices(30, 150);

const haiku55Long = { ...prices(0.5, 2.5), aboveTokens: 100_000 };

/**
 * Compared on 2026-11-28 with its source: the catalog inside the Agent SDK's own program, version 2.1.332 (@anthropic-ai/claude-agent-sdk
 * 0.3.332), which holds the list prices published at https://platform.claude.com/docs/en/about-claude/pricing. `price-table.slow.test.ts` lets the
 * program price a call of every row and compares.
 *
 * By the model's name without its date. A model that the program gives no own price for fast answers has none here either.
 */
const table: Readonly<Record<string, ModelPrices>> = {
  'claude-3-5-haiku': { ...prices(0.8, 4), ...limits(200_000, 8192) },
  'claude-haiku-4-5': { ...prices(1, 5), ...limits(200_000, 64_000) },
  'claude-haiku-5-5': { ...prices(0.1, 0.5), ...newest, longPrompt: haiku55Long },
  'claude-3-5-sonnet': { ...prices(3, 15), ...limits(200_000, 8192) },
  'claude-3-7-sonnet': { ...prices(3, 15), ...limits(200_000, 128_000) },
  'claude-sonnet-4': { ...prices(3, 15), ...limits(million, 64_000) },
  'claude-sonnet-4-0': { ...prices(3, 15), ...limits(million, 64_000) },
  'claude-sonnet-4-5': { ...prices(3, 15), ...limits(million, 64_000) },
  'claude-sonnet-4-6': { ...prices(3, 15), ...newest },
  'claude-sonnet-5': { ...prices(2, 10), ...newest },
  'claude-sonnet-5-5': { ...prices(2, 10, 0.1), ...newest },
  'claude-opus-4': { ...prices(15, 75), ...limits(200_000, 32_000) },
  'claude-opus-4-0': { ...prices(15, 75), ...limits(200_000, 32_000) },
  'claude-opus-4-1': { ...prices(15, 75), ...limits(200_000, 32_000) },
  'claude-opus-4-5': { ...prices(5, 25), ...limits(200_000, 64_000) },
  'claude-opus-4-6': { ...prices(5, 25), ...newest, fast: fast30 },
  'claude-opus-4-7': { ...prices(5, 25), ...newest, fast: fast30 },
  'claude-opus-4-8': { ...prices(5, 25), ...newest, fast: fast10 },
  'claude-opus-5': { ...prices(5, 25), ...newest, fast: fast10 },
  'claude-opus-5-5': { ...prices(4, 20, 0.2), ...newest, fast: fast8 },
  'claude-fable-5': { ...prices(10, 50), ...newest },
  'claude-fable-5-1': { ...prices(10, 50, 0.25), ...newest },
  'claude-fable-5-2': { ...prices(8, 40, 0.2), ...newest, fast: fast16 },
  'claude-mythos-5': { ...prices(10, 50), ...newest },
  'claude-mythos-5-1': { ...prices(10, 50, 0.25), ...newest },
  'claude-mythos-5-2': { ...prices(8, 40, 0.2), ...newest, fast: fast16 },
};

/** Names of every model that the table knows. */
export const pricedModels: readonly string[] = Object.keys(table);

/**
 * The price of a model that the table does not know: the highest of each kind, so that nothing costs more than was counted. An
 * answer of it may be as long as any.
 */
export const dearest: ModelPrices = {
  ...dearestOf(Object.values(table)),
  fast: dearestOf(Object.values(table).flatMap(({ fast }) => fast ?? [])),
  ...newest,
};

/**
 * The row of a model as the service or a request names it: with a date (`claude-opus-4-20250514`), an alias (`-latest`), or the suffix for
 * the long window (`[1m]`). Null for a model that the table does not know.
 */
export function pricesOf(model: string): ModelPrices | null {
  const name = model
    .toLowerCase()
    .replace(/\[1m\]$/, '')
    .replace(/-(?:20\d{6}|latest)$/, '');
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

function dearestOf(rows: readonly TokenPrices[]): TokenPrices {
  const most = (name: keyof TokenPrices): number => Math.max(...rows.map((row) => row[name]));
  return {
    input: most('input'),
    output: most('output'),
    cacheWrite5m: most('cacheWrite5m'),
    cacheWrite1h: most('cacheWrite1h'),
    cacheRead: most('cacheRead'),
  };
}
