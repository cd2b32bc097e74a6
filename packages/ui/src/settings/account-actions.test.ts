import { PosternError } from '@postern/client';
import {
  type FallbackPolicy,
  problemOf,
  type Revocation,
  type Settings,
  type SettingsPatch,
} from '@postern/contract';
import { expect, it } from 'vitest';
import { settingsWith } from '../../test/support/sample-facts.ts';
import { initialState, reduceApp } from '../state/app-state.ts';
import { createStore } from '../state/store.ts';
import { createAccountActions, revocationSentences } from './account-actions.ts';

/** The actions over a sidecar that answers when it is told to, and cannot be read meanwhile. */
function over() {
  const waiting: { readonly save: () => void; readonly refuse: () => void }[] = [];
  let kept = settingsWith({});
  const signingOut = Promise.withResolvers<{ revocation: Revocation }>();
  const client = {
    auth: { signOut: () => signingOut.promise },
    updateSettings: ({ fallback }: SettingsPatch) =>
      new Promise<Settings>((resolve, reject) => {
        waiting.push({
          save: () => {
            kept = { ...kept, fallback: { ...kept.fallback, ...(fallback as Partial<FallbackPolicy>) } };
            resolve(kept);
          },
          refuse: () => reject(new PosternError(problemOf('storage_full'))),
        });
      }),
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings', at: 'accounts' }));
  dispatch({ type: 'facts_loaded', facts: { settings: kept } });
  const deps = { client: () => client as never, session: async () => {}, dispatch, getState };
  const actions = createAccountActions(deps, () => new Promise((resolve) => setTimeout(resolve, 5)));
  return {
    ...{ waiting, signingOut, ...actions },
    work: () => getState().work,
    load: (settings: Settings) => dispatch({ type: 'facts_loaded', facts: { settings } }),
    settings: () => getState().facts.settings,
    failure: () => getState().work.preferences.failure?.code,
    fallback: () => getState().facts.settings?.fallback,
  };
}

const before = settingsWith({}).fallback;

it('shows a choice at once, and takes it back where it could not be saved, though nothing can be read either', async () => {
  const { waiting, change, failure, fallback } = over();
  change({ fallback: { onAuthFailure: 'never' } });
  expect(fallback()?.onAuthFailure).toBe('never');
  await expect.poll(() => waiting.length).toBe(1);
  waiting[0]?.refuse();
  await expect.poll(failure).toBe('storage_full');
  expect(fallback()).toEqual(before);
});

it.each([
  [['refuse', 'save'], { onUsageLimit: 'never' }],
  [['save', 'refuse'], { onAuthFailure: 'never' }],
] as const)(
  'takes back only what was refused, of two choices that end with %j, and says why',
  async (ends, kept) => {
    const { waiting, change, failure, fallback } = over();
    change({ fallback: { onAuthFailure: 'never' } });
    change({ fallback: { onUsageLimit: 'never' } });
    expect(fallback()).toMatchObject({ onAuthFailure: 'never', onUsageLimit: 'never' });
    for (const [at, end] of ends.entries()) {
      // One after the other, so that they arrive in the order they were made.
      await expect.poll(() => waiting.length).toBe(at + 1);
      waiting[at]?.[end]();
    }
    await expect.poll(fallback).toEqual({ ...before, ...kept });
    await expect.poll(failure).toBe('storage_full');
  },
);

it('keeps what another window changed meanwhile', async () => {
  const { waiting, change, failure, settings, load } = over();
  change({ fallback: { onAuthFailure: 'never' } });
  await expect.poll(() => waiting.length).toBe(1);
  load({ ...settingsWith({}), model: 'newer' });
  expect(settings()).toMatchObject({ model: 'newer', fallback: { onAuthFailure: 'never' } });
  waiting[0]?.refuse();
  await expect.poll(failure).toBe('storage_full');
  expect(settings()).toMatchObject({ model: 'newer', fallback: before });
});

it('says how signing out ended, though a choice was saved meanwhile', async () => {
  const { waiting, signOut, signingOut, change, work } = over();
  signOut();
  change({ fallback: { onAuthFailure: 'never' } });
  await expect.poll(() => waiting.length).toBe(1);
  waiting[0]?.save();
  await expect.poll(() => work().preferences.doing).toBeNull();
  expect(work().sign_in.doing).toBe('disconnecting');
  signingOut.resolve({ revocation: 'pending' });
  await expect
    .poll(() => work().sign_in)
    .toMatchObject({
      ...{ doing: null, outcome: revocationSentences.pending },
    });
  expect(work().preferences.outcome).toBeNull();
});
