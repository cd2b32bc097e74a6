import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { keepModes } from './kept-modes.ts';
import { createTabMemory } from './session-storage.ts';

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'plan' } as const;

/** A window of a tab that kept this. */
function open(kept = new Map<string, string>()) {
  const memory = createTabMemory({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
  const store = createStore(reduceApp, initialState(parseRoute('')));
  keepModes(store, memory);
  const shown = () => shownThread(store.getState().threads);
  return {
    kept,
    store,
    shown,
    choose: (mode: 'ask' | 'accept_edits' | 'plan') =>
      store.dispatch({ type: 'mode_chosen', key: shown().key, mode }),
    named: () =>
      store.dispatch({
        type: 'query_events',
        key: shown().key,
        events: [{ event: 'started', data: { queryId: 'q1', conversationId: 'c1', credential } }],
      }),
  };
}

it('is there again after a reload, though nothing is written', () => {
  const { kept, choose } = open();
  choose('plan');
  expect(open(kept).shown().permissionMode).toBe('plan');
});

it('goes with the name of its conversation, and a new one begins without it', () => {
  const { kept, store, shown, choose, named } = open();
  choose('plan');
  store.dispatch({ type: 'query_asked', key: shown().key, request: { prompt: 'Hi' } });
  named();
  store.dispatch({ type: 'thread_begun' });
  expect(shown().permissionMode).toBeNull();
  const again = open(kept);
  expect(again.shown().permissionMode).toBeNull();
  again.store.dispatch({ type: 'thread_shown', conversationId: 'c1' });
  expect(again.shown().permissionMode).toBe('plan');
});

it('takes nothing else for a mode', () => {
  const { kept, choose } = open();
  choose('accept_edits');
  const [[name = ''] = []] = [...kept].filter(([, value]) => value === 'accept_edits');
  kept.set(name, 'bypass');
  expect(open(kept).shown().permissionMode).toBeNull();
});
