import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { TurnCalls } from './turn-calls.ts';

const model = 'claude-opus-5-5';
const init = { type: 'system', subtype: 'init', model };
const toolResult = { type: 'user', parent_tool_use_id: null };
const stream = (event: object, by: string | null = null) => ({
  ...{ type: 'stream_event', parent_tool_use_id: by, event },
});
const start = (inputTokens: number, by: string | null = null) =>
  stream(
    { type: 'message_start', message: { model, usage: { input_tokens: inputTokens, output_tokens: 1 } } },
    by,
  );
const text = stream({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'x'.repeat(4_000) } });
const used = stream({ type: 'message_delta', usage: { output_tokens: 1_000 } });
const stop = stream({ type: 'message_stop' });

function read(...messages: readonly object[]): TurnCalls {
  const calls = new TurnCalls();
  for (const message of messages) calls.read(message as SDKMessage);
  return calls;
}

describe('the calls of a turn that its program pays for', () => {
  it.each([
    ['none before it began', [], false],
    ['the first one', [init], true],
    ['none once its answer began', [init, start(10)], false],
    ['one after a tool', [init, start(10), used, stop, toolResult], true],
    ['none where the service refused it', [init, { type: 'assistant', parent_tool_use_id: null }], false],
    ['none once the turn is over', [init, { type: 'result' }], false],
    ['the agent’s, while a subagent is answered', [init, start(10, 't')], true],
  ])('awaits %s', (_what, messages, isAwaited) => {
    expect(read(...messages).awaitedUsd > 0).toBe(isAwaited);
  });

  it('that is awaited may cost its prompt: twice what the last call held, or what is usual', () => {
    // 4 dollars for a million tokens of a prompt, and a quarter more where it is cached.
    const usual = 0.2 * 4 * 1.25;
    expect(read(init).awaitedUsd).toBeCloseTo(usual, 6);
    expect(read(init, { type: 'user', parent_tool_use_id: 't' }).awaitedUsd).toBeCloseTo(2 * usual, 6);
    const second = read(init, start(10_000), used, stop, toolResult);
    expect(second.awaitedUsd).toBeCloseTo((2 * 11_000 * 4 * 1.25) / 1e6, 6);
  });

  it('asks nothing more while it is being stopped', () => {
    const calls = read(init, start(10), used, stop);
    calls.stopping();
    calls.read(toolResult as SDKMessage);
    expect(calls.awaitedUsd).toBe(0);
  });

  it('costs what was seen of it, and leaves open what a cut-off one did not say', () => {
    const { costUsd, usage, openUsd } = read(
      init,
      start(10_000),
      text,
      used,
      stop,
      toolResult,
      start(100),
      text,
    ).seen;
    expect(usage).toMatchObject({ inputTokens: 10_100, outputTokens: 1_001 });
    expect(costUsd).toBeCloseTo((10_100 * 4 + 1_001 * 20) / 1e6, 6);
    expect(openUsd).toBeGreaterThan((1_000 * 20) / 1e6);
    expect(openUsd).toBeLessThan((1_100 * 20) / 1e6);
    expect(read(init, start(10), text, used, stop).seen.openUsd).toBe(0);
  });
});
