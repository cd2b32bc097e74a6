import { PosternError } from '@postern/client';
import { expect, it } from 'vitest';
import { settled } from '../../test/support/act-now.ts';
import { initialState, reduceApp } from '../state/app-state.ts';
import type { PendingPage } from '../state/sign-in-step.ts';
import { createStore } from '../state/store.ts';
import { createSignInActions } from './sign-in-actions.ts';

const page: PendingPage = {
  ...{ signInId: 's1', authorizationUrl: 'https://id.example/authorize' },
  expiresAt: '2026-11-24T12:00:00Z',
};

/** The actions over a sidecar that prepares the page when it is told to. */
function over() {
  const [signedIn, shown] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const asked: string[] = [];
  const starts: ((page: PendingPage) => void)[] = [];
  const auth = {
    start: () =>
      new Promise<PendingPage>((resolve) => {
        asked.push('start');
        starts.push(resolve);
      }),
    cancel: async () => void asked.push('cancel'),
    waitUntilSignedIn: async () => {
      await signedIn.promise;
      return { account: null, refreshable: true };
    },
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings', at: 'accounts' }));
  const deps = { client: () => ({ auth }) as never, session: async () => {}, dispatch, getState };
  const actions = createSignInActions(deps, () => shown.promise);
  return { actions, asked, starts, signedIn, shown, step: () => getState().signIn.step };
}

it('ends a sign-in that came into being after it was cancelled', async () => {
  const { actions, asked, starts, step } = over();
  actions.open();
  actions.cancel();
  expect(asked).toEqual(['start', 'cancel']);
  starts[0]?.(page);
  await settled();
  expect(asked).toEqual(['start', 'cancel', 'cancel']);
  expect(step()).toBe('closed');
});

it('leaves one alone that was begun since, and one whose dialog was only closed', async () => {
  const { actions, asked, starts, step } = over();
  actions.open();
  actions.cancel();
  actions.open();
  starts[0]?.(page);
  starts[1]?.(page);
  await settled();
  expect(asked).toEqual(['start', 'cancel', 'start']);
  expect(step()).toBe('address_shown');
  actions.close();
  actions.open();
  actions.close();
  starts[2]?.(page);
  await settled();
  expect(asked).toEqual(['start', 'cancel', 'start', 'start']);
});

it('is about its own account: another one’s open sign-in is not offered, and not ended with it', async () => {
  const asked: unknown[] = [];
  const inProgress = new PosternError({
    ...{ code: 'sign_in_in_progress', status: 409, title: '', detail: '', retryable: false },
  });
  const auth = {
    start: () => Promise.reject(inProgress),
    status: async (of: unknown) => {
      asked.push(of);
      return { pendingSignIn: null };
    },
    cancel: async (of: unknown) => void asked.push(of),
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings', at: 'accounts' }));
  const deps = { client: () => ({ auth }) as never, session: async () => {}, dispatch, getState };
  const actions = createSignInActions(deps, async () => {});
  actions.open('oauth:work');
  await settled();
  expect(getState().signIn).toMatchObject({ step: 'already_waiting', page: null });
  actions.cancel();
  expect(asked).toEqual([{ credential: 'oauth:work' }, { credential: 'oauth:work' }]);
});

it('says that the user is signed in once the page behind it does, and does not wait for that for long', async () => {
  const { actions, starts, step, signedIn, shown } = over();
  actions.open();
  starts[0]?.(page);
  await settled();
  signedIn.resolve();
  await settled();
  expect(step()).toBe('address_shown');
  shown.resolve();
  await expect.poll(step).toBe('succeeded');

  const stuck = over();
  stuck.actions.open();
  stuck.starts[0]?.(page);
  stuck.signedIn.resolve();
  await expect.poll(stuck.step, { timeout: 10_000 }).toBe('succeeded');
});
