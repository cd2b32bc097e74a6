import type { PosternClient } from '@postern/client';
import type { QueryEvent, QueryRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { createQueryActions } from './query-actions.ts';

const credential = { id: 'api_key:default', kind: 'api_key', payer: 'key' } as const;
const conversationId = 'c1';

/** @param first what the first query gives, where that is not what the others give */
function openWindow(events: readonly QueryEvent[], first?: AsyncIterable<QueryEvent> | Iterable<QueryEvent>) {
  const store = createStore(reduceApp, initialState(parseRoute('')));
  const followed: string[] = [];
  const asked: QueryRequest[] = [];
  const stopped: string[] = [];
  let listReads = 0;
  const missed: string[] = [];
  const history = { settled: Promise.resolve() };
  const client = {
    async *runQuery(request: QueryRequest) {
      asked.push(request);
      yield* asked.length === 1 ? (first ?? events) : events;
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
    () => history.settled,
    () => undefined,
    () => {
      listReads += 1;
    },
    (id) => missed.push(id),
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
  const queued = () => getState().threads.byKey[shown]?.queued;
  return {
    actions,
    asked,
    stopped,
    history,
    missed,
    followed,
    items,
    queued,
    read,
    key: shown,
    dispatch,
    listReads: () => listReads,
  };
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

  it('is stopped by its name before it says anything, and not sent again from here', async () => {
    const { actions, asked, stopped, items, read } = openWindow(turn);
    read();
    actions.follow(changed);
    while (items().length === 0) await Promise.resolve();
    actions.stop();
    expect(stopped).toEqual(['q1']);
    await expect.poll(() => items().at(-1)?.type).toBe('stopped');
    actions.retry(null);
    expect(asked).toEqual([]);
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

  it('is followed once what is read of the conversation is here', async () => {
    const { actions, followed, items, history, read } = openWindow(turn);
    const { promise, resolve } = Promise.withResolvers<void>();
    history.settled = promise;
    actions.follow(changed);
    await new Promise((later) => setTimeout(later, 20));
    expect(followed).toEqual([]);
    read();
    // The page may say the same.
    actions.takeUp(conversationId, { queryId: 'q1', prompt: 'Asked elsewhere' });
    resolve();
    await expect.poll(() => items().map(({ type }) => type)).toEqual(['user', 'text', 'stopped']);
    expect(followed).toEqual(['q1']);
  });

  it('is not followed where the conversation is not here or runs from here', async () => {
    const { actions, followed, read, key, dispatch, listReads } = openWindow(turn);
    read();
    actions.follow({ ...changed, conversationId: 'another' });
    dispatch({ type: 'query_asked', key, request: { prompt: 'Mine', conversationId } });
    actions.follow(changed);
    await new Promise((later) => setTimeout(later, 20));
    expect(followed).toEqual([]);
    expect(listReads()).toBe(2);
  });

  it('that ended unheard is read from the history, and one that was heard is not', async () => {
    const { actions, missed, items, read } = openWindow(turn);
    read();
    actions.follow({ ...changed, queryId: 'q0', running: false });
    expect(missed).toEqual([conversationId]);
    actions.follow(changed);
    await expect.poll(() => items().length).toBe(3);
    actions.follow({ ...changed, running: false });
    expect(missed).toHaveLength(1);
  });
});

const finished: readonly QueryEvent[] = [
  { event: 'started', data: { queryId: 'q1', conversationId, credential } },
  {
    event: 'result',
    data: {
      stopReason: 'end_turn',
      usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
      costUsd: 0,
      receiptId: 'r1',
      durationMs: 1,
      parts: [],
    },
  },
];
const says = (prompt: string, files: readonly string[] = []) => ({
  ...{ prompt, workspace: null, model: null, files, mayBeCommand: false },
});

/** An answer that begins, and ends as it is told. */
function answerUnderWay() {
  const { promise, resolve } = Promise.withResolvers<readonly QueryEvent[]>();
  async function* events(): AsyncGenerator<QueryEvent> {
    yield { event: 'started', data: { queryId: 'q0', conversationId, credential } };
    yield* await promise;
  }
  return { events: events(), end: resolve };
}

describe('what is sent while the history is read', () => {
  it('goes out when that is here, so that it cannot be shown twice', async () => {
    const { actions, asked, history, items } = openWindow(finished);
    const { promise, resolve } = Promise.withResolvers<void>();
    history.settled = promise;
    actions.ask(says('Mine'));
    await new Promise((later) => setTimeout(later, 20));
    expect(items()).toMatchObject([{ type: 'user', text: 'Mine' }]);
    expect(asked).toEqual([]);
    resolve();
    await expect.poll(() => asked).toMatchObject([{ prompt: 'Mine', conversationId }]);
  });

  it('can be stopped before', async () => {
    const { actions, asked, history, items } = openWindow(finished);
    history.settled = new Promise(() => undefined);
    actions.ask(says('Mine'));
    await new Promise((later) => setTimeout(later, 20));
    actions.stop();
    await expect.poll(() => items().map(({ type }) => type)).toEqual(['user', 'stopped']);
    expect(asked).toEqual([]);
  });
});

describe('what is sent while an answer is under way', () => {
  it('goes out as one message when that has finished', async () => {
    const answer = answerUnderWay();
    const { actions, asked, items, queued, read } = openWindow(finished, answer.events);
    read();
    actions.ask(says('First'));
    actions.ask(says('Second', ['/a']));
    actions.ask(says('Third', ['/a', '/b']));
    expect(queued()).toMatchObject({ prompt: 'Second\n\nThird', files: ['/a', '/b'], isHeld: false });
    expect(asked.map(({ prompt }) => prompt)).not.toContain('Second');
    answer.end(finished.slice(1));
    await expect.poll(() => items().filter(({ type }) => type === 'receipt')).toHaveLength(2);
    expect(asked.slice(1)).toEqual([
      { prompt: 'Second\n\nThird', conversationId, attachments: [{ path: '/a' }, { path: '/b' }] },
    ]);
    expect(queued()).toBeNull();
  });

  it('waits for the user where that broke off, and is sent when told to', async () => {
    const answer = answerUnderWay();
    const { actions, asked, items, queued, read } = openWindow(finished, answer.events);
    read();
    actions.ask(says('First'));
    actions.ask(says('Second'));
    answer.end([
      { event: 'error', data: { code: 'upstream_overloaded', title: 'x', detail: 'x', retryable: true } },
    ]);
    await expect.poll(() => items().at(-1)?.type).toBe('error');
    expect(queued()).toMatchObject({ prompt: 'Second', isHeld: true });
    expect(asked).toHaveLength(1);
    actions.sendQueued();
    await expect.poll(() => asked.map(({ prompt }) => prompt)).toEqual(['First', 'Second']);
    expect(queued()).toBeNull();
  });

  it('waits for the user where that was stopped, also where it ended with a result', async () => {
    const answer = answerUnderWay();
    const { actions, asked, items, queued, read } = openWindow(finished, answer.events);
    read();
    actions.ask(says('First'));
    actions.ask(says('Second'));
    await expect.poll(() => asked).toHaveLength(1);
    actions.stop();
    answer.end(finished.slice(1));
    await expect.poll(() => items().at(-1)?.type).toBe('receipt');
    expect(queued()).toMatchObject({ prompt: 'Second', isHeld: true });
    actions.unqueue();
    expect([queued(), asked.length]).toEqual([null, 1]);
  });
});

describe('a message that was held', () => {
  it('is not sent by itself with one that is queued later', async () => {
    const answer = answerUnderWay();
    const { actions, asked, dispatch, items, key, queued, read } = openWindow(finished, answer.events);
    read();
    dispatch({ type: 'query_asked', key, request: { prompt: 'Before', conversationId } });
    actions.ask(says('Held'));
    dispatch({ type: 'query_stopped', key });
    expect(queued()).toMatchObject({ prompt: 'Held', isHeld: true });
    actions.ask(says('First'));
    actions.ask(says('Later'));
    answer.end(finished.slice(1));
    await expect.poll(() => items().at(-1)?.type).toBe('receipt');
    expect(queued()).toMatchObject({ prompt: 'Held\n\nLater', isHeld: true });
    expect(asked.map(({ prompt }) => prompt)).toEqual(['First']);
  });

  it('keeps the folder of a conversation that never began', async () => {
    const { actions, asked, dispatch } = openWindow(finished, unreachable());
    dispatch({ type: 'thread_shown', conversationId: null });
    actions.ask({ ...says('First'), workspace: '/home/ada/engine' });
    actions.ask(says('Second'));
    const sent = () => {
      // Nothing while the first one is under way.
      actions.sendQueued();
      return asked.length;
    };
    await expect.poll(sent).toBe(2);
    expect(asked[1]).toEqual({ prompt: 'Second', workspace: '/home/ada/engine' });
  });
});

it('is sent again in the folder that was chosen since', async () => {
  const { actions, asked, dispatch } = openWindow(finished, unreachable());
  dispatch({ type: 'thread_shown', conversationId: null });
  actions.ask({ ...says('First', ['/gone/a.txt']), workspace: '/gone' });
  const again = () => {
    // Nothing while the first one is under way.
    actions.retry('/home/ada/engine');
    return asked[1]?.workspace;
  };
  await expect.poll(again).toBe('/home/ada/engine');
  expect(asked[1]?.attachments).toEqual([{ path: '/gone/a.txt' }]);
});

async function* unreachable(): AsyncGenerator<QueryEvent> {
  await Promise.resolve();
  yield* [];
  throw new Error('not reachable');
}
