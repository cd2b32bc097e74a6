import type { Conversation } from '@postern/contract';
import { expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { noThreads, reduceThreads, shownThread, type ThreadAction, type Threads } from './threads.ts';

function run(...actions: readonly ThreadAction[]): Threads {
  return actions.reduce(reduceThreads, noThreads);
}

it('goes on with the tasks of an older page once it is read, and keeps the rest and its keys', () => {
  const of = (items: Conversation['items'], next: string | null): ThreadAction => ({
    ...{ type: 'thread_page', key: 't1' },
    page: { id: 'c9', title: 'Old', workspace: null, items, next },
  });
  const call = (toolUseId: string, name: string, input: Record<string, unknown>) =>
    ({ type: 'tool_use', toolUseId, name, input }) as const;
  const newer = run(
    { type: 'thread_shown', conversationId: 'c9' },
    of(
      [
        { type: 'user', text: 'Go on', at: null },
        call('u9', 'Agent', {}),
        call('u2', 'TaskUpdate', { taskId: '1', status: 'completed' }),
      ],
      'x',
    ),
    {
      type: 'subagent_read',
      key: 't1',
      toolUseId: 'u9',
      items: [{ type: 'assistant_text', text: 'Seen' }],
    },
    { type: 'thread_loading', key: 't1' },
  );
  const threads = reduceThreads(
    newer,
    of(
      [
        call('u0', 'TaskCreate', { subject: 'Read' }),
        call('u1', 'TaskCreate', { subject: 'Write' }),
        { type: 'tool_result', toolUseId: 'u0', content: 'Task #1 created', isError: false },
        { type: 'tool_result', toolUseId: 'u1', content: 'Task #2 created', isError: false },
      ],
      null,
    ),
  );
  const { items } = shownThread(threads);
  expect(items.map(({ type }) => type)).toEqual(['tasks', 'user', 'tool', 'tasks']);
  expect(items.slice(1, 3)).toEqual(shownThread(newer).items.slice(0, 2));
  expect(items[3]).toMatchObject({
    key: shownThread(newer).items[2]?.key,
    tasks: [
      { subject: 'Read', status: 'completed' },
      { subject: 'Write', status: 'pending' },
    ],
  });
});

it('puts older pages before what is here, and knows when there is no more', () => {
  const page = (from: number, next: string | null): Conversation => ({
    id: 'c9',
    title: 'Old',
    workspace: null,
    items: [{ type: 'user', text: `said ${from}`, at: null }],
    next,
  });
  const threads = run(
    { type: 'thread_shown', conversationId: 'c9' },
    { type: 'thread_page', key: 't1', page: page(2, 'x') },
    { type: 'thread_loading', key: 't1' },
    { type: 'thread_page', key: 't1', page: page(1, null) },
  );
  const thread = shownThread(threads);
  expect(thread.items.map((item) => (item.type === 'user' ? item.text : ''))).toEqual(['said 1', 'said 2']);
  expect(thread.loaded).toEqual({ state: 'all' });
  expect(new Set(thread.items.map((item) => item.key)).size).toBe(2);
});

it('shows a turn once that was asked while its conversation could not be read', () => {
  const said = (text: string, promptId: string) => ({ type: 'user', text, at: null, promptId }) as const;
  const credential = { id: 'oauth:default', kind: 'oauth', payer: 'Your plan' } as const;
  const threads = run(
    { type: 'thread_shown', conversationId: 'c9' },
    { type: 'thread_page_failed', key: 't1', failure: failureOfCode('internal_error') },
    { type: 'query_asked', key: 't1', request: { prompt: 'And now?', conversationId: 'c9' } },
    {
      ...{ type: 'query_events', key: 't1' },
      events: [
        { event: 'started', data: { queryId: 'q2', conversationId: 'c9', credential } },
        { event: 'assistant_text', data: { text: 'Now this.' } },
      ],
    },
    { type: 'thread_loading', key: 't1' },
    {
      ...{ type: 'thread_page', key: 't1' },
      page: {
        ...{ id: 'c9', title: 'Old', workspace: null, next: null },
        items: [
          said('First', 'q1'),
          { type: 'assistant_text', text: 'That.' },
          said('And now?', 'q2'),
          { type: 'assistant_text', text: 'Now this.' },
        ],
      },
    },
  );
  const texts = shownThread(threads).items.map((item) => ('text' in item ? item.text : item.type));
  expect(texts).toEqual(['First', 'That.', 'And now?', 'Now this.']);
});
