import type { PosternClient } from '@postern/client';
import type { Conversation, ConversationItem, RunningTurn, SentFile } from '@postern/contract';
import { expect, it } from 'vitest';
import { failureOfCode } from '../format/index.ts';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { createHistoryActions } from './history-actions.ts';

const user = (text: string, promptId: string, attachments?: SentFile[]): ConversationItem => ({
  type: 'user',
  text,
  at: null,
  promptId,
  ...(attachments === undefined ? {} : { attachments }),
});
const said = (text: string): ConversationItem => ({ type: 'assistant_text', text });
const [one, two, three, four] = ['3', '4', '5', '6'].map(
  (digit) => `${digit}f1d2c4b-5a69-8788-aaaa-000000000001`,
) as [string, string, string, string];

/** A window that shows conversation `c1`, over a history that the test changes. */
function openWindow() {
  const store = createStore(reduceApp, initialState(parseRoute('')));
  const { dispatch, getState } = store;
  const history = {
    items: [user('One', one), said('First')],
    running: undefined as RunningTurn | undefined,
    /** An answer waits for that. */
    held: Promise.resolve(),
  };
  const asked: (string | null)[] = [];
  const running: string[] = [];
  const client = {
    async conversation(id: string, { before = null }: { before?: string | null }): Promise<Conversation> {
      asked.push(before);
      await history.held;
      const items = history.items.slice(0, before === null ? undefined : Number(before));
      const now = before === null && history.running !== undefined ? { running: history.running } : {};
      return { id, title: 'One', workspace: null, items, next: null, ...now };
    },
  } as unknown as PosternClient;
  const deps = { client: () => client, session: async () => undefined, dispatch, getState };
  const actions = createHistoryActions(deps, (_id, { queryId }) => running.push(queryId));
  const show = (conversationId: string) => dispatch({ type: 'thread_shown', conversationId });
  show('c1');
  const texts = () =>
    shownThread(getState().threads).items.map((item) => ('text' in item ? item.text : item.type));
  return { actions, asked, dispatch, getState, history, running, show, texts };
}

it('reads a conversation without what its running turn has written, and says that it runs', async () => {
  const { actions, asked, history, running, texts } = openWindow();
  history.items.push(user('Two', two), said('Sec'));
  history.running = { queryId: 'q2', prompt: 'Two', before: '2' };
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  expect(asked).toEqual([null, '2']);
  expect(running).toEqual(['q2']);
});

it('reads what was missed of the shown conversation at once, and of another when it is shown', async () => {
  const { actions, asked, getState, history, show, texts } = openWindow();
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  actions.missed(null);
  await expect.poll(() => asked.length).toBe(2);
  const before = shownThread(getState().threads).items;
  expect(before).toHaveLength(2);
  history.items.push(user('Two', two), said('Second'));
  actions.missed('c1');
  await expect.poll(texts).toEqual(['One', 'First', 'Two', 'Second']);

  show('c2');
  history.items.push(user('Three', three), said('Third'));
  actions.missed('c1');
  await new Promise((later) => setTimeout(later, 20));
  show('c1');
  expect(texts()).toHaveLength(4);
  actions.catchUp(getState().threads.shown);
  await expect.poll(texts).toHaveLength(6);
  const reads = asked.length;
  actions.catchUp(getState().threads.shown);
  await new Promise((later) => setTimeout(later, 20));
  expect(asked).toHaveLength(reads);
});

it('leaves a conversation alone whose turn runs here, or of which nothing is new', async () => {
  const { actions, dispatch, getState, texts } = openWindow();
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  const { key } = shownThread(getState().threads);
  const { items } = shownThread(getState().threads);
  actions.missed(null);
  await new Promise((later) => setTimeout(later, 20));
  expect(shownThread(getState().threads).items).toBe(items);
  dispatch({ type: 'query_asked', key, request: { prompt: 'Mine', conversationId: 'c1' } });
  actions.missed(null);
  await new Promise((later) => setTimeout(later, 20));
  expect(texts()).toEqual(['One', 'First', 'Mine']);
});

it('keeps a prompt that did not begin, and what became of it', async () => {
  const { actions, dispatch, getState, history, texts } = openWindow();
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  const { key } = shownThread(getState().threads);
  dispatch({ type: 'query_asked', key, request: { prompt: 'Mine', conversationId: 'c1' } });
  dispatch({ type: 'query_failed', key, failure: failureOfCode('conversation_busy') });
  history.items.push(user('Two', two), said('Second'));
  actions.missed('c1');
  await expect.poll(texts).toEqual(['One', 'First', 'Two', 'Second', 'Mine', 'error']);
  expect(shownThread(getState().threads).lastRequest?.prompt).toBe('Mine');
});

it('reads again what was missed while it was read, or while a turn ran', async () => {
  const { actions, dispatch, getState, history, texts } = openWindow();
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  const { promise, resolve } = Promise.withResolvers<void>();
  history.held = promise;
  actions.missed('c1');
  await new Promise((later) => setTimeout(later, 20));
  history.items = [...history.items];
  resolve();
  history.items.push(user('Two', two), said('Second'));
  actions.missed('c1');
  await expect.poll(texts).toEqual(['One', 'First', 'Two', 'Second']);

  const { key } = shownThread(getState().threads);
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
  dispatch({ type: 'query_asked', key, request: { prompt: 'Mine', conversationId: 'c1' } });
  const started = { queryId: three, conversationId: 'c1', credential };
  dispatch({ type: 'query_events', key, events: [{ event: 'started', data: started }] });
  history.items.push(user('Mine', three), said('Third'), user('Four', four), said('Fourth'));
  actions.missed('c1');
  await actions.settled(key);
  expect(texts().at(-1)).toBe('Mine');
  dispatch({ type: 'query_stopped', key });
  await actions.settled(key);
  expect(texts().slice(-3)).toEqual(['stopped', 'Four', 'Fourth']);
});

it('takes a page of a long turn for what it is', async () => {
  const { actions, asked, getState, history, texts } = openWindow();
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  const { items } = shownThread(getState().threads);
  history.items = [said('Before'), said('First')];
  actions.missed('c1');
  await expect.poll(() => asked.length).toBe(2);
  await new Promise((later) => setTimeout(later, 20));
  expect(shownThread(getState().threads).items).toBe(items);
  history.items = [said('Of another turn'), said('Its end')];
  actions.missed('c1');
  await expect.poll(texts).toEqual(['Of another turn', 'Its end']);
});

it('reads nothing again of a conversation that was new when events began to come', async () => {
  const { actions, asked, dispatch, getState } = openWindow();
  dispatch({ type: 'thread_begun' });
  const { key } = shownThread(getState().threads);
  actions.missed(null);
  dispatch({ type: 'query_asked', key, request: { prompt: 'Mine' } });
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
  const started = { queryId: three, conversationId: 'c9', credential };
  dispatch({ type: 'query_events', key, events: [{ event: 'started', data: started }] });
  dispatch({ type: 'query_stopped', key });
  await actions.settled(key);
  expect(asked).toEqual([]);
});

it('shows the files of a prompt with it', async () => {
  const { actions, asked, dispatch, getState, history, texts } = openWindow();
  actions.loadShown();
  await expect.poll(texts).toEqual(['One', 'First']);
  const { key } = shownThread(getState().threads);
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
  const attachments = [{ path: '/projects/a.txt' }];
  dispatch({ type: 'query_asked', key, request: { prompt: 'Mine', conversationId: 'c1', attachments } });
  const started = { queryId: three, conversationId: 'c1', credential };
  const answered = { event: 'assistant_text', data: { text: 'Third' } } as const;
  dispatch({ type: 'query_events', key, events: [{ event: 'started', data: started }, answered] });
  dispatch({ type: 'query_stopped', key });
  history.items.push(user('Mine', three, [{ type: 'file', path: '/projects/a.txt' }]), said('Third'));
  actions.missed('c1');
  await actions.settled(key);
  expect(asked).toHaveLength(2);
  expect(texts()).toEqual(['One', 'First', 'Mine', 'Third', 'stopped']);
  const files: SentFile[] = [
    { type: 'file', path: '/projects/b.txt' },
    { type: 'image', path: null },
  ];
  history.items.push(user('Four', four, files), said('Fourth'));
  actions.missed('c1');
  await actions.settled(key);
  expect(texts().slice(5)).toEqual(['Four', 'Fourth']);
  const sent = shownThread(getState().threads).items.flatMap((item) =>
    item.type === 'user' ? [item.files] : [],
  );
  expect(sent).toEqual([[], ['/projects/a.txt'], ['/projects/b.txt', 'Picture']]);
});
