import { type BilledUsage, nothingBilled } from './price-call.ts';

/** What an answer says it used, as far as it has come. */
export interface BilledReading {
  /** Null where the answer said nothing of it. */
  readonly usage: BilledUsage | null;
  /** A figure that cannot be: no whole number, or more than any call can use. */
  readonly isAbsurd: boolean;
}

/** More tokens than a call can use many times over, the passes of server tools included. */
const mostTokens = 100_000_000;

/** Before anything was said. */
export const nothingSaid: BilledReading = { usage: null, isAbsurd: false };

/**
 * Takes the `usage` of one more event in. Later counts replace earlier ones: those of `message_delta` are cumulative. A figure that cannot be
 * leaves the earlier one. Source: `Usage` of @anthropic-ai/sdk 1.14.0.
 */
export function withUsage(before: BilledReading, counts: unknown): BilledReading {
  if (typeof counts !== 'object' || counts === null) return before;
  const fields = fieldsOf(counts);
  const creation = fieldsOf(fields['cache_creation']);
  const tools = fieldsOf(fields['server_tool_use']);
  const known = before.usage ?? nothingBilled;
  let { isAbsurd } = before;
  const count = (value: unknown, earlier: number): number => {
    if (value === undefined || value === null) return earlier;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= mostTokens)
      return value;
    isAbsurd = true;
    return earlier;
  };
  const usage: BilledUsage = {
    inputTokens: count(fields['input_tokens'], known.inputTokens),
    outputTokens: count(fields['output_tokens'], known.outputTokens),
    cacheReadTokens: count(fields['cache_read_input_tokens'], known.cacheReadTokens),
    cacheWriteTokens: count(fields['cache_creation_input_tokens'], known.cacheWriteTokens),
    cacheWrite1hTokens: count(creation['ephemeral_1h_input_tokens'], known.cacheWrite1hTokens),
    webSearches: count(tools['web_search_requests'], known.webSearches),
    isFast: known.isFast || fields['speed'] === 'fast',
    isUsOnly: known.isUsOnly || fields['inference_geo'] === 'us',
  };
  return { usage, isAbsurd };
}

/** What two messages of one answer used together. */
export function addBilled(one: BilledReading, other: BilledReading): BilledReading {
  const isAbsurd = one.isAbsurd || other.isAbsurd;
  if (one.usage === null || other.usage === null) return { usage: one.usage ?? other.usage, isAbsurd };
  const [a, b] = [one.usage, other.usage];
  const usage: BilledUsage = {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
    cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
    cacheWrite1hTokens: a.cacheWrite1hTokens + b.cacheWrite1hTokens,
    webSearches: a.webSearches + b.webSearches,
    isFast: a.isFast || b.isFast,
    isUsOnly: a.isUsOnly || b.isUsOnly,
  };
  return { usage, isAbsurd };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
