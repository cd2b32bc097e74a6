import { type PosternClient, PosternError } from '@postern/client';
import {
  type ErrorCode,
  type PermissionMode,
  problemOf,
  type QueryEvent,
  type QueryRequest,
  type Settings,
} from '@postern/contract';
import { expect, it } from 'vitest';
import { initialState, reduceApp } from '../state/app-state.ts';
import type { Asked } from '../state/queued-message.ts';
import { parseRoute } from '../state/route.ts';
import { createStore } from '../state/store.ts';
import { modeOf } from '../state/thread.ts';
import { shownThread } from '../state/threads.ts';
import { createQueryActions } from './query-actions.ts';

const credential = { id: 'oauth:default', kind: 'oauth', payer: 'plan' } as const;
const result = {
  stopReason: 'end_turn',
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  ...{ costUsd: 0, receiptId: 'r1', durationMs: 1 },
};
const hello: Asked = { prompt: 'Hello', workspace: null, model: null, files: [], mayBeCommand: false };

/** A window whose sidecar says what it is given to say of a query; `refusal`: changes of mode fail with this. */
function open({
  refusal = null,
  setting = 'ask',
}: {
  readonly refusal?: ErrorCode | null;
  readonly setting?: PermissionMode;
} = {}) {
  const { dispatch, getState } = createStore(reduceApp, initialState(parseRoute('')));
  const requests: QueryRequest[] = [];
  const changes: [string, PermissionMode][] = [];
  let say: (event: QueryEvent | null) => void = () => undefined;
  async function* runQuery(request: QueryRequest): AsyncGenerator<QueryEvent, void, undefined> {
    requests.push(request);
    for (;;) {
      const event = await new Promise<QueryEvent | null>((resolve) => {
        say = resolve;
      });
      if (event === null) return;
      yield event;
    }
  }
  const client = {
    runQuery,
    async changeMode(queryId: string, mode: PermissionMode) {
      changes.push([queryId, mode]);
      if (refusal !== null) throw new PosternError(problemOf(refusal));
    },
  } as unknown as PosternClient;
  const deps = { client: () => client, session: async () => undefined, dispatch, getState };
  const set = (permissionMode: PermissionMode) =>
    dispatch({ type: 'facts_loaded', facts: { settings: { permissionMode } as Settings } });
  set(setting);
  const nothing = async () => undefined;
  const actions = createQueryActions(deps, nothing, nothing, nothing, nothing, nothing);
  const later = () => new Promise((resolve) => setTimeout(resolve, 20));
  return {
    actions,
    set,
    requests,
    changes,
    thread: () => shownThread(getState().threads),
    async hear(event: QueryEvent) {
      await later();
      say(event);
      await later();
    },
    async end() {
      await later();
      say({ event: 'result', data: result });
      await later();
      say(null);
      await later();
    },
    started: (permissionMode: PermissionMode): QueryEvent => ({
      event: 'started',
      data: { queryId: 'q1', conversationId: 'c1', credential, permissionMode },
    }),
  };
}

it('goes with what is sent, and stays with the conversation', async () => {
  const { actions, requests, changes, thread, hear, end, started } = open();
  actions.chooseMode('plan');
  actions.ask(hello);
  await hear(started('plan'));
  await end();
  actions.ask(hello);
  await end();
  expect(requests.map(({ permissionMode }) => permissionMode)).toEqual(['plan', 'plan']);
  expect(thread().permissionMode).toBe('plan');
  expect(changes).toEqual([]);
});

it('holds at once for an answer under way, and for what is queued behind it', async () => {
  const { actions, requests, changes, hear, end, started } = open();
  actions.ask(hello);
  await hear(started('ask'));
  actions.ask({ ...hello, prompt: 'And then?' });
  actions.chooseMode('accept_edits');
  await end();
  expect(changes).toEqual([['q1', 'accept_edits']]);
  expect(requests.map(({ permissionMode }) => permissionMode)).toEqual(['ask', 'accept_edits']);
});

it('reaches a query that had gone out before it was chosen and began after', async () => {
  const { actions, changes, thread, hear, started } = open({ setting: 'accept_edits' });
  actions.ask(hello);
  actions.chooseMode('plan');
  await hear(started('accept_edits'));
  expect(changes).toEqual([['q1', 'plan']]);
  expect(thread().permissionMode).toBe('plan');
});

it('follows the plan that was approved, here or elsewhere', async () => {
  const { actions, requests, thread, hear, end, started } = open();
  actions.chooseMode('plan');
  actions.ask(hello);
  await hear(started('plan'));
  await hear({
    event: 'permission_mode_changed',
    data: { from: 'plan', to: 'ask', reason: 'plan_approved' },
  });
  await end();
  expect(thread().permissionMode).toBe('ask');
  actions.retry(null);
  await end();
  expect(requests.map(({ permissionMode }) => permissionMode)).toEqual(['plan', 'ask']);
});

it('is what it was where the sidecar refuses, and says so', async () => {
  const { actions, thread, hear, started } = open({ refusal: 'agent_failed' });
  actions.ask(hello);
  await hear(started('ask'));
  actions.chooseMode('accept_edits');
  await expect.poll(() => modeOf(thread())).toBe('ask');
  expect(thread().permissionMode).toBeNull();
  expect(thread().items.at(-1)).toMatchObject({
    type: 'note',
    text: expect.stringContaining(problemOf('agent_failed').title),
  });
});

it('shows what the query says while it runs, and what was chosen here again afterwards', async () => {
  const { actions, requests, thread, hear, end, started } = open();
  actions.ask(hello);
  // As another window or an editor asked it.
  await hear(started('accept_edits'));
  expect(modeOf(thread())).toBe('accept_edits');
  // What is queued meanwhile does not go by it.
  actions.ask({ ...hello, prompt: 'And then?' });
  await end();
  expect(requests.map(({ permissionMode }) => permissionMode)).toEqual(['ask', 'ask']);
  await end();
  expect(modeOf(thread())).toBeNull();
  actions.chooseMode('plan');
  actions.ask(hello);
  await hear(started('plan'));
  await hear({
    event: 'permission_mode_changed',
    data: { from: 'plan', to: 'accept_edits', reason: 'user' },
  });
  expect(modeOf(thread())).toBe('accept_edits');
  await end();
  expect(modeOf(thread())).toBe('plan');
  expect(requests.at(-1)?.permissionMode).toBe('plan');
});

it('is what the settings say when it is sent, where nothing was chosen', async () => {
  const { actions, requests, set, hear, end, started } = open({ setting: 'accept_edits' });
  actions.ask(hello);
  await hear(started('accept_edits'));
  actions.ask({ ...hello, prompt: 'And then?' });
  set('plan');
  await end();
  await end();
  set('ask');
  actions.retry(null);
  await end();
  expect(requests.map(({ permissionMode }) => permissionMode)).toEqual(['accept_edits', 'plan', 'ask']);
});

it('goes back to what the query said where several choices are refused', async () => {
  const { actions, thread, hear, started } = open({ refusal: 'agent_failed' });
  actions.ask(hello);
  await hear(started('ask'));
  actions.chooseMode('plan');
  actions.chooseMode('accept_edits');
  await expect.poll(() => modeOf(thread())).toBe('ask');
});

it('holds for the next prompt where the query has just ended', async () => {
  const { actions, thread, hear, end, started } = open({ refusal: 'query_not_found' });
  actions.ask(hello);
  await hear(started('ask'));
  actions.chooseMode('plan');
  await end();
  expect(thread().permissionMode).toBe('plan');
  expect(thread().items.map(({ type }) => type)).toEqual(['user', 'receipt']);
});
