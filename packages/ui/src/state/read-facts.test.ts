import { PosternError } from '@postern/client';
import { problemOf } from '@postern/contract';
import { expect, it, vi } from 'vitest';
import { connectedStatus, credential, settingsWith } from '../../test/support/sample-facts.ts';
import { initialState, reduceApp } from './app-state.ts';
import { createReadFacts, everyFact } from './read-facts.ts';
import { createStore } from './store.ts';

it('says what could not be read for as long as it could not, whatever else could', async () => {
  let settingsWork = false;
  const client = {
    health: async () => ({ status: 'ok', version: '0', mode: 'live', missing: [] }),
    settings: async () => {
      if (!settingsWork) throw new PosternError(problemOf('internal_error'));
      return settingsWith({});
    },
    auth: { status: async () => connectedStatus },
    credentials: async () => [credential('oauth')],
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings', at: 'accounts' }));
  const readFacts = createReadFacts({ client: () => client as never, dispatch, getState });
  await readFacts(everyFact);
  expect(getState().facts).toMatchObject({ settings: null, failure: { code: 'internal_error' } });
  await readFacts(['status']);
  expect(getState().facts.failure?.code).toBe('internal_error');
  settingsWork = true;
  await readFacts(everyFact);
  expect(getState().facts.failure).toBeNull();
});

it('goes on asking after an event that touches nothing', async () => {
  let asked = 0;
  const client = {
    auth: {
      status: async () => {
        asked += 1;
        return connectedStatus;
      },
    },
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings', at: 'accounts' }));
  const readFacts = createReadFacts({ client: () => client as never, dispatch, getState });
  await readFacts([]);
  await readFacts(['status']);
  await readFacts(['status']);
  expect(asked).toBe(2);
});

it('puts no status over a newer one that came while it was kept for the list', async () => {
  const list = Promise.withResolvers<unknown[]>();
  const client = {
    auth: { status: async () => ({ ...connectedStatus, state: 'signed_out' }) },
    credentials: () => list.promise,
  };
  const { dispatch, getState } = createStore(reduceApp, initialState({ place: 'settings', at: 'accounts' }));
  const readFacts = createReadFacts({ client: () => client as never, dispatch, getState });
  const reading = readFacts(['status', 'credentials']);
  await new Promise((resolve) => setTimeout(resolve, 20));
  dispatch({ type: 'facts_loaded', facts: { status: connectedStatus } });
  list.resolve([credential('oauth')]);
  await reading;
  expect(getState().facts.status).toEqual(connectedStatus);
  expect(getState().facts.credentials).toHaveLength(1);
});

it('asks a route again that did not answer once, and is connected again, while events come', async () => {
  vi.useFakeTimers();
  try {
    let isAnswering = false;
    let asked = 0;
    const client = {
      settings: async () => {
        asked += 1;
        if (!isAnswering) throw new PosternError(problemOf('not_running'));
        return settingsWith({});
      },
      auth: { status: async () => connectedStatus },
    };
    const { dispatch, getState } = createStore(
      reduceApp,
      initialState({ place: 'settings', at: 'accounts' }),
    );
    const readFacts = createReadFacts({ client: () => client as never, dispatch, getState });
    dispatch({ type: 'connection_opened' });
    await readFacts(['settings']);
    expect(getState().connection.state).toBe('reconnecting');
    await readFacts(['status']);
    expect(getState().connection.state).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toBeGreaterThan(2);
    isAnswering = true;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(getState()).toMatchObject({ connection: { state: 'connected' }, facts: { settings: {} } });
    isAnswering = false;
    await readFacts(['settings']);
    dispatch({ type: 'connection_lost', atMs: 0 });
    asked = 0;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(asked).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it('shows a sign-in and the accounts together, and waits no longer than half a second for the other', async () => {
  vi.useFakeTimers();
  try {
    const accounts = Promise.withResolvers<void>();
    const client = {
      auth: { status: async () => connectedStatus },
      credentials: async () => {
        await accounts.promise;
        return [credential('oauth')];
      },
    };
    const { dispatch, getState } = createStore(
      reduceApp,
      initialState({ place: 'settings', at: 'accounts' }),
    );
    const readFacts = createReadFacts({ client: () => client as never, dispatch, getState });
    const reading = readFacts(['status', 'credentials']);
    await vi.advanceTimersByTimeAsync(400);
    expect(getState().facts.status).toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(getState().facts).toMatchObject({ status: connectedStatus, credentials: null });
    accounts.resolve();
    await reading;
    expect(getState().facts.credentials).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
