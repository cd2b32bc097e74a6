import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { delegatedTurnResult } from './delegated-turn-result.ts';
import { TurnMessages } from './turn-messages.ts';

const message = (fields: Record<string, unknown>): SDKMessage =>
  ({ session_id: 's', uuid: 'u', parent_tool_use_id: null, ...fields }) as unknown as SDKMessage;
const limit = message({
  type: 'rate_limit_event',
  rate_limit_info: {
    ...{ status: 'rejected', rateLimitType: 'five_hour', resetsAt: 1_800_000_000 },
    ...{ overageStatus: 'allowed', isUsingOverage: true },
  },
});
const ends = (stop_reason: string, parent: string | null = null): SDKMessage =>
  message({
    ...{ type: 'stream_event', parent_tool_use_id: parent },
    event: { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 1 } },
  });
const result = message({ type: 'result', subtype: 'success', is_error: false, result: 'Done' });

const credential = { id: 'claude_code:default', kind: 'claude_code', payer: 'Your Claude plan' } as const;
const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };

function turn(...said: readonly SDKMessage[]) {
  const messages = new TurnMessages('/projects');
  for (const each of said) messages.read(each);
  const end = delegatedTurnResult(
    { messages, spent: { costUsd: 1, usage }, openUsd: 0, found: 'as_chosen' },
    { credential, reason: 'preferred' },
    null,
  );
  return { messages, ...end };
}

const held = { type: 'limit_reached', model: null, resetsAtMs: 1_800_000_000_000 };

describe('a turn of another program that is paid beyond a used-up plan', () => {
  it('may say its answer to the end, which no plan covers, and is the last one without a question', () => {
    const { messages, refusal, paid, outcomes } = turn(limit, ends('end_turn'), result);
    expect([messages.goesOnInOverage, refusal]).toEqual([false, null]);
    expect(paid).toMatchObject({ isOverage: true });
    expect(outcomes.map(({ type }) => type)).toEqual(['window_seen', 'accepted', 'limit_reached']);
    expect(outcomes.at(-1)).toEqual(held);
  });

  it.each([
    ['it calls a tool', ends('tool_use'), limit],
    ['a subagent calls one', limit, ends('tool_use', 'toolu_1')],
    ['a tool has answered', limit, message({ type: 'user', message: { role: 'user', content: [] } })],
  ])('goes on where %s: it is stopped before that call', (_what, ...said) => {
    const { messages, refusal, paid, outcomes } = turn(...said);
    expect(messages.goesOnInOverage).toBe(true);
    expect(refusal?.code).toBe('plan_limit_reached');
    expect(paid).toMatchObject({ isOverage: true });
    expect(outcomes.at(-1)).toEqual(held);
  });

  it('is none where the plan only warns', () => {
    const warned = message({ type: 'rate_limit_event', rate_limit_info: { status: 'allowed_warning' } });
    const { messages, paid, outcomes } = turn(warned, ends('tool_use'), ends('end_turn'), result);
    expect(messages.goesOnInOverage).toBe(false);
    expect(paid).not.toHaveProperty('isOverage');
    expect(outcomes.map(({ type }) => type)).toEqual(['window_seen', 'accepted']);
  });
});
