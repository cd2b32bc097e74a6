import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Conversation, ConversationPage } from '@postern/contract';
import { expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { eventually } from '../../test/support/http/eventually.ts';

const newest = { limit: 10, before: null };

it('a conversation of the real program is listed, searched, read, renamed, resumed and deleted', async () => {
  const house = await openAgentHouse();
  const { agent, workspace, dataDir } = house;
  const heard = await ask(agent, { prompt: 'Tell me of rhubarb', workspace });
  const { conversationId: id } = heard.one('started');
  const found = (search: string) => agent.conversations({ ...newest, search });

  await eventually(() => found('rhubarb')).toMatchObject({
    items: [{ id, title: 'Tell me of rhubarb', workspace, snippet: expect.stringContaining('rhubarb') }],
  });
  const { items } = await agent.conversation(id, newest);
  expect(items).toMatchObject([
    { type: 'user', text: 'Tell me of rhubarb' },
    { type: 'assistant_text', text: heard.text },
  ]);

  await agent.changeConversation(id, { title: 'Garden' });
  const next = await house.restart();
  const again = await ask(next, { prompt: 'And of celery', conversationId: id });
  expect(again.one('started').conversationId).toBe(id);
  const whole = await next.conversation(id, newest);
  expect(whole.title).toBe('Garden');
  expect(whole.items.map(({ type }) => type)).toEqual(['user', 'assistant_text', 'user', 'assistant_text']);
  const paid = [heard, again].map((each) => each.one('result').receiptId);
  expect(whole.receipts?.map((receipt) => receipt.id)).toEqual(paid);
  const last = await next.conversation(id, { limit: 2, before: null });
  expect(last.receipts?.map((receipt) => receipt.id)).toEqual(paid.slice(1));

  await next.deleteConversation(id);
  expect(await next.conversations({ ...newest, search: null })).toMatchObject({ items: [] });
  expect(await next.conversations({ ...newest, search: 'celery' })).toMatchObject({ items: [] });
  await expect(next.conversation(id, newest)).rejects.toMatchObject({ code: 'conversation_not_found' });
  await expect(next.start({ prompt: 'x', conversationId: id })).rejects.toMatchObject({
    code: 'conversation_not_found',
  });
  const left = readdirSync(join(dataDir, 'claude'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  expect(left.filter((text) => text.includes('rhubarb') || text.includes('celery'))).toEqual([]);
  expect(existsSync(workspace)).toBe(true);
});

it('one that answers names its turn, and the page before it', async () => {
  const { agent, workspace } = await openAgentHouse();
  let begun: Conversation | undefined;
  let listed: ConversationPage | undefined;
  const first = await ask(agent, { prompt: 'Before', workspace }, async ({ event, data }) => {
    if (event !== 'started') return;
    begun = await agent.conversation(data.conversationId, newest);
    listed = await agent.conversations({ ...newest, search: null });
  });
  const { conversationId: id, queryId } = first.one('started');
  expect(begun).toMatchObject({
    title: 'Before',
    workspace,
    items: [],
    running: { queryId, prompt: 'Before' },
  });
  expect(listed?.items).toMatchObject([{ id, title: 'Before', workspace }]);
  expect(begun?.running?.before).toBeUndefined();
  expect((await agent.conversation(id, newest)).running).toBeUndefined();

  let running: Conversation | undefined;
  const prompt = 'write now.txt that says "Now"';
  const second = await ask(agent, { prompt, conversationId: id }, async ({ event, data }) => {
    if (event !== 'permission_request') return;
    // It stands still until it is answered.
    await eventually(async () => (await agent.conversation(id, newest)).items.length).toBeGreaterThan(2);
    running = await agent.conversation(id, newest);
    listed = await agent.conversations({ ...newest, search: null });
    await agent.approve(data.requestId, 'deny', false);
  });
  expect(running?.running).toEqual({ queryId: second.one('started').queryId, prompt, before: '2' });
  expect(listed?.items).toHaveLength(1);
  const before = await agent.conversation(id, { ...newest, before: running?.running?.before ?? null });
  expect(before.items.map(({ type }) => type)).toEqual(['user', 'assistant_text']);
  expect(before.running).toBeUndefined();
});

it('one that answers is not deleted', async () => {
  const { agent } = await openAgentHouse();
  let refused: unknown;
  await ask(agent, { prompt: 'Hello' }, async ({ event, data }) => {
    if (event !== 'started') return;
    refused = await agent.deleteConversation(data.conversationId).catch((error: unknown) => error);
  });

  expect(refused).toMatchObject({ code: 'conversation_busy' });
});
