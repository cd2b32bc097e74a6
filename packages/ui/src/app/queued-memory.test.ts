import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { keepQueued, leftOver, takeLeftOver } from './queued-memory.ts';
import { createTabMemory } from './session-storage.ts';

function tab() {
  const kept = new Map<string, string>();
  return createTabMemory({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  });
}

function open(memory = tab()) {
  const store = createStore(reduceApp, initialState(parseRoute('')));
  keepQueued(store, memory);
  const { threads } = store.getState();
  const asked = { prompt: 'And then', workspace: null, model: null, files: [], mayBeCommand: false };
  return {
    memory,
    store,
    queue: () => store.dispatch({ type: 'message_queued', key: threads.shown, asked }),
    unqueue: () => store.dispatch({ type: 'message_unqueued', key: threads.shown }),
    leftOver: (place: string) => leftOver(memory, store.getState().threads, place),
  };
}

it('is left over after a reload alone, and taken once', () => {
  const first = open();
  first.queue();
  expect(first.leftOver('new')).toBe('');
  const { memory, store, leftOver: after } = open(first.memory);
  expect([after('new'), after('c1')]).toEqual(['And then', '']);
  takeLeftOver(memory, store.getState().threads, 'new');
  expect(after('new')).toBe('');
});

it('is gone once it was sent, and moves with the name of its conversation', () => {
  const { memory, store, queue, unqueue } = open();
  queue();
  const { shown } = store.getState().threads;
  const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
  store.dispatch({
    type: 'query_events',
    key: shown,
    events: [{ event: 'started', data: { queryId: 'q1', conversationId: 'c1', credential } }],
  });
  expect([open(memory).leftOver('new'), open(memory).leftOver('c1')]).toEqual(['', 'And then']);
  unqueue();
  expect(open(memory).leftOver('c1')).toBe('');
});
