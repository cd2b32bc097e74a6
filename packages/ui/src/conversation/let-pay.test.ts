import { type PosternClient, PosternError } from '@postern/client';
import { type ErrorCode, problemOf } from '@postern/contract';
import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { createQueryActions } from './query-actions.ts';

/** A turn that waits for a reset, in a window whose sidecar refuses to let another credential pay. */
function openWaiting(code: ErrorCode) {
  const { dispatch, getState } = createStore(reduceApp, initialState(parseRoute('')));
  const client = {
    continueQuery: async () => {
      throw new PosternError(problemOf(code));
    },
  } as unknown as PosternClient;
  const deps = { client: () => client, session: async () => undefined, dispatch, getState };
  const nothing = async () => undefined;
  const actions = createQueryActions(deps, nothing, nothing, nothing, nothing, nothing);
  const { key } = shownThread(getState().threads);
  const credential = { id: 'oauth:default', kind: 'oauth', payer: 'plan' } as const;
  dispatch({ type: 'query_asked', key, request: { prompt: 'Hello' } });
  const started = { queryId: 'q1', conversationId: 'c1', credential };
  dispatch({ type: 'query_events', key, events: [{ event: 'started', data: started }] });
  return { actions, thread: () => shownThread(getState().threads) };
}

it('says why no other credential can pay, and goes on waiting', async () => {
  const { actions, thread } = openWaiting('credential_cannot_pay');
  actions.letPay();
  await expect
    .poll(() => thread().items.at(-1))
    .toMatchObject({
      type: 'note',
      text: expect.stringContaining(problemOf('credential_cannot_pay').title),
    });
  expect(thread().run).not.toBeNull();
});

it('says nothing of a turn that has ended meanwhile: that comes by itself', async () => {
  const { actions, thread } = openWaiting('query_not_found');
  actions.letPay();
  await new Promise((later) => setTimeout(later, 20));
  expect(thread().items.map(({ type }) => type)).toEqual(['user']);
});
