import type { PosternClient } from '@postern/client';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { createQueryActions } from './query-actions.ts';

const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
const conversationId = 'c1';

function openWindow(events: readonly QueryEvent[]) {
  const store = createStore(reduceApp, initialState(parseRoute('')));
  const followed: string[] = [];
  const stopped: string[] = [];
  let listReads = 0;
  const client = {
    async *runQuery() {
      yield* events;
    },
    async *followQuery(queryId: string) {
      followed.push(queryId);
      yield* events;
    },
    cancelQuery: async (queryId: string) => void stopped.push(queryId),
  } as unknown as PosternClient;
  const { dispatch, getState } = store;
  const actions = createQueryActions(
    { client: () => client, session: async () => undefined, dispatch, getState },
    async () => undefined,
    () => undefined,
    () => {
      listReads += 1;
    },
  );
  dispatch({ type: 'thread_shown', conversationId });
  const { shown } = getState().threads;
  const items = () => getState().threads.byKey[shown]?.items ?? [];
  const read = () =>
    dispatch({
      type: 'thread_page',
      key: shown,
      page: { id: conversationId, title: 'T', workspace: null, items: [], next: null },
    });
  return { actions, followed, items, read, key: shown, dispatch, listReads: () => listReads };
}

const turn: readonly QueryEvent[] = [
  { event: 'started', data: { queryId: 'q1', conversationId, credential } },
  { event: 'assistant_text', data: { text: 'Seen here too' } },
  { event: 'error', data: { code: 'query_cancelled', title: 'x', detail: 'x', retryable: false } },
];
const changed = { conversationId, queryId: 'q1', running: true, prompt: 'Asked elsewhere' };

describe('a turn in another window', () => {
  it('is seen as it comes, with what was asked', async () => {
    const { actions, items, read, listReads } = openWindow(turn);
    read();
    actions.follow(changed);
    await expect.poll(() => items().map(({ type }) => type)).toEqual(['user', 'text', 'stopped']);
    expect(items().slice(0, 2)).toMatchObject([{ text: 'Asked elsewhere' }, { text: 'Seen here too' }]);
    expect(listReads()).toBe(1);
  });

  it('is this window’s own however late it is told', async () => {
    const { actions, followed, items, read } = openWindow(turn);
    read();
    actions.ask({ prompt: 'Mine', workspace: null, model: null, files: [], mayBeCommand: false });
    await expect.poll(() => items().map(({ type }) => type)).toEqual(['user', 'text', 'stopped']);
    actions.follow({ ...changed, prompt: 'Mine' });
    expect(followed).toEqual([]);
    expect(items().filter(({ type }) => type === 'user')).toHaveLength(1);
  });

  it('is not followed where the conversation is not here, runs from here, or is being read', () => {
    const { actions, followed, read, key, dispatch, listReads } = openWindow(turn);
    actions.follow(changed);
    read();
    actions.follow({ ...changed, conversationId: 'another' });
    actions.follow({ ...changed, running: false });
    dispatch({ type: 'query_asked', key, request: { prompt: 'Mine', conversationId } });
    actions.follow(changed);
    expect(followed).toEqual([]);
    expect(listReads()).toBe(4);
  });
});
