import { type PosternClient, PosternError } from '@postern/client';
import { problemOf } from '@postern/contract';
import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { createHistoryActions } from './history-actions.ts';

const listed = { id: 'c1', title: 'Tidy', workspace: null, updatedAt: '2026-11-30T00:00:00.000Z' };

/** A window that shows a conversation whose prompt has no answer. */
function open(refuses = false) {
  const { dispatch, getState } = createStore(reduceApp, initialState(parseRoute('')));
  const changes: unknown[] = [];
  let isPending = true;
  const client = {
    changeConversation: async (id: string, change: unknown) => {
      changes.push([id, change]);
      if (refuses) throw new PosternError(problemOf('conversation_busy'));
      isPending = false;
    },
    conversations: async () => ({
      items: [isPending ? { ...listed, state: 'interrupted', pendingPrompt: 'And?' } : listed],
      next: null,
    }),
  } as unknown as PosternClient;
  const deps = { client: () => client, session: async () => undefined, dispatch, getState };
  const actions = createHistoryActions(deps, () => undefined);
  dispatch({ type: 'thread_shown', conversationId: 'c1' });
  actions.reload();
  return { actions, changes, state: () => getState().history.items[0]?.state, getState };
}

it('lets go of the prompt, and the list says so', async () => {
  const { actions, changes, state } = open();
  await expect.poll(state).toBe('interrupted');
  actions.dismissPending();
  await expect.poll(state).toBeUndefined();
  expect(changes).toEqual([['c1', { pendingPrompt: null }]]);
});

it('says why it could not', async () => {
  const { actions, state, getState } = open(true);
  await expect.poll(state).toBe('interrupted');
  actions.dismissPending();
  await expect
    .poll(() => shownThread(getState().threads).items.at(-1))
    .toMatchObject({ text: expect.stringContaining(problemOf('conversation_busy').title) });
  expect(state()).toBe('interrupted');
});
