import { PosternError } from '@postern/client';
import { problemOf } from '@postern/contract';
import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../app/app-state.ts';
import { createStore } from '../app/store.ts';
import { settingsWith } from '../testing/sample-facts.ts';
import { createAccountActions } from './account-actions.ts';

it('shows a choice at once, and takes it back where it could not be saved, though nothing can be read either', async () => {
  let refuse = (): void => undefined;
  const client = {
    updateSettings: () =>
      new Promise((_, reject) => {
        refuse = () => reject(new PosternError(problemOf('storage_full')));
      }),
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings' }));
  dispatch({ type: 'facts_loaded', facts: { settings: settingsWith({}) } });
  const deps = { client: () => client as never, session: async () => {}, dispatch, getState };
  const shown = () => getState().facts.settings?.fallback.onAuthFailure;
  createAccountActions(deps, async () => {}).change({ fallback: { onAuthFailure: 'never' } });
  expect(shown()).toBe('never');
  refuse();
  await expect.poll(() => getState().work.failure?.code).toBe('storage_full');
  expect(shown()).toBe(settingsWith({}).fallback.onAuthFailure);
});
