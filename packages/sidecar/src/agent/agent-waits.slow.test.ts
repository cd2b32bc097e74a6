import { randomUUID } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask, type Heard, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { startUpstream } from '../../test/support/gateway/fake-upstream.ts';
import { plainAnswer } from '../../test/support/gateway/shape-upstream.ts';
import type { AgentLimits } from './child/index.ts';

const newest = { limit: 50, before: null };

/** A plan that is used up from its first call on, or from its second, until its reset. */
async function openUsedUp(resetsInMs: number, limits: Partial<AgentLimits>, goodCalls = 0) {
  let resetMs: number | null = null;
  let calls = 0;
  const upstream = await startUpstream((_, response) => {
    calls += 1;
    if (calls > goodCalls) resetMs ??= Math.ceil((Date.now() + resetsInMs) / 1000) * 1000;
    if (resetMs === null || Date.now() >= resetMs) {
      const { headers, body } = plainAnswer('Here it is.').shape;
      return void response.writeHead(200, headers).end(body);
    }
    response.writeHead(429, {
      'anthropic-ratelimit-unified-status': 'rejected',
      'anthropic-ratelimit-unified-representative-claim': 'five_hour',
      'anthropic-ratelimit-unified-5h-utilization': '1',
      'anthropic-ratelimit-unified-5h-reset': String(resetMs / 1000),
    });
    response.end('{"type":"error","error":{"type":"rate_limit_error","message":"limit"}}');
  });
  const house = await openAgentHouse({ limits }, { apiBaseUrl: upstream.url });
  await house.tokens.signIn('token-1');
  house.settings.update({ fallback: { onUsageLimit: 'wait' } });
  return house;
}

it('a turn that is held until a plan resets is not ended for the silence of its wait', async () => {
  const { agent, workspace } = await openUsedUp(10_000, { silenceNoticeMs: 4_000, maxSilenceMs: 6_000 }, 1);
  // Its program is there from then on: how long a start takes is no silence of the service.
  const { conversationId: id } = (await ask(agent, { prompt: 'Hello', workspace })).one('started');
  const listed: unknown[] = [];
  const heard = await ask(agent, { prompt: 'And now?', conversationId: id }, async ({ event }) => {
    if (event === 'waiting') listed.push(...(await agent.conversations({ ...newest, search: null })).items);
  });
  expect(listed).toMatchObject([{ id, title: 'Hello', state: 'waiting' }]);
  expect(heard.all('waiting')).toHaveLength(1);
  expect(heard.all('resumed')).toHaveLength(1);
  expect(heard.all('silence')).toEqual([]);
  expect(heard.events.at(-1)?.event).toBe('result');
  expect(heard.text).toBe('Here it is.');
});

it('a turn that waits for a reset leaves its place to others', async () => {
  const limits = { silenceNoticeMs: 60_000, maxSilenceMs: 90_000, maxRunning: 1 };
  const { agent, workspace } = await openUsedUp(60_000, limits);
  let other: Promise<Heard> | null = null;
  const held = await ask(agent, { prompt: 'Hello', workspace }, ({ event }, queryId) => {
    if (event !== 'waiting') return;
    const credential = 'api_key:default';
    other = ask(agent, { prompt: 'Who pays?', workspace, credential, onLimit: 'fallback' }).finally(() =>
      agent.cancel(queryId),
    );
  });
  expect(held.one('error').code).toBe('query_cancelled');
  expect((await (other ?? held)).all('queued')).toEqual([]);
});

it('a turn that waits goes on after a restart with the mode that was chosen meanwhile', async () => {
  const { agent, store, workspace } = await openUsedUp(60_000, {});
  const kept: unknown[] = [];
  await ask(
    agent,
    { prompt: 'Hello', workspace, permissionMode: 'accept_edits' },
    async ({ event }, queryId) => {
      if (event !== 'waiting') return;
      kept.push(store.documents.read('waiting_queries'));
      await agent.changeMode(queryId, 'plan');
      kept.push(store.documents.read('waiting_queries'));
      void agent.cancel(queryId);
    },
  );
  expect(kept.flatMap((all) => Object.values(all ?? {}))).toMatchObject([
    { request: { permissionMode: 'accept_edits' } },
    { request: { permissionMode: 'plan' } },
  ]);
});

it('a prompt that was stopped, or not allowed, before any program had it is not lost', async () => {
  const { agent, settings, workspace } = await openUsedUp(60_000, {});
  const id = (
    await ask(agent, { prompt: 'First', workspace }, ({ event }, queryId) => {
      if (event === 'waiting') void agent.cancel(queryId);
    })
  ).one('started').conversationId;
  const pending = async () => {
    const { items } = await agent.conversations({ ...newest, search: null });
    return items.map((each) => [each.id, each.state, each.pendingPrompt]);
  };
  // The program had this one: the history has it.
  expect(await pending()).toEqual([[id, undefined, undefined]]);

  const stopped = await ask(agent, { prompt: 'Second', workspace }, ({ event }, queryId) => {
    if (event === 'waiting') void agent.cancel(queryId);
  });
  const { conversationId } = stopped.one('started');
  expect(await pending()).toContainEqual([conversationId, 'interrupted', 'Second']);
  expect((await agent.conversation(conversationId, newest)).title).toBe('Second');

  settings.update({ fallback: { onUsageLimit: 'ask' } });
  await ask(agent, { prompt: 'Third', conversationId: id }, async (event) => {
    if (event.event === 'fallback_request') await agent.approve(event.data.requestId, 'deny', false);
  });
  expect(await pending()).toContainEqual([id, 'interrupted', 'Third']);

  await agent.changeConversation(id, { pendingPrompt: null });
  expect(await pending()).toContainEqual([id, undefined, undefined]);
  const other = await ask(agent, { prompt: 'Fourth', workspace }, async (event) => {
    if (event.event === 'fallback_request') await agent.approve(event.data.requestId, 'deny', false);
  });
  const gone = other.one('started').conversationId;
  expect(await agent.changeConversation(gone, { pendingPrompt: null })).toMatchObject({ title: 'Fourth' });
  expect((await pending()).map(([each]) => each)).not.toContain(gone);

  // Asked again it goes out, and nothing is left over.
  const paid = { credential: 'api_key:default', onLimit: 'fallback' } as const;
  settings.update({ fallback: { onUsageLimit: 'allow' } });
  await ask(agent, { prompt: 'Second', conversationId, ...paid });
  expect((await pending()).find(([each]) => each === conversationId)).toEqual([
    conversationId,
    undefined,
    undefined,
  ]);
});

it('a program that says nothing at all is waited for once', async () => {
  const limits = { silenceNoticeMs: 500, maxSilenceMs: 1_000, interruptMs: 100 };
  const house = await openAgentHouse({ limits });
  const [programPath, starts] = [join(house.root, 'silent'), join(house.root, 'starts')];
  writeFileSync(programPath, `#!/bin/sh\necho start >>'${starts}'\nexec sleep 100\n`);
  chmodSync(programPath, 0o755);
  const agent = await house.restart({ programPath });
  const heard = await ask(agent, { prompt: 'Hello', workspace: house.workspace });
  expect(heard.one('error').code).toBe('answer_timed_out');
  expect(readFileSync(starts, 'utf8')).toBe('start\n');
});

const model = 'claude-haiku-5-5';
const prompt = 'What was asked before the crash?\nIn two lines.';

/** As after a restart: the first query of a conversation waited for a reset, before its program was started. */
async function openHeld() {
  const house = await openAgentHouse();
  const id = randomUUID();
  const { workspace } = house;
  house.store.documents.update('waiting_queries', () => ({
    [id]: { workspace, prompt, untilMs: Date.now(), sinceMs: Date.now(), request: { model } },
  }));
  const listed = async (limit = 50) =>
    (await house.agent.conversations({ limit, before: null, search: null })).items;
  return { ...house, id, listed };
}

it('a conversation whose first query waited when Postern stopped is opened empty, and goes on when it is asked again', async () => {
  const { agent, id, ledger, listed, workspace } = await openHeld();
  expect(await listed()).toMatchObject([{ id, workspace, state: 'interrupted', pendingPrompt: prompt }]);
  const title = 'What was asked before the crash?';
  expect(await agent.conversation(id, newest)).toEqual({ id, title, workspace, items: [], next: null });
  expect(await agent.hasConversation(id)).toBe(true);
  const heard = await ask(agent, { prompt, conversationId: id });
  expect(heard.one('started').conversationId).toBe(id);
  expect(ledger.receipts({ limit: 1, before: null }).items).toMatchObject([{ model }]);
  expect(heard.events.at(-1)?.event).toBe('result');
  expect((await agent.conversation(id, newest)).items.map(({ type }) => type)).toEqual([
    'user',
    'assistant_text',
  ]);
  const [only, ...others] = await listed();
  expect(only).not.toHaveProperty('state');
  expect(others).toEqual([]);
});

it('one that waited is gone with its prompt once it is deleted, whether or not something was said in it', async () => {
  const { agent, id, listed, workspace, store } = await openHeld();
  await agent.deleteConversation(id);
  expect(await listed()).toEqual([]);
  const heard = await ask(agent, { prompt: 'Hello', workspace });
  const { conversationId } = heard.one('started');
  store.documents.update('waiting_queries', () => ({
    [conversationId]: { workspace, prompt, untilMs: 1, sinceMs: 1 },
  }));
  await agent.deleteConversation(conversationId);
  expect(await listed()).toEqual([]);
  expect(store.documents.read('waiting_queries')).toEqual({});
});

it('one that waited and is on another page is listed there, and only there', async () => {
  const { agent, id, listed, workspace, store } = await openHeld();
  const older = (await ask(agent, { prompt: 'Hello', workspace })).one('started').conversationId;
  const newer = (await ask(agent, { prompt: 'Hello', workspace })).one('started').conversationId;
  store.documents.update('waiting_queries', () => ({
    [older]: { workspace, prompt, untilMs: 1, sinceMs: 1 },
  }));
  expect((await listed(1)).map((each) => each.id)).toEqual([newer]);
  expect(await listed(2)).toMatchObject([{ id: newer }, { id: older, state: 'interrupted' }]);
  await expect(agent.conversation(id, newest)).rejects.toMatchObject({ code: 'conversation_not_found' });
});
