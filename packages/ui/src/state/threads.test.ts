import type { Conversation, ConversationItem, QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { noThreads, reduceThreads, shownThread, type ThreadAction, type Threads } from './threads.ts';

const key = 't0';
const oauth = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' } as const;
const apiKey = { id: 'api_key:default', kind: 'api_key', payer: 'Your organization' } as const;
const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4 };
const started: QueryEvent = {
  event: 'started',
  data: { queryId: 'q1', conversationId: 'c1', credential: oauth },
};
const ended: Extract<QueryEvent, { event: 'result' }> = {
  event: 'result',
  data: { stopReason: 'end_turn', usage, costUsd: 0.01, receiptId: 'r1', durationMs: 900 },
};

function run(...actions: readonly ThreadAction[]): Threads {
  return actions.reduce(reduceThreads, noThreads);
}

function asked(...events: readonly QueryEvent[]) {
  return shownThread(
    run({ type: 'query_asked', key, request: { prompt: 'Hi' } }, { type: 'query_events', key, events }),
  );
}

const text = (piece: string): QueryEvent => ({ event: 'assistant_text', data: { text: piece } });
const permission: QueryEvent = {
  event: 'permission_request',
  data: { requestId: 'p1', toolName: 'Write', input: {}, expiresAt: '2026-11-24T12:00:00Z' },
};

it('shows a prompt once that goes on where it was cut off, and twice one that was answered', () => {
  const page = (items: Conversation['items']): ThreadAction => ({
    type: 'thread_page',
    key,
    page: { id: 'c1', title: 'Hi', workspace: '/w', items, next: null },
  });
  const again: ThreadAction = { type: 'query_asked', key, request: { prompt: 'Hi', conversationId: 'c1' } };
  const cutOff = [
    { type: 'user', text: 'Hi', at: null },
    { type: 'gap', reason: 'unfinished' },
  ] as const;
  const prompts = (...actions: readonly ThreadAction[]): number =>
    shownThread(run(...actions)).items.filter(({ type }) => type === 'user').length;
  expect(prompts(page([...cutOff]), again)).toBe(1);
  const [asked] = cutOff;
  const withFile: ConversationItem = { ...asked, attachments: [{ type: 'file', path: '/projects/a.txt' }] };
  expect(prompts(page([withFile]), again)).toBe(1);
  expect(prompts(page([...cutOff, { type: 'assistant_text', text: 'Yes?' }]), again)).toBe(2);
  // Sent while the page was still being read.
  const shown: ThreadAction = { type: 'thread_shown', conversationId: 'c1' };
  const early = (items: Conversation['items']): readonly ThreadAction[] => {
    const opened = run(shown).shown;
    return [shown, { ...again, key: opened }, { ...page(items), key: opened } as ThreadAction];
  };
  expect(prompts(...early([...cutOff]))).toBe(1);
  expect(prompts(...early([...cutOff, { type: 'assistant_text', text: 'Yes?' }]))).toBe(2);
});

it('keeps what was written to a question while another conversation is shown', () => {
  const question = { id: 'q1', text: 'Which?', header: '', options: [], multiple: false, required: false };
  const requested: QueryEvent = {
    event: 'question_request',
    data: {
      ...{ requestId: 'p1', from: { type: 'agent' }, expiresAt: null },
      questions: [{ ...question, ownWords: 'text' }],
    },
  };
  const written = { q1: { chosen: [], words: 'CSV', hasWords: true } };
  const threads = run(
    { type: 'query_asked', key, request: { prompt: 'Hi' } },
    { type: 'query_events', key, events: [started, requested] },
    { type: 'question_written', key, requestId: 'p1', written },
    { type: 'thread_begun' },
    { type: 'thread_shown', conversationId: 'c1' },
  );
  expect(shownThread(threads).questions).toMatchObject([{ requestId: 'p1', written }]);
});

describe('a conversation', () => {
  it('joins the pieces of an answer, and begins anew after a tool', () => {
    const thread = asked(
      started,
      text('Hel'),
      text('lo'),
      { event: 'tool_use', data: { toolUseId: 'u1', name: 'Read', input: { file_path: '/a' } } },
      { event: 'tool_result', data: { toolUseId: 'u1', content: 'content', isError: false } },
      text('Done'),
      ended,
    );
    expect(thread.items.map((item) => item.type)).toEqual(['user', 'text', 'tool', 'text', 'receipt']);
    expect(thread.items[1]).toMatchObject({ text: 'Hello' });
    expect(thread.items[2]).toMatchObject({ result: { content: 'content', isError: false } });
    expect(thread.run).toBeNull();
  });

  it('knows its place in the queue until it begins', () => {
    const queued = (place: number): QueryEvent => ({ event: 'queued', data: { place } });
    expect(asked(started).run?.place).toBeNull();
    expect(asked(started, queued(3), queued(2)).run?.place).toBe(2);
    expect(asked(started, queued(2), queued(0)).run).toMatchObject({ state: 'answering', place: null });
  });

  it('gives every item a key of its own', () => {
    const { items } = asked(started, text('a'), ended);
    expect(new Set(items.map((item) => item.key)).size).toBe(items.length);
  });

  it('asks once, however often the question comes, and drops it with its answer', () => {
    expect(asked(started, permission, permission).questions).toHaveLength(1);
    const resolved = asked(started, permission, {
      event: 'permission_resolution',
      data: { requestId: 'p1', decision: 'deny' },
    });
    expect(resolved.questions).toHaveLength(0);
    expect(resolved.items.at(-1)).toMatchObject({ type: 'denied', what: 'Write' });
  });

  it('marks what the safeguards stopped, and begins anew behind it', () => {
    const { items } = asked(
      started,
      text('no '),
      text('answer'),
      { event: 'answer_withheld', data: { reason: 'refusal' } },
      text('another'),
    );
    expect(items.slice(-2)).toMatchObject([
      { type: 'text', text: 'no answer', withheld: true },
      { type: 'text', text: 'another' },
    ]);
    expect(items.at(-1)).not.toHaveProperty('withheld');
  });

  it('knows for how long nothing has come, until something comes', () => {
    const silence: QueryEvent = { event: 'silence', data: { seconds: 40, endsAtSeconds: 600 } };
    expect(asked(started, silence).run?.silentSeconds).toBe(40);
    expect(asked(started, silence, text('there')).run).not.toHaveProperty('silentSeconds');
  });

  it('never lets half an answer look whole, and says what is on this page only', () => {
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
    const end = { usage, costUsd: 0, receiptId: 'r', durationMs: 1 };
    const paused = asked(started, text('half'), {
      event: 'result',
      data: { ...end, stopReason: 'pause_turn' },
    });
    expect(paused.items.map(({ type }) => type)).toEqual(['user', 'text', 'note', 'receipt']);
    const lost = asked(started, text('half'), {
      event: 'error',
      data: { code: 'stream_interrupted', title: 'It broke', detail: 'x', retryable: true, kept: false },
    });
    expect(lost.items.at(-1)).toMatchObject({
      type: 'note',
      text: expect.stringContaining('on this page only'),
    });
  });

  it('says where it joined a turn too late to hear all of it, and goes on behind that', () => {
    const { items } = asked(
      started,
      text('the beginning'),
      { event: 'events_skipped', data: { count: 7 } },
      text('the end'),
    );
    expect(items.map((item) => ('text' in item ? item.text : item.type))).toEqual([
      'Hi',
      'the beginning',
      expect.stringContaining('not shown'),
      'the end',
    ]);
  });

  it('says by the credential’s name what was not allowed to pay', () => {
    const [from, to] = [oauth, apiKey];
    const question = { requestId: 'f1', from, to, reason: 'plan_limit_reached', payer: to.payer, capUsd: 5 };
    const { items } = asked(
      started,
      { event: 'fallback_request', data: { ...question, expiresAt: '2026-01-01T00:00:00.000Z' } },
      { event: 'permission_resolution', data: { requestId: 'f1', decision: 'deny' } },
    );
    expect(items.at(-1)).toMatchObject({ type: 'denied', what: { kind: 'api_key' } });
  });

  it('says once that a call was denied, at the call itself where it is on the page', () => {
    const { items } = asked(
      started,
      { event: 'tool_use', data: { toolUseId: 'u1', name: 'Write', input: {} } },
      permission,
      { event: 'permission_resolution', data: { requestId: 'p1', decision: 'deny' } },
      {
        event: 'tool_result',
        data: { toolUseId: 'u1', content: 'No.', isError: true, deniedBy: 'person' },
      },
    );
    expect(items.map((item) => item.type)).toEqual(['user', 'tool']);
    expect(items[1]).toMatchObject({ result: { deniedBy: 'person' } });
  });

  it('drops every question with the end of its query', () => {
    expect(asked(started, permission, ended).questions).toHaveLength(0);
  });

  it('keeps on the receipt who paid which part', () => {
    const paid = { reason: 'preferred', calls: 1, usage };
    const parts = [
      { ...paid, credential: oauth, costUsd: 0.004, covered: true },
      { ...paid, credential: apiKey, costUsd: 0.006, covered: false },
    ];
    const thread = asked(started, { event: 'result', data: { ...ended.data, parts } });
    expect(thread.items.at(-1)).toMatchObject({ type: 'receipt', parts, costUsd: 0.01 });
  });

  it('says that it was stopped, not that it failed', () => {
    const cancelled: QueryEvent = {
      event: 'error',
      data: { code: 'query_cancelled', title: 'The query was stopped', detail: '', retryable: false },
    };
    expect(asked(started, cancelled).items.at(-1)).toMatchObject({ type: 'stopped' });
  });

  it('keeps an error with its code, its sentence and the next step', () => {
    const thread = asked(started, {
      event: 'error',
      data: {
        code: 'spend_cap_reached',
        title: 'A spending cap is reached',
        detail: 'Spent 5.00 of 5.00.',
        retryable: false,
      },
    });
    expect(thread.items.at(-1)).toMatchObject({
      type: 'error',
      failure: {
        code: 'spend_cap_reached',
        detail: 'Spent 5.00 of 5.00.',
        nextStep:
          'Raise the cap in Settings, allow it when you are asked, or wait until its day or month is over.',
      },
    });
  });

  it('does not say a second time that a call of a subagent was denied', () => {
    const agent = { toolUseId: 'u1', name: 'Agent', input: {} };
    const write = { toolUseId: 'u2', name: 'Write', input: {}, parentToolUseId: 'u1' };
    const { items } = asked(
      ...[started, { event: 'tool_use', data: agent } as const, { event: 'tool_use', data: write } as const],
      ...[
        permission,
        { event: 'permission_resolution', data: { requestId: 'p1', decision: 'deny' } } as const,
      ],
    );
    expect(items.map(({ type }) => type)).toEqual(['user', 'tool']);
  });

  it('goes on in its own thread while another one is shown', () => {
    const threads = run(
      { type: 'query_asked', key, request: { prompt: 'Hi' } },
      { type: 'query_events', key, events: [started] },
      { type: 'thread_shown', conversationId: null },
      { type: 'query_events', key, events: [text('Hello'), ended] },
    );
    expect(shownThread(threads).items).toHaveLength(0);
    expect(threads.byKey[key]?.items).toHaveLength(3);
    expect(shownThread(reduceThreads(threads, { type: 'thread_shown', conversationId: 'c1' })).key).toBe(key);
  });

  it('keeps a question that failed before it had a name, until a new conversation is begun', () => {
    const failed = run(
      { type: 'query_asked', key, request: { prompt: 'Hi' } },
      { type: 'query_failed', key, failure: failureOfCode('not_signed_in') },
    );
    expect(reduceThreads(failed, { type: 'thread_shown', conversationId: null })).toBe(failed);
    const begun = reduceThreads(failed, { type: 'thread_begun' });
    expect(shownThread(begun).items).toHaveLength(0);
    expect(reduceThreads(begun, { type: 'thread_begun' })).toBe(begun);
  });

  it('keeps what arrived when the query breaks off', () => {
    const threads = run(
      { type: 'query_asked', key, request: { prompt: 'Hi' } },
      { type: 'query_events', key, events: [started, text('Half')] },
      { type: 'query_failed', key, failure: failureOfCode('stream_interrupted') },
    );
    expect(shownThread(threads).items.map((item) => item.type)).toEqual(['user', 'text', 'error']);
  });
});
