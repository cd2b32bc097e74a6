import { expect, it } from 'vitest';
import { initialState, reduceApp } from './app-state.ts';
import { createStore } from './store.ts';

const state = initialState({ place: 'usage' });

it('changes only the part an action belongs to', () => {
  const next = reduceApp(state, { type: 'connection_opened' });
  expect(next.connection).toEqual({ state: 'connected' });
  expect({ ...next, connection: state.connection }).toEqual(state);
});

it('is the very same state where an action changes nothing', () => {
  expect(reduceApp(state, { type: 'banner_dismissed' })).toBe(state);
});

it('tells listeners of changes, and of nothing else', () => {
  const store = createStore(reduceApp, state);
  let heard = 0;
  const stop = store.subscribe(() => {
    heard += 1;
  });
  store.dispatch({ type: 'banner_dismissed' });
  store.dispatch({ type: 'connection_opened' });
  stop();
  store.dispatch({ type: 'connection_refused' });
  expect(heard).toBe(1);
});
