import type { SDKMessage, SDKResultMessage } from '@anthropic-ai/claude-agent-sdk';
import { expect, it } from 'vitest';
import { ContextMeter } from './context-meter.ts';

type Event = Extract<SDKMessage, { type: 'stream_event' }>['event'];
const model = 'claude-opus-5-5';
const result = { modelUsage: { [model]: { contextWindow: 200_000 } } } as unknown as SDKResultMessage;
const start = (usage: unknown): Event => ({ type: 'message_start', message: { usage } }) as unknown as Event;
const delta = (usage: unknown): Event => ({ type: 'message_delta', usage }) as unknown as Event;

it('is what the last call was given, cached or not, and what it said', () => {
  const meter = new ContextMeter();
  meter.read(start({ input_tokens: 10, cache_read_input_tokens: 900, cache_creation_input_tokens: 80 }));
  meter.read(delta({ output_tokens: 5 }));
  meter.read(delta({ output_tokens: 10 }));
  expect(meter.used(result, model)).toEqual({ usedTokens: 1_000, windowTokens: 200_000 });
  meter.read(start({ input_tokens: 1_200 }));
  expect(meter.used(result, model)?.usedTokens).toBe(1_200);
});

it('is what compaction left', () => {
  const meter = new ContextMeter();
  meter.read(start({ input_tokens: 1_200 }));
  meter.compacted(90);
  expect(meter.used(result, model)?.usedTokens).toBe(90);
  meter.compacted(null);
  expect(meter.used(result, model)).toBeNull();
});

it('is not known where the service or the program does not say it', () => {
  const meter = new ContextMeter();
  for (const usage of [undefined, null, {}, { input_tokens: 'many' }]) {
    meter.read(start(usage));
    meter.read(delta(usage));
    expect(meter.used(result, model)).toBeNull();
  }
  meter.read(start({ input_tokens: 3 }));
  expect([meter.used(null, model), meter.used(result, 'another'), meter.used(result, null)]).toEqual([
    null,
    null,
    null,
  ]);
});
