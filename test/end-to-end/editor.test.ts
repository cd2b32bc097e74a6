import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ClientContext, methods, type SessionUpdate } from '@agentclientprotocol/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHousehold } from './harness/create-household.ts';
import { edit } from './harness/edit.ts';
import { acceptKey, sandboxApiKey } from './harness/sandbox-api-key.ts';
import { type Postern, startPostern } from './harness/start-postern.ts';

/** A picture (PNG). */
const onePixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

describe('an editor', () => {
  let postern: Postern;

  beforeAll(async () => {
    postern = await startPostern();
    await acceptKey(postern.ready.sandboxUrl ?? '');
    await postern.client.updateSettings({ apiKey: sandboxApiKey });
  });
  afterAll(() => postern?.stop());

  const say = (agent: ClientContext, sessionId: string, text: string) =>
    agent.request(methods.agent.session.prompt, { sessionId, prompt: [{ type: 'text', text }] });
  const textOf = (updates: readonly SessionUpdate[]): string =>
    updates
      .map((update) =>
        update.sessionUpdate === 'agent_message_chunk' && update.content.type === 'text'
          ? update.content.text
          : '',
      )
      .join('');

  it('asks, sees who pays, and goes on in the same conversation after a restart', async () => {
    const cwd = postern.household.workspace;
    const sessionId = await edit(postern.household, async ({ agent, updates }) => {
      const session = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
      expect(JSON.stringify(session.configOptions)).toContain('Automatic (now: API key');
      const answer = await say(agent, session.sessionId, 'My favourite colour is blue');
      expect(answer.stopReason).toBe('end_turn');
      expect(answer._meta).toMatchObject({ postern: { payer: { kind: 'api_key' } } });
      expect(textOf(updates)).toContain('My favourite colour is blue');
      return session.sessionId;
    });
    const receipts = await postern.client.receipts({ limit: 1 });
    expect(receipts.items[0]?.conversationId).toBe(sessionId);

    await edit(postern.household, async ({ agent, updates }) => {
      const { sessions } = await agent.request(methods.agent.session.list, { cwd });
      expect(sessions.map((session) => session.sessionId)).toContain(sessionId);
      await agent.request(methods.agent.session.load, { sessionId, cwd, mcpServers: [] });
      expect(updates[0]).toMatchObject({ sessionUpdate: 'user_message_chunk' });
      updates.length = 0;
      await say(agent, sessionId, 'What did I say?');
      expect(textOf(updates)).toContain('the 2nd of this conversation');
    });
  });

  it('goes on in a session that another process of it made and said nothing in', async () => {
    const cwd = postern.household.workspace;
    const sessionId = await edit(postern.household, async ({ agent }) => {
      const session = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
      return session.sessionId;
    });
    await edit(postern.household, async ({ agent, updates }) => {
      await agent.request(methods.agent.session.load, { sessionId, cwd, mcpServers: [] });
      expect(textOf(updates)).toBe('');
      await say(agent, sessionId, 'Hello from the second process');
      expect(textOf(updates)).toContain('Hello from the second process');
    });
    const receipts = await postern.client.receipts({ limit: 1 });
    expect(receipts.items[0]?.conversationId).toBe(sessionId);
  });

  it('sends a picture, which the conversation keeps and another process of it names', async () => {
    const cwd = postern.household.workspace;
    const sessionId = await edit(postern.household, async ({ agent }) => {
      const session = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
      const picture = { type: 'image', mimeType: 'image/png', data: onePixel } as const;
      const text = { type: 'text', text: 'What is on this picture?' } as const;
      await agent.request(methods.agent.session.prompt, {
        sessionId: session.sessionId,
        prompt: [text, picture],
      });
      return session.sessionId;
    });
    await edit(postern.household, async ({ agent, updates }) => {
      await agent.request(methods.agent.session.load, { sessionId, cwd, mcpServers: [] });
      const [said, sent] = updates.map((update) => 'content' in update && update.content);
      expect(said).toEqual({ type: 'text', text: 'What is on this picture?' });
      expect(sent).toMatchObject({ type: 'resource_link', name: 'picture.png' });
      const path = fileURLToPath(sent && 'uri' in sent && typeof sent.uri === 'string' ? sent.uri : '');
      expect(readFileSync(path, 'base64')).toBe(onePixel);
    });
  });

  it('is asked before a file is written, and its answer holds', async () => {
    const cwd = postern.household.workspace;
    await edit(postern.household, async (editor) => {
      const { agent, updates, questions } = editor;
      const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
      await say(agent, sessionId, 'write “no” to denied.txt');
      expect(existsSync(join(cwd, 'denied.txt'))).toBe(false);
      editor.answer = 'allow';
      await say(agent, sessionId, 'write “yes” to allowed.txt');
      expect(readFileSync(join(cwd, 'allowed.txt'), 'utf8')).toBe('yes');
      const asked = questions.at(-1)?.toolCall;
      const call = updates.find(
        (update) => update.sessionUpdate === 'tool_call' && update.toolCallId === asked?.toolCallId,
      );
      expect(call).toMatchObject({ kind: 'edit', name: 'Write' });
      expect(asked?.locations).toEqual([{ path: join(cwd, 'allowed.txt') }]);
      expect(asked?.content).toContainEqual({ type: 'diff', path: join(cwd, 'allowed.txt'), newText: 'yes' });
    });
  });

  it('stops a turn, and may go away in the middle of one: nothing of it runs on', async () => {
    const cwd = postern.household.workspace;
    await edit(postern.household, async ({ agent, updates }) => {
      const { sessionId } = await agent.request(methods.agent.session.new, { cwd, mcpServers: [] });
      const running = say(agent, sessionId, 'Tell me a long story');
      await expect.poll(() => textOf(updates).length, { timeout: 20_000 }).toBeGreaterThan(0);
      await agent.notify(methods.agent.session.cancel, { sessionId });
      expect(await running).toMatchObject({ stopReason: 'cancelled' });
      updates.length = 0;
      void say(agent, sessionId, 'Tell me another long story').catch(() => undefined);
      await expect.poll(() => textOf(updates).length, { timeout: 20_000 }).toBeGreaterThan(0);
    });
    await expect
      .poll(async () => (await postern.client.receipts({ limit: 2 })).items.map(({ outcome }) => outcome), {
        timeout: 20_000,
      })
      .toEqual(['cancelled', 'cancelled']);
  });
});

it('starts Postern where none runs, and says why where it cannot', async () => {
  const household = createHousehold();
  try {
    await edit(household, async ({ agent }) => {
      const opening = agent.request(methods.agent.session.new, { cwd: household.workspace, mcpServers: [] });
      await expect(opening).rejects.toMatchObject({ code: -32_000, data: { code: 'not_signed_in' } });
    });
    expect(existsSync(join(household.dataDir, 'sidecar.json'))).toBe(true);
    expect((await household.run(['stop', '--sandbox'])).exitCode).toBe(0);
  } finally {
    await household.close();
  }
});
