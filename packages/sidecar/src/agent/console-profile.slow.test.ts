import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/agent/agent-harness.ts';
import { type DelegatedHouse, openDelegatedHouse } from '../../test/support/agent/delegated-harness.ts';
import { consoleFront, type ProfileFiles, writeProfile } from '../../test/support/agent/profile-files.ts';
import { sandboxLogin } from '../../test/support/agent/sandbox-login.ts';

// Real profile files, the real program, and the sandbox as their token endpoint and API. Not tried with a real account.

/** A house with a profile `work`, good for an hour; nobody is signed in to Claude Code. */
async function openProfileHouse(more: Partial<ProfileFiles> = {}) {
  const house = await openDelegatedHouse();
  const login = await sandboxLogin(house.sandbox);
  const path = writeProfile(house.consoleConfigDir, {
    name: 'work',
    baseUrl: await consoleFront(house.sandbox),
    clientId: house.sandbox.clientId,
    accessToken: login.accessToken,
    refreshToken: login.refreshToken,
    expiresAt: Math.floor(Date.now() / 1000) + login.expiresInSeconds,
    ...more,
  });
  // The profile's own address is the only one there is.
  const agent = await house.restart({ delegatedEnvironment: {} });
  return { ...house, agent, login, path };
}

async function revokeEverything({ sandbox }: Pick<DelegatedHouse, 'sandbox'>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  await fetch(`${sandbox.url}/sandbox/revoke`, { method: 'POST', headers, body: '{}' });
}

describe('a query with a Console profile', () => {
  it('is answered by the program with that profile, and its conversation is one of Postern’s own folder', async () => {
    const { agent, workspace, ledger, asked, dataDir } = await openProfileHouse();

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('started').credential).toEqual({
      id: 'console_profile:work',
      kind: 'console_profile',
      payer: 'Your Console organization',
    });
    expect(heard.text).toContain('Hello');
    expect(heard.events.at(-1)?.event).toBe('result');
    expect(await asked()).toEqual([{ credential: 'bearer', status: 200 }]);
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt?.parts).toMatchObject([{ credential: { kind: 'console_profile' }, covered: false }]);
    expect(ledger.spentTodayUsd()).toBe(receipt?.costUsd);
    expect(existsSync(join(dataDir, 'claude', 'projects'))).toBe(true);
  });

  it('that has to be renewed is renewed by the program itself', async () => {
    const { agent, workspace, path, login } = await openProfileHouse({ expiresAt: 1000 });

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('started').credential.kind).toBe('console_profile');
    expect(heard.events.at(-1)?.event).toBe('result');
    const stored = JSON.parse(readFileSync(path, 'utf8'));
    expect(stored.access_token).not.toBe(login.accessToken);
    expect(stored.refresh_token).not.toBe(login.refreshToken);
  });

  it('whose sign-in has ended goes on with the key, in the same conversation', async () => {
    const house = await openProfileHouse();
    const { agent, workspace, ledger } = house;
    const { conversationId } = (await ask(agent, { prompt: 'First', workspace })).one('started');
    await revokeEverything(house);

    const heard = await ask(agent, { prompt: 'Second', conversationId });

    expect(heard.one('credential_switched')).toMatchObject({
      from: { kind: 'console_profile' },
      to: { kind: 'api_key' },
      reason: 'reauthorization_required',
    });
    expect(heard.events.at(-1)?.event).toBe('result');
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt?.parts.map(({ credential }) => credential.kind)).toEqual(['api_key']);
  });

  it.each<[string, Partial<ProfileFiles>, (path: string) => void]>([
    ['others can read', { mode: 0o644 }, () => undefined],
    ['has no credential file', {}, (path) => rmSync(path)],
    ['has ended and cannot be renewed', { expiresAt: 1000, refreshToken: null }, () => undefined],
  ])('is not begun with one that %s: the key serves at once', async (_, more, spoil) => {
    const { agent, workspace, asked, delegated, path } = await openProfileHouse(more);
    spoil(path);

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('started').credential.kind).toBe('api_key');
    expect(await asked()).toEqual([{ credential: 'api_key', status: 200 }]);
    expect(delegated.candidates()).toContainEqual(
      expect.objectContaining({ usable: false, reason: 'reauthorization_required' }),
    );
  });

  it('takes over from a sign-in of ours that is refused before it answered, as the order says', async () => {
    const { agent, workspace, tokens, ledger } = await openProfileHouse();
    await tokens.signIn('not-a-token-of-the-sandbox');

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('started').credential.kind).toBe('oauth');
    expect(heard.one('credential_switched')).toMatchObject({
      from: { kind: 'oauth' },
      to: { kind: 'console_profile' },
    });
    expect(heard.events.at(-1)?.event).toBe('result');
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt?.parts.map(({ credential }) => credential.kind)).toEqual(['console_profile']);
  });

  it('does not let the agent read its tokens (F49)', async () => {
    const { agent, workspace, path, login } = await openProfileHouse();

    const heard = await ask(agent, { prompt: `Run \`cat ${path}\``, workspace }, async (event) => {
      if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
    });

    expect(heard.all('tool_result')).toHaveLength(1);
    expect(JSON.stringify(heard.events)).not.toContain(login.accessToken);
  });
});
