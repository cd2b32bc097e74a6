import type { SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { describe, expect, it } from 'vitest';
import { windowOf } from './plan-window.ts';
import { TurnMessages } from './turn-messages.ts';

/** Messages as program 2.1.330 sent them, cut to what is read. */
const common = {
  session_id: 'session',
  uuid: '00000000-0000-4000-8000-000000000000',
  parent_tool_use_id: null,
};

function message(fields: Record<string, unknown>): SDKMessage {
  return { ...common, ...fields } as unknown as SDKMessage;
}

function stream(event: Record<string, unknown>, parent: string | null = null): SDKMessage {
  return message({ type: 'stream_event', event, parent_tool_use_id: parent });
}

function assistant(content: readonly unknown[], fields: Record<string, unknown> = {}): SDKMessage {
  return message({
    type: 'assistant',
    message: { id: 'msg_1', role: 'assistant', model: 'claude-opus-5-5', content },
    ...fields,
  });
}

const start = stream({ type: 'message_start', message: { id: 'msg_1' } });
const stop = stream({ type: 'message_stop' });
const words = (text: string, parent: string | null = null): SDKMessage =>
  stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }, parent);
const ended = stream({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn' },
  usage: { output_tokens: 2 },
});

function read(messages: readonly SDKMessage[]): {
  readonly turn: TurnMessages;
  readonly events: readonly unknown[];
} {
  const turn = new TurnMessages('/projects');
  return { turn, events: messages.flatMap((each) => turn.read(each)) };
}

describe('the messages of a turn', () => {
  it('become the pieces of the model’s text, once', () => {
    const { events, turn } = read([
      start,
      words('Hel'),
      words('lo'),
      assistant([{ type: 'text', text: 'Hello' }]),
      ended,
      stop,
    ]);

    expect(events).toEqual([
      { event: 'assistant_text', data: { text: 'Hel' } },
      { event: 'assistant_text', data: { text: 'lo' } },
    ]);
    expect(turn.interrupted).toBe(false);
  });

  it('tell of another model that the program took by itself, once, and know the one that answered', () => {
    const changed = (fields: Record<string, unknown>): SDKMessage =>
      message({
        ...{ type: 'system', subtype: 'model_refusal_fallback', trigger: 'refusal', direction: 'retry' },
        ...{ original_model: 'claude-fable-5-2', fallback_model: 'claude-opus-5-5', content: '…' },
        ...fields,
      });
    const answering = stream({ type: 'message_start', message: { id: 'msg_2', model: 'claude-opus-5-5' } });
    const { events, turn } = read([
      message({ type: 'system', subtype: 'init', model: 'claude-fable-5-2', apiKeySource: 'none' }),
      changed({ api_refusal_category: 'bio' }),
      answering,
      words('Hello'),
      changed({ direction: 'sticky' }),
    ]);
    expect(events).toEqual([
      {
        event: 'model_changed',
        data: { from: 'claude-fable-5-2', to: 'claude-opus-5-5', reason: 'refusal: bio' },
      },
      { event: 'assistant_text', data: { text: 'Hello' } },
    ]);
    expect([turn.model, turn.hasChangedModel]).toEqual(['claude-opus-5-5', true]);

    const local = read([changed({ scope: 'local' })]).turn;
    expect(local.hasChangedModel).toBe(false);
    const back = read([changed({}), changed({ direction: 'revert' })]);
    expect(back.turn.hasChangedModel).toBe(false);
    expect(back.events.at(-1)).toMatchObject({ data: { from: 'claude-opus-5-5', to: 'claude-fable-5-2' } });
  });

  it('become text also where the answer was not streamed', () => {
    const { events } = read([
      assistant([
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'Hello' },
      ]),
    ]);

    expect(events).toEqual([
      { event: 'thinking', data: { text: 'hm' } },
      { event: 'assistant_text', data: { text: 'Hello' } },
    ]);
  });

  it('never show the program’s own sentences', () => {
    const sentence = [{ type: 'text', text: 'Failed to authenticate. API Error: 403' }];
    const failed = assistant(sentence, { error: 'authentication_failed' });
    const synthetic = message({
      type: 'assistant',
      message: { id: 'x', role: 'assistant', model: '<synthetic>', content: sentence },
    });
    const { events, turn } = read([synthetic, failed]);

    expect(events).toEqual([]);
    expect(turn.error).toBe('authentication_failed');
  });

  it('show a subagent’s tools and words below its call, and none of them as the answer', () => {
    const { events } = read([
      stream({ type: 'message_start', message: { id: 'sub' } }, 'toolu_parent'),
      words('report', 'toolu_parent'),
      assistant([{ type: 'tool_use', id: 'toolu_2', name: 'Read', input: { file_path: '/a' } }], {
        parent_tool_use_id: 'toolu_parent',
      }),
      assistant([{ type: 'text', text: 'report' }], { parent_tool_use_id: 'toolu_parent' }),
    ]);

    const parentToolUseId = 'toolu_parent';
    expect(events).toEqual([
      {
        event: 'tool_use',
        data: { toolUseId: 'toolu_2', name: 'Read', input: { file_path: '/a' }, parentToolUseId },
      },
      { event: 'subagent_text', data: { parentToolUseId, text: 'report' } },
    ]);
  });

  it('passes on an input that is nested without end as far as it can be written', () => {
    const deep = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) as unknown;
    const [event] = new TurnMessages('/projects').read(
      assistant([{ type: 'tool_use', id: 'toolu_3', name: 'mcp__a__b', input: { deep } }]),
    );
    expect(JSON.stringify(event)).toContain('nested too deeply');
  });

  it('show what a tool brought, with the change it made', () => {
    const { events } = read([
      message({
        type: 'user',
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'done', is_error: false }],
        },
        tool_use_result: {
          filePath: '/w/n.txt',
          structuredPatch: [
            { oldStart: 1, oldLines: 2, newStart: 1, newLines: 2, lines: ['-one', '+uno', ' two'] },
          ],
        },
      }),
    ]);

    expect(events).toMatchObject([
      {
        event: 'tool_result',
        data: { toolUseId: 'toolu_1', content: 'done', isError: false, path: '/w/n.txt' },
      },
    ]);
    expect(JSON.stringify(events)).toContain('-one\\n+uno\\n two');
  });

  const goOn = message({
    type: 'user',
    message: { role: 'user', content: [{ type: 'text', text: 'Your response above was cut off.' }] },
  });
  it.each([
    ['is asked to go on after it stopped without a reason', [start, words('par'), stop, goOn]],
    [
      'is asked for again',
      [start, words('par'), message({ type: 'system', subtype: 'api_retry', error: 'unknown' })],
    ],
    [
      'is followed by another answer',
      [start, words('par'), stream({ type: 'message_start', message: { id: 'msg_2' } })],
    ],
  ])('tell that an answer broke off when it %s (F40)', (_, messages) => {
    expect(read(messages).turn.interrupted).toBe(true);
  });

  it.each([
    ['stops without a reason', [start, words('Hello'), stop]],
    [
      'is asked for again before anything of it came',
      [start, message({ type: 'system', subtype: 'api_retry' })],
    ],
    ['goes on after its longest length', [start, words('par'), ended, stop, goOn]],
  ])('do not take for broken an answer that %s', (_, messages) => {
    expect(read(messages).turn.interrupted).toBe(false);
  });

  it('say what was not streamed of a block, and know what the program did not keep', () => {
    const { events, turn } = read([start, words('Hel'), assistant([{ type: 'text', text: 'Hello' }])]);
    expect(events).toEqual([
      { event: 'assistant_text', data: { text: 'Hel' } },
      { event: 'assistant_text', data: { text: 'lo' } },
    ]);
    expect(turn.hasLostText).toBe(false);
    expect(turn.deltasOf('msg_1')).toBe(1);

    const lost = read([start, words('Hel'), message({ type: 'result', subtype: 'success', is_error: true })]);
    expect(lost.turn.hasLostText).toBe(true);
  });

  it('know that a program that leaves keeps nothing of a message that had not ended', () => {
    const whole = assistant([{ type: 'text', text: 'Hel' }]);
    const lostOf = (messages: Parameters<typeof read>[0]): boolean => {
      const { turn } = read(messages);
      turn.programLeft();
      return turn.hasLostText;
    };
    expect(lostOf([start, words('Hel'), whole])).toBe(true);
    expect(lostOf([start, words('Hel'), whole, ended])).toBe(false);
    expect(lostOf([start, words('Hel'), whole, stop])).toBe(false);
    expect(lostOf([start])).toBe(false);
  });

  it('tell that the program began, with which model, and that it ended', () => {
    const { turn } = read([
      message({ type: 'system', subtype: 'init', model: 'claude-opus-5-5' }),
      message({ type: 'result', subtype: 'success', is_error: false }),
    ]);

    expect(turn).toMatchObject({ begun: true, model: 'claude-opus-5-5', result: { subtype: 'success' } });
  });

  it('bring nothing where they are of a kind nobody asked for', () => {
    expect(
      read([message({ type: 'system', subtype: 'status' }), message({ type: 'tool_progress' })]).events,
    ).toEqual([]);
  });
});

describe('the messages of a program that signs in for itself', () => {
  const limit = (status: string, more: Record<string, unknown> = {}): SDKMessage =>
    message({
      type: 'rate_limit_event',
      rate_limit_info: { status, resetsAt: 1_795_560_025, rateLimitType: 'five_hour', ...more },
    });

  it('tell of each window and status once, and of nothing while the plan allows', () => {
    const { events, turn } = read([
      limit('allowed'),
      limit('allowed_warning', { utilization: 0.9 }),
      limit('allowed_warning', { utilization: 0.91 }),
      limit('rejected'),
    ]);

    const usage = { window: 'five_hour', resetsAt: '2026-11-24T22:40:25.000Z' };
    expect(events).toEqual([
      { event: 'usage_limit', data: { ...usage, status: 'allowed_warning' } },
      { event: 'usage_limit', data: { ...usage, status: 'rejected' } },
    ]);
    expect(turn.limit?.status).toBe('rejected');
  });

  it('say where a key came from, and why a call is repeated', () => {
    const { turn } = read([
      message({ type: 'system', subtype: 'init', model: 'm', apiKeySource: 'ANTHROPIC_API_KEY' }),
      message({ type: 'system', subtype: 'api_retry', error: 'authentication_failed', error_status: 401 }),
    ]);

    expect([turn.keySource, turn.retryError]).toEqual(['ANTHROPIC_API_KEY', 'authentication_failed']);
  });

  it('are plan windows in our words', () => {
    expect(windowOf({ status: 'rejected' })).toEqual({
      window: 'plan',
      utilization: 1,
      resetsAtMs: null,
      status: 'rejected',
    });
    expect(
      windowOf({ status: 'allowed', utilization: 0.4, resetsAt: 2, rateLimitType: 'seven_day' }),
    ).toEqual({
      window: 'seven_day',
      utilization: 0.4,
      resetsAtMs: 2000,
      status: 'allowed',
    });
  });
});
