import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/agent/agent-harness.ts';
import { openDelegatedHouse } from '../../test/support/agent/delegated-harness.ts';
import { recorded } from '../../test/support/agent/recorded-children.ts';
import type { DelegatedOutcome } from '../credentials/index.ts';

// The unmodified program with prepared settings folders, pointed at the sandbox. Not tried with a real account.

describe('a query with the login of the unmodified program', () => {
  it('goes without the gateway, and its receipt says that the plan covers it', async () => {
    const { agent, workspace, signIn, asked, ledger } = await openDelegatedHouse();
    await signIn();

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('started').credential).toEqual({
      id: 'claude_code:default',
      kind: 'claude_code',
      payer: 'Your Claude plan',
    });
    expect(heard.text).toContain('Hello');
    const result = heard.one('result');
    expect(await asked()).toEqual([{ credential: 'bearer', status: 200 }]);
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt).toMatchObject({ id: result.receiptId, outcome: 'completed', costUsd: result.costUsd });
    expect(result.costUsd).toBeGreaterThan(0);
    expect(receipt?.parts).toMatchObject([
      { credential: { kind: 'claude_code' }, reason: 'preferred', covered: true, costUsd: result.costUsd },
    ]);
    expect(ledger.spentTodayUsd()).toBe(0);
  });

  it('keeps its conversation in that login’s own folder, where it goes on and is found after a restart', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, signIn, ownConfigDir, dataDir } = house;
    await signIn();
    const { conversationId } = (await ask(agent, { prompt: 'First question', workspace })).one('started');
    const second = await ask(agent, { prompt: 'Second question', conversationId });
    expect(second.events.at(-1)?.event).toBe('result');

    expect(existsSync(join(ownConfigDir, 'projects'))).toBe(true);
    expect(existsSync(join(dataDir, 'claude', 'projects'))).toBe(false);
    const later = await house.restart();
    const page = await later.conversations({ limit: 10, before: null, search: null });
    expect(page.items).toMatchObject([{ id: conversationId, title: 'First question', workspace }]);
    const third = await ask(later, { prompt: 'Third question', conversationId });
    expect(third.one('started').credential.kind).toBe('claude_code');
    const { items } = await later.conversation(conversationId, { limit: 50, before: null });
    expect(items.filter(({ type }) => type === 'user')).toMatchObject([
      { text: 'First question' },
      { text: 'Second question' },
      { text: 'Third question' },
    ]);
  });

  it('is answered where the database is busy at its end, and its program goes on with the conversation', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, signIn, dataDir } = house;
    await signIn();
    const other = new DatabaseSync(join(dataDir, 'postern.db'));
    const heard = await ask(agent, { prompt: 'First question', workspace }, ({ event }) => {
      if (event === 'assistant_text' && !other.isTransaction) other.exec('BEGIN IMMEDIATE');
    });
    const programs = recorded(dataDir);
    other.exec('ROLLBACK');
    other.close();
    expect(heard.events.at(-1)?.event).toBe('result');
    const { conversationId } = heard.one('started');
    const next = await ask(agent, { prompt: 'Second question', conversationId });
    expect(next.events.at(-1)?.event).toBe('result');
    expect([programs.length, recorded(dataDir)]).toEqual([1, programs]);
    // Written late, and found after a restart.
    const page = await (await house.restart()).conversations({ limit: 10, before: null, search: null });
    expect(page.items).toMatchObject([{ id: conversationId, title: 'First question' }]);
  });

  it('is served by a program that was warmed for it, looked at once more before the prompt is sent', async () => {
    const house = await openDelegatedHouse();
    await house.signIn();
    const agent = await house.restart({ warm: true });
    const first = await ask(agent, { prompt: 'First', workspace: house.workspace });
    house.settings.update({ workspace: house.workspace });
    const second = await ask(agent, { prompt: 'Second' });

    for (const heard of [first, second]) {
      expect(heard.one('started').credential.kind).toBe('claude_code');
      expect(heard.events.at(-1)?.event).toBe('result');
    }
    // The spare is warm in the login's own folder.
    expect(existsSync(join(house.dataDir, 'claude', 'projects'))).toBe(false);
  });

  it('shows none of the conversations that the person had there without Postern', async () => {
    const { agent, workspace, signIn, ownConfigDir } = await openDelegatedHouse();
    await signIn();
    await ask(agent, { prompt: 'Asked in Postern', workspace });
    const [project = ''] = readdirSync(join(ownConfigDir, 'projects'));
    const id = '11111111-2222-4333-8444-555555555555';
    const entry = {
      type: 'user',
      uuid: id,
      parentUuid: null,
      sessionId: id,
      timestamp: new Date().toISOString(),
      cwd: workspace,
      message: { role: 'user', content: 'Asked in a terminal' },
    };
    writeFileSync(join(ownConfigDir, 'projects', project, `${id}.jsonl`), `${JSON.stringify(entry)}\n`);

    const { items } = await agent.conversations({ limit: 10, before: null, search: null });

    expect(items.map(({ title }) => title)).toEqual(['Asked in Postern']);
    await expect(agent.start({ prompt: 'Go on', conversationId: id })).rejects.toMatchObject({
      code: 'conversation_not_found',
    });
  });

  it('asks before its tools act, in a later turn of the same program too', async () => {
    const { agent, workspace, signIn } = await openDelegatedHouse();
    await signIn();
    const { conversationId } = (await ask(agent, { prompt: 'Hello', workspace })).one('started');

    const heard = await ask(
      agent,
      { prompt: 'Create a file notes.txt with `text`', conversationId },
      async (event) => {
        if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
      },
    );

    expect(heard.one('permission_request').toolName).toBe('Write');
    expect(existsSync(join(workspace, 'notes.txt'))).toBe(true);
  });

  it('does not let the agent read the login (F49)', async () => {
    const { agent, workspace, signIn, ownConfigDir } = await openDelegatedHouse();
    const { accessToken, refreshToken } = await signIn();
    const file = join(ownConfigDir, '.credentials.json');

    for (const prompt of [`Read ${file}`, `Run \`cat ${file}\``]) {
      const heard = await ask(agent, { prompt, workspace }, async (event) => {
        if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
      });
      expect(heard.all('tool_use')).toHaveLength(1);
      for (const secret of [accessToken, refreshToken])
        expect(JSON.stringify(heard.events)).not.toContain(secret);
    }
  });

  it('learns when the login ends from the program’s own messages', async () => {
    const house = await openDelegatedHouse();
    await house.signIn();
    const noted: DelegatedOutcome[] = [];
    const agent = await house.restart({
      delegated: {
        ...house.delegated,
        note(id, outcome) {
          noted.push(outcome);
          house.delegated.note(id, outcome);
        },
      },
    });

    await ask(agent, { prompt: 'Hello', workspace: house.workspace });

    const end = noted.find(({ type }) => type === 'login_ends');
    expect(end).toEqual({ type: 'login_ends', atMs: expect.any(Number) });
    expect(noted).toContainEqual(expect.objectContaining({ type: 'accepted' }));
    expect(noted).toContainEqual(expect.objectContaining({ type: 'window_seen', status: 'allowed' }));
    expect(house.ledger.windows()).toMatchObject([{ credentialId: 'claude_code:default' }]);
  });

  it('runs in the folder of the account that the workspace prefers, and in no other', async () => {
    const { agent, workspace, root, signIn, settings, dataDir, ledger } = await openDelegatedHouse();
    await signIn({ email: 'ada@example.com' });
    const configDir = join(dataDir, 'claude-code', 'work');
    await signIn({ email: 'team@example.com', configDir });
    const elsewhere = join(root, 'elsewhere');
    mkdirSync(elsewhere);
    settings.update({ workspaceCredential: { [elsewhere]: 'claude_code:work' } });

    const [here, there] = await Promise.all([
      ask(agent, { prompt: 'Hello from here', workspace }),
      ask(agent, { prompt: 'Hello from there', workspace: elsewhere }),
    ]);

    expect(here.one('started').credential.id).toBe('claude_code:default');
    expect(there.one('started').credential.id).toBe('claude_code:work');
    for (const heard of [here, there]) expect(heard.all('credential_switched')).toEqual([]);
    const paid = new Map(
      ledger
        .receipts({ limit: 2, before: null })
        .items.map((receipt) => [
          receipt.conversationId,
          receipt.parts.map(({ credential }) => credential.id),
        ]),
    );
    expect(paid.get(here.one('started').conversationId)).toEqual(['claude_code:default']);
    expect(paid.get(there.one('started').conversationId)).toEqual(['claude_code:work']);
    expect(existsSync(join(configDir, 'projects'))).toBe(true);
  });
});
