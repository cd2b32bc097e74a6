import type { PosternClient } from '@postern/client';
import type { Conversation, ConversationItem, RunningTurn } from '@postern/contract';
import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { createHistoryActions } from './history-actions.ts';

const user = (text: string, promptId: string): ConversationItem => ({
  type: 'user',
  text,
  at: null,
  promptId,
});
const said = (text: string): ConversationItem => ({ type: 'assistant_text', text });
const [one, two] = ['3f1d2c4b-5a69-8788-aaaa-000000000001', '4f1d2c4b-5a69-8788-aaaa-000000000002'] as const;

/** A window that shows conversation `c1`, over a history that the test changes. */
function openWindow() {
  const store = createStore(reduceApp, initialState(parseRoute('')));
  const { dispatch, getState } = store;
  const history = { items: [user('One', one), said('First')], running: undefined as RunningTurn | undefined };
  const asked: (string | null)[] = [];
  const running: string[] = [];
  const client = {
    async conversation(id: string, { before = null }: { before?: string | null }): Promise<Conversation> {
      asked.push(before);
      const items = before === null ? history.items : history.items.slice(0, Number(before));
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
  history.items.push(user('Three', one.replace('3f', '5f')), said('Third'));
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
