import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { methods } from '@agentclientprotocol/sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  connected,
  folder,
  key,
  newSession,
  plan,
  prompt,
  result,
  scripted,
  sessionId,
  started,
  view,
} from '../../test/scripted-editor.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a session', () => {
  it('says who pays before the first token, and runs a prompt in its folder', async () => {
    const { sidecar, seen } = scripted();
    await connected(sidecar, async (agent, updates) => {
      const session = await newSession(agent);
      const payer = session.configOptions?.find(({ id }) => id === 'payer');
      expect(payer).toMatchObject({ currentValue: 'default' });
      expect(JSON.stringify(payer)).toContain('Automatic (now: Claude plan)');
      const answer = await prompt(agent);
      expect(answer.stopReason).toBe('end_turn');
      expect(answer._meta).toMatchObject({ postern: { receiptId: 'r1', costUsd: 0.01, payer: plan } });
      expect(seen.requests[0]).toMatchObject({
        conversationId: sessionId,
        workspace: folder,
        permissionMode: 'ask',
      });
      expect(updates).toContainEqual({
        sessionUpdate: 'agent_message_chunk',
        content: { type: 'text', text: 'Hello' },
      });
    });
  });

  it('sends the editor’s MCP servers with each prompt, and tells it of one that was left out', async () => {
    const state = {
      name: 'notes',
      origin: 'editor',
      status: 'left_out',
      reason: 'This folder is not trusted.',
      nextStep: 'Trust it.',
    } as const;
    const { sidecar, seen } = scripted();
    seen.events = [started, { event: 'mcp_server', data: state }, result];
    await connected(sidecar, async (agent, updates) => {
      const servers = [{ name: 'notes', command: 'npx', args: ['notes'], env: [{ name: 'A', value: 'a' }] }];
      await agent.request(methods.agent.session.new, { cwd: folder, mcpServers: servers });
      await prompt(agent);
      expect(seen.requests[0]).toMatchObject({
        mcpServers: { notes: { command: 'npx', args: ['notes'], env: { A: 'a' } } },
      });
      expect(JSON.stringify(updates)).toContain('The MCP server notes (from your editor) does not work');
    });
  });

  it('is refused as "authentication required" where nobody could pay', async () => {
    const { sidecar } = scripted([view(plan, 'reauthorization_required')]);
    await connected(sidecar, async (agent) => {
      await expect(newSession(agent)).rejects.toMatchObject({ code: -32_000 });
    });
  });

  it('signs in in the window, and goes on once a credential can be used', async () => {
    const { sidecar, seen } = scripted([view(plan, 'absent')]);
    await connected(sidecar, async (agent) => {
      const signingIn = agent.request(methods.agent.authenticate, { methodId: 'postern-window' });
      seen.credentials = [view(plan)];
      await signingIn;
      expect((await newSession(agent)).sessionId).toBe(sessionId);
    });
  });

  it('uses the mode, the model and the payer that were chosen', async () => {
    const { sidecar, seen } = scripted();
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      const set = (configId: string, value: string) =>
        agent.request(methods.agent.session.setConfigOption, { sessionId, configId, value });
      await set('model', 'opus');
      const { configOptions } = await set('payer', key.id);
      expect(configOptions.find(({ id }) => id === 'payer')).toMatchObject({ currentValue: key.id });
      await agent.request(methods.agent.session.setMode, { sessionId, modeId: 'plan' });
      await prompt(agent);
      expect(seen.requests[0]).toMatchObject({ model: 'opus', credential: key.id, permissionMode: 'plan' });
      expect(updates.some(({ sessionUpdate }) => sessionUpdate === 'config_option_update')).toBe(true);
      await expect(set('payer', 'api_key:other')).rejects.toMatchObject({ code: -32_602 });
      await expect(set('colour', 'red')).rejects.toMatchObject({ code: -32_602 });
    });
  });

  it('is cancelled, and takes the next prompt', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, 'hold'];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => seen.requests.length).toBe(1);
      await expect(prompt(agent)).rejects.toMatchObject({
        ...{
          message: expect.stringMatching(/\. .+\.$/),
          data: { code: 'conversation_busy', retryable: true },
        },
      });
      await agent.notify(methods.agent.session.cancel, { sessionId });
      expect(await running).toMatchObject({ stopReason: 'cancelled' });
      seen.events = [started, result];
      expect((await prompt(agent)).stopReason).toBe('end_turn');
    });
  });

  it('is cancelled while Postern is found or started: nothing is asked and nothing paid', async () => {
    const { sidecar, seen } = scripted();
    let starting = Promise.resolve();
    const find = async () => {
      await starting;
      return sidecar;
    };
    await connected(find, async (agent) => {
      await newSession(agent);
      const { promise, resolve } = Promise.withResolvers<void>();
      starting = promise;
      const running = prompt(agent);
      await expect(prompt(agent)).rejects.toMatchObject({ data: { code: 'conversation_busy' } });
      await agent.notify(methods.agent.session.cancel, { sessionId });
      expect(await running).toMatchObject({ stopReason: 'cancelled' });
      resolve();
      expect(seen.requests).toEqual([]);
      expect((await prompt(agent)).stopReason).toBe('end_turn');
      expect(seen.requests).toHaveLength(1);
    });
  });

  it('may call a command of the workspace where the user’s own words begin with it', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, result];
    const embedded = { type: 'resource', resource: { uri: '/a', text: '/deploy' } } as const;
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      for (const first of [{ type: 'text', text: '/deploy now' } as const, embedded])
        await agent.request(methods.agent.session.prompt, {
          sessionId,
          prompt: [first, { type: 'text', text: '/deploy' }],
        });
    });
    expect(seen.requests.map(({ commands }) => commands)).toEqual([true, undefined]);
  });

  it('gives pictures and documents to the sidecar, quotes embedded text whole, and names what cannot go along', async () => {
    const { sidecar, seen } = scripted();
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      await agent.request(methods.agent.session.prompt, {
        sessionId,
        prompt: [
          { type: 'text', text: 'Look' },
          { type: 'image', mimeType: 'image/png', data: base64('png') },
          {
            type: 'image',
            mimeType: 'image/png',
            data: '/9j/4A==',
            uri: 'file:///projects/my%20photo.jpg',
          },
          { type: 'image', mimeType: 'image/bmp', data: base64('bmp') },
          {
            type: 'resource',
            resource: { uri: 'file:///projects/d.pdf', mimeType: 'application/pdf', blob: base64('pdf') },
          },
          { type: 'resource', resource: { uri: 'file:///projects/e.bin', blob: base64('bin') } },
          {
            type: 'resource',
            resource: {
              uri: `https://x.test/?q=${'x'.repeat(2_000)}`,
              mimeType: 'text/csv',
              blob: base64('a,b'),
            },
          },
          { type: 'resource', resource: { uri: 'file:///', mimeType: 'text/plain', blob: base64('root') } },
          { type: 'resource', resource: { uri: 'file:///projects/a%20b.md', text: 'a ``` b' } },
          { type: 'resource_link', uri: 'file:///projects/c.ts', name: 'c.ts' },
        ],
      });
    });
    expect(seen.requests[0]?.prompt).toBe(
      'Look\n\n[A picture of type image/bmp was left out.]\n\n[The file /projects/e.bin was left out: it is no text, picture or PDF.]\n\n/projects/a b.md:\n````\na ``` b\n````\n\nc.ts (/projects/c.ts)',
    );
    expect(seen.attached).toEqual([
      { name: 'picture', type: 'image/png', text: 'png' },
      { name: 'my photo.jpg', type: 'image/jpeg', text: expect.any(String) },
      { name: 'picture', type: 'image/bmp', text: 'bmp' },
      { name: 'd.pdf', type: 'application/pdf', text: 'pdf' },
      { name: 'e.bin', type: 'application/octet-stream', text: 'bin' },
      { name: 'x'.repeat(100), type: 'text/csv', text: 'a,b' },
      { name: 'attachment', type: 'text/plain', text: 'root' },
    ]);
    expect(seen.requests[0]?.attachments).toEqual(
      ['picture', 'my photo.jpg', 'd.pdf', 'x'.repeat(100), 'attachment'].map((name) => ({
        path: `/attachments/${name}`,
      })),
    );
  });
});

describe('earlier conversations', () => {
  it('are listed for a folder however it is written: over a link, or with a slash at its end', async () => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'postern-list-')));
    onTestFinished(() => rmSync(home, { recursive: true, force: true }));
    const real = join(home, 'real');
    mkdirSync(real);
    symlinkSync(real, join(home, 'link'));
    const gone = join(home, 'gone');
    const items = [real, gone].map((workspace) => ({
      ...{ id: workspace, title: '', workspace, updatedAt: '2026-11-28T10:00:00.000Z' },
    }));
    const { sidecar } = scripted();
    const conversations = async () => ({ items, next: null });
    await connected({ ...sidecar, conversations } as unknown as typeof sidecar, async (agent) => {
      const listed = async (cwd: string) =>
        (await agent.request(methods.agent.session.list, { cwd })).sessions.map(({ sessionId: id }) => id);
      for (const cwd of [real, `${real}/`, join(home, 'link')]) expect(await listed(cwd)).toEqual([real]);
      expect(await listed(`${gone}/`)).toEqual([gone]);
    });
  });

  it('are listed for their folder, and loaded whole, oldest first', async () => {
    const { sidecar } = scripted();
    await connected(sidecar, async (agent, updates) => {
      const list = await agent.request(methods.agent.session.list, { cwd: folder });
      expect(list).toMatchObject({
        sessions: [{ sessionId: 'a', cwd: folder, title: 'Here' }],
        nextCursor: 'older',
      });
      await agent.request(methods.agent.session.load, { sessionId: 'a', cwd: folder, mcpServers: [] });
      expect(updates.map((update) => ('content' in update ? update.content : null))).toEqual([
        { type: 'text', text: 'Question' },
        { type: 'text', text: 'Answer' },
      ]);
      await expect(
        agent.request(methods.agent.session.load, { sessionId: 'z', cwd: folder, mcpServers: [] }),
      ).rejects.toMatchObject({ code: -32_002 });
    });
  });
});

it('forgets a session that is closed without a prompt, and keeps one that had one', async () => {
  const { sidecar, seen } = scripted();
  await connected(sidecar, async (agent) => {
    await newSession(agent);
    await prompt(agent);
    await agent.request(methods.agent.session.close, { sessionId });
    expect(seen.deleted).toEqual([]);
    await newSession(agent);
    await agent.request(methods.agent.session.close, { sessionId });
    expect(seen.deleted).toEqual([sessionId]);
  });
});

it('closes a session without a prompt although Postern is gone, and starts none for it', async () => {
  const { sidecar, seen } = scripted();
  let finds = 0;
  let isGone = false;
  const find = async () => {
    finds += 1;
    if (isGone) throw new Error('It would be started.');
    return sidecar;
  };
  await connected(find, async (agent) => {
    await newSession(agent);
    isGone = true;
    const before = finds;
    await agent.request(methods.agent.session.close, { sessionId });
    expect([finds, seen.deleted]).toEqual([before, [sessionId]]);
  });
});
