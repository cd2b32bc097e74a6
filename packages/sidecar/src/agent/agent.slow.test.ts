import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { queryEventSchemas } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse, replay } from '../../test/support/agent/agent-harness.ts';

describe('a query through the real program', () => {
  it('answers with the model’s text, a receipt, and events that the contract knows', async () => {
    const { agent, workspace, ledger } = await openAgentHouse();

    const heard = await ask(agent, { prompt: 'Hello there', workspace });

    expect(heard.events[0]?.event).toBe('started');
    expect(heard.events.at(-1)?.event).toBe('result');
    expect(heard.text).toMatch(/^You asked: “Hello there”/);
    for (const { event, data } of heard.events) queryEventSchemas[event].parse(data);
    const [receipt] = ledger.receipts({ limit: 10, before: null }).items;
    const result = heard.one('result');
    expect(receipt).toMatchObject({ id: result.receiptId, outcome: 'completed', costUsd: result.costUsd });
    expect(result.costUsd).toBeGreaterThan(0);
    expect(receipt?.parts.map(({ credential }) => credential.kind)).toEqual(['api_key']);
    expect(result.parts).toEqual(receipt?.parts);
  });

  it('writes a file once the person allows it, and shows the change before and after', async () => {
    const { agent, workspace } = await openAgentHouse();

    const heard = await ask(
      agent,
      { prompt: 'Create a file notes.txt with `first line`', workspace },
      async (event) => {
        if (event.event !== 'permission_request') return;
        expect(existsSync(join(workspace, 'notes.txt'))).toBe(false);
        await agent.approve(event.data.requestId, 'allow', false);
      },
    );

    const path = join(workspace, 'notes.txt');
    expect(readFileSync(path, 'utf8')).toBe('first line');
    const question = heard.one('permission_request');
    expect(question).toMatchObject({ toolName: 'Write', path, diff: expect.stringContaining('+first line') });
    expect(heard.one('permission_resolution')).toEqual({ requestId: question.requestId, decision: 'allow' });
    expect(heard.one('tool_use')).toMatchObject({ name: 'Write', input: { file_path: path } });
    const outcome = heard.one('tool_result');
    expect(outcome).toMatchObject({ isError: false, path, diff: expect.stringContaining('+first line') });
    expect(heard.events.at(-1)?.event).toBe('result');
  });

  it('writes nothing where the person says no', async () => {
    const { agent, workspace } = await openAgentHouse();
    const prompt = 'Create a file notes.txt with `text`';

    const refused = await ask(agent, { prompt, workspace }, async (event) => {
      if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'deny', false);
    });

    expect(refused.one('permission_resolution').decision).toBe('deny');
    expect(refused.one('tool_result')).toMatchObject({ isError: true, deniedBy: 'person' });
    expect(refused.events.at(-1)?.event).toBe('result');
    expect(existsSync(join(workspace, 'notes.txt'))).toBe(false);
  });

  it('keeps a tool’s question open by no clock, and writes nothing where it is stopped unanswered', async () => {
    const { agent, workspace } = await openAgentHouse({ limits: { questionMs: 1 } });
    const prompt = 'Create a file notes.txt with `text`';

    const stopped = await ask(agent, { prompt, workspace }, async (event, queryId) => {
      if (event.event === 'permission_request') await agent.cancel(queryId);
    });

    expect(stopped.one('permission_request').expiresAt).toBeNull();
    expect(stopped.one('permission_resolution').decision).toBe('deny');
    expect(existsSync(join(workspace, 'notes.txt'))).toBe(false);
  });

  it('does not ask again in a workspace where a tool is always allowed, and asks elsewhere', async () => {
    const { agent, workspace, settings, dataDir } = await openAgentHouse();
    const elsewhere = join(dataDir, '..', 'elsewhere');
    mkdirSync(elsewhere);
    const prompt = 'Create a file a.txt with `text`';

    await ask(agent, { prompt, workspace }, async (event) => {
      if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', true);
    });
    const again = await ask(agent, { prompt: 'Create a file b.txt with `text`', workspace });
    const there = await ask(agent, { prompt, workspace: elsewhere }, async (event) => {
      if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'deny', false);
    });

    expect(settings.read().alwaysAllow).toEqual({ [workspace]: [`Write(${workspace}/**)`] });
    expect(again.all('permission_request')).toEqual([]);
    expect(existsSync(join(workspace, 'b.txt'))).toBe(true);
    expect(there.all('permission_request')).toHaveLength(1);
  });

  it('runs without a workspace in an empty private directory outside the data directory', async () => {
    const { agent, dataDir, settings } = await openAgentHouse();
    settings.update({ permissionMode: 'accept_edits' });

    const heard = await ask(agent, { prompt: 'Create a file here.txt with `text`' });

    const { path } = heard.one('tool_result');
    expect(path).toMatch(/postern\/workspaces\/[0-9a-f-]{36}\/here\.txt$/);
    expect(path?.startsWith(dataDir)).toBe(false);
    expect(statSync(join(path ?? '', '..')).mode & 0o777).toBe(0o700);
    const { conversationId } = heard.one('started');
    const listed = await agent.conversations({ limit: 10, before: null, search: null });
    expect(listed.items).toMatchObject([{ id: conversationId, workspace: null }]);
  });

  it('gives the same numbered events to whoever comes later or comes back', async () => {
    const { agent, workspace } = await openAgentHouse();
    const heard = await ask(agent, { prompt: 'Hello', workspace });

    const whole = await replay(agent, heard.queryId, 0);
    const rest = await replay(agent, heard.queryId, 3);

    expect(whole.map(({ event }) => event)).toEqual(heard.events);
    expect(whole.map(({ id }) => id)).toEqual(whole.map((_, at) => at + 1));
    expect(rest).toEqual(whole.slice(3));
  });

  it('sends a prompt as it is written: no command of the program’s, no file by its name', async () => {
    const { agent, workspace } = await openAgentHouse();
    writeFileSync(join(workspace, 'private.txt'), 'canary-in-file');

    const command = await ask(agent, { prompt: '/clear', workspace });
    const { conversationId } = command.one('started');
    const mention = await ask(agent, { prompt: 'What is @private.txt', conversationId });

    expect(command.text).toContain('/clear');
    expect(mention.one('started').conversationId).toBe(conversationId);
    expect(mention.text).not.toContain('canary-in-file');
  });

  it('reads an attached file outside the workspace without a question, and no other', async () => {
    const { agent, workspace, dataDir } = await openAgentHouse();
    const [attached, other] = [join(dataDir, '..', 'attached.txt'), join(dataDir, '..', 'other.txt')];
    for (const path of [attached, other]) writeFileSync(path, `content of ${path}`);
    const deny = async (event: { event: string; data: unknown }): Promise<void> => {
      if (event.event === 'permission_request') {
        await agent.approve((event.data as { requestId: string }).requestId, 'deny', false);
      }
    };

    const attachments = [{ path: attached }];
    const first = await ask(agent, { prompt: `Read ${attached}`, workspace, attachments }, deny);
    const second = await ask(agent, { prompt: `Read ${other}`, workspace, attachments }, deny);

    expect(first.all('permission_request')).toEqual([]);
    expect(first.one('tool_result').content).toContain('content of');
    expect(second.all('permission_request')).toHaveLength(1);
    expect(second.one('tool_result').isError).toBe(true);
  });
});

describe('what is known before a query starts', () => {
  it('is refused with its code', async () => {
    const { agent, workspace, dataDir, sandbox, restart } = await openAgentHouse();
    const prompt = 'Hello';
    const unknown = '00000000-0000-4000-8000-000000000000';
    symlinkSync(dataDir, join(workspace, 'way-in'));
    writeFileSync(join(dataDir, 'secret.txt'), 'x');
    const refused = (request: Parameters<typeof agent.start>[0]): Promise<unknown> =>
      agent.start(request).then(
        () => null,
        (error: { code?: unknown }) => error.code,
      );

    expect(await refused({ prompt: '  \n' })).toBe('prompt_empty');
    expect(await refused({ prompt, workspace: join(workspace, 'none') })).toBe('workspace_not_found');
    expect(await refused({ prompt, workspace: dataDir })).toBe('workspace_not_found');
    expect(await refused({ prompt, workspace: join(workspace, 'way-in') })).toBe('workspace_not_found');
    expect(await refused({ prompt, workspace: '/' })).toBe('workspace_not_found');
    expect(await refused({ prompt, workspace: 'relative' })).toBe('workspace_not_found');
    expect(await refused({ prompt, workspace, attachments: [{ path: join(workspace, 'none') }] })).toBe(
      'attachment_not_found',
    );
    expect(await refused({ prompt, workspace, attachments: [{ path: join(dataDir, 'secret.txt') }] })).toBe(
      'attachment_not_found',
    );
    expect(await refused({ prompt, conversationId: unknown })).toBe('conversation_not_found');
    expect(sandbox.url).toBeTruthy();
    const without = await restart({ programPath: join(workspace, 'no-program') });
    await expect(without.start({ prompt, workspace })).rejects.toMatchObject({
      code: 'agent_program_missing',
    });
  });

  it('includes that its conversation is still answering', async () => {
    const { agent, workspace } = await openAgentHouse();
    const first = await ask(agent, { prompt: 'Hello', workspace });
    const { conversationId } = first.one('started');

    const both = await Promise.allSettled([
      agent.start({ prompt: 'One', conversationId }),
      agent.start({ prompt: 'Two', conversationId }),
    ]);

    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(both[1]).toMatchObject({ reason: { code: 'conversation_busy' } });
  });
});
