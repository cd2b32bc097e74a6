import { describe, expect, it } from 'vitest';
import { type BilledUsage, type CallBound, mostOfCall, nothingBilled, priceOfCall } from './price-call.ts';
import { dearest, pricedModels, pricesOf } from './price-table.ts';

const used = (part: Partial<BilledUsage>): BilledUsage => ({ ...nothingBilled, ...part });
const atMost = (part: Partial<CallBound>): CallBound => ({
  models: ['claude-sonnet-5-5'],
  inputTokens: 1000,
  caching: 'none',
  outputTokens: 100,
  serverToolUses: 0,
  webSearches: 0,
  isFast: false,
  isUsOnly: false,
  ...part,
});

describe('the price of a call', () => {
  it.each<[string, Partial<BilledUsage>, string, number]>([
    ['a million tokens in and out', { inputTokens: 1e6, outputTokens: 1e6 }, 'claude-sonnet-5-5', 12],
    ['a prompt from the cache', { cacheReadTokens: 1e6 }, 'claude-opus-5-5', 0.2],
    ['a prompt kept for five minutes', { cacheWriteTokens: 1e6 }, 'claude-opus-5', 6.25],
    ['half of it for an hour', { cacheWriteTokens: 1e6, cacheWrite1hTokens: 5e5 }, 'claude-opus-5', 8.125],
    ['three searches', { webSearches: 3 }, 'claude-opus-5', 0.03],
    ['a short prompt of the smallest model', { inputTokens: 1e5 }, 'claude-haiku-5-5', 0.01],
    ['a long one', { inputTokens: 1e5, cacheReadTokens: 1 }, 'claude-haiku-5-5', 0.05000005],
    ['a fast answer', { outputTokens: 1e6, isFast: true }, 'claude-opus-5-5', 40],
    ['an answer from the United States', { outputTokens: 1e6, isUsOnly: true }, 'claude-opus-5', 27.5],
    ['a date in the name', { inputTokens: 1e6 }, 'claude-opus-4-1-20250805', 15],
    ['the long window in the name', { inputTokens: 1e6 }, 'claude-sonnet-4-5[1m]', 3],
  ])('%s', (_name, usage, model, usd) => {
    expect(priceOfCall(used(usage), model, null)).toEqual({
      nano: Math.round(usd * 1e9),
      unknownModel: null,
    });
  });

  it('is that of the model that answered, whichever was asked for', () => {
    const usage = used({ outputTokens: 1e6 });
    expect(priceOfCall(usage, 'claude-fable-5', 'claude-haiku-5-5').nano).toBe(50e9);
    expect(priceOfCall(usage, 'claude-haiku-5-5-20261101', 'opus')).toEqual({
      nano: 5e8,
      unknownModel: null,
    });
    expect(priceOfCall(usage, null, 'claude-haiku-5-5')).toEqual({ nano: 5e8, unknownModel: null });
  });

  it('is the dearest there is where another model answered that is not in the table', () => {
    const usage = used({ outputTokens: 1e6 });
    expect(priceOfCall(usage, 'opus-next', 'claude-haiku-5-5')).toEqual({
      nano: 75e9,
      unknownModel: 'opus-next',
    });
  });

  it('is the dearest there is for a model that is not in the table, and says so', () => {
    const usage = used({ inputTokens: 1e6, outputTokens: 1e6 });
    expect(priceOfCall(usage, 'claude-next-9', null)).toEqual({ nano: 90e9, unknownModel: 'claude-next-9' });
    expect(priceOfCall({ ...usage, isFast: true }, null, null)).toEqual({ nano: 180e9, unknownModel: '' });
    for (const name of ['toString', '__proto__', '']) expect(pricesOf(name)).toBeNull();
    for (const model of pricedModels) {
      const row = pricesOf(model);
      for (const kind of ['input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h'] as const)
        expect(dearest[kind]).toBeGreaterThanOrEqual(row?.[kind] ?? Number.POSITIVE_INFINITY);
    }
  });
});

describe('the most that a call may cost', () => {
  it.each<[string, Partial<CallBound>, number]>([
    ['by its prompt and the longest answer asked for', {}, 0.003],
    ['as long an answer as the model gives where none is asked for', { outputTokens: null }, 1.282],
    ['and no longer', { outputTokens: 1e9 }, 1.282],
    ['no prompt longer than the model reads', { inputTokens: 1e9, outputTokens: 0 }, 2],
    ['with the prompt written to the cache', { caching: '5m', outputTokens: 0 }, 0.0025],
    ['for an hour', { caching: '1h', outputTokens: 0 }, 0.004],
    ['with searches, and the prompt read again', { serverToolUses: 1, webSearches: 1 }, 0.047],
    ['by the dearest model that may answer', { models: ['claude-sonnet-5-5', 'claude-opus-5'] }, 0.0075],
    ['by the dearest of all where one is unknown', { models: ['x'], outputTokens: 0 }, 0.015],
  ])('%s', (_name, bound, usd) => {
    expect(mostOfCall(atMost(bound)).nano).toBe(Math.round(usd * 1e9));
  });

  it('is never less than what a call within its bounds costs', () => {
    for (const model of pricedModels)
      for (const caching of ['none', '5m', '1h'] as const)
        for (const isFast of [false, true])
          for (const inputTokens of [90_000, 150_000]) {
            const flags = { isFast, isUsOnly: true, webSearches: 0 };
            const bound = atMost({ models: [model], inputTokens, caching, ...flags });
            const written = { none: 0, '5m': 0, '1h': inputTokens }[caching];
            const usage = used({
              inputTokens: caching === 'none' ? inputTokens : 0,
              cacheWriteTokens: caching === 'none' ? 0 : inputTokens,
              cacheWrite1hTokens: written,
              outputTokens: 100,
              ...flags,
            });
            expect(mostOfCall(bound).nano).toBeGreaterThanOrEqual(priceOfCall(usage, model, null).nano);
          }
  });
});
