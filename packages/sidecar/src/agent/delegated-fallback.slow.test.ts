import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { ask } from '../../test/support/agent/agent-harness.ts';
import { type DelegatedHouse, openDelegatedHouse } from '../../test/support/agent/delegated-harness.ts';

// The real program with prepared settings folders, refused by the sandbox. Not tried with a real account.

const toKey = { from: { kind: 'claude_code' }, to: { kind: 'api_key' } };

/** Control of the sandbox. */
async function tell(house: DelegatedHouse, path: string, body: Readonly<Record<string, unknown>> = {}) {
  const response = await fetch(`${house.sandbox.url}/sandbox/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
}

function answering(house: DelegatedHouse, decision: 'allow' | 'deny') {
  return async (event: QueryEvent): Promise<void> => {
    if (event.event === 'fallback_request' || event.event === 'permission_request')
      await house.agent.approve(event.data.requestId, decision, false);
  };
}

describe('a login that the service refuses', () => {
  it('is followed by the key in the same conversation, told once, and rests', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, ledger, ownConfigDir, dataDir } = house;
    await house.signIn();
    const { conversationId } = (await ask(agent, { prompt: 'First', workspace })).one('started');
    await tell(house, 'revoke');

    const heard = await ask(agent, { prompt: 'Second', conversationId });

    expect(heard.one('started').credential.kind).toBe('claude_code');
    expect(heard.one('credential_switched')).toMatchObject({ ...toKey, reason: 'reauthorization_required' });
    expect(heard.text).toContain('Second');
    expect(heard.events.at(-1)?.event).toBe('result');
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt?.parts).toMatchObject([
      { credential: { kind: 'api_key' }, reason: 'reauthorization_required', covered: false },
    ]);
    // The folder is that of its first turn: only the way to authenticate has changed.
    expect(existsSync(join(ownConfigDir, 'projects'))).toBe(true);
    expect(existsSync(join(dataDir, 'claude', 'projects'))).toBe(false);
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    expect(items.flatMap((item) => (item.type === 'user' ? [item.text] : []))).toEqual(['First', 'Second']);

    const before = (await house.asked()).length;
    const third = await ask(agent, { prompt: 'Third', conversationId });
    expect(third.one('started').credential.kind).toBe('api_key');
    expect(third.all('credential_switched')).toEqual([]);
    expect((await house.asked()).slice(before)).toEqual([{ credential: 'api_key', status: 200 }]);
  });

  it('is followed by nobody where the person says no, and nothing is charged', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, ledger, settings } = house;
    settings.update({ fallback: { onAuthFailure: 'ask' } });
    await house.signIn();
    await tell(house, 'revoke');

    const heard = await ask(agent, { prompt: 'Hello', workspace }, answering(house, 'deny'));

    expect(heard.one('fallback_request')).toMatchObject(toKey);
    expect(heard.one('error').code).toBe('fallback_refused');
    expect(heard.text).toBe('');
    expect(ledger.receipts({ limit: 1, before: null }).items).toEqual([]);
  });

  it('ends the query as such where no other may take over', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, settings } = house;
    settings.update({ fallback: { onAuthFailure: 'never' } });
    await house.signIn();
    await tell(house, 'revoke');

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('error').code).toBe('reauthorization_required');
    expect((await house.asked()).every(({ credential }) => credential === 'bearer')).toBe(true);
  });

  it('in the middle of an answer ends the query: nothing is asked a second time (F40)', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace } = house;
    await house.signIn();

    const heard = await ask(
      agent,
      { prompt: 'Create a file a.txt with `text`', workspace },
      async (event) => {
        if (event.event !== 'permission_request') return;
        await tell(house, 'revoke');
        await agent.approve(event.data.requestId, 'allow', false);
      },
    );

    expect(heard.all('tool_use')).toHaveLength(1);
    expect(heard.all('credential_switched')).toEqual([]);
    expect(heard.one('error').code).toBe('reauthorization_required');
    expect((await house.asked()).every(({ credential }) => credential === 'bearer')).toBe(true);
  });

  it('stops under the cap’s own code where the cap is reached and the person says no', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, settings } = house;
    settings.update({ fallback: { capUsdPerDay: 0 } });
    await house.signIn();
    await tell(house, 'revoke');

    const heard = await ask(agent, { prompt: 'Hello', workspace }, answering(house, 'deny'));

    expect(heard.one('fallback_request').reason).toBe('spend_cap_reached');
    expect(heard.one('error').code).toBe('spend_cap_reached');
  });
});

describe('a plan that is used up', () => {
  it('asks before the key pays, keeps the window, and is not tried before its reset', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, ledger } = house;
    await house.signIn();
    await tell(house, 'limit', { window: 'five_hour', resetsInSeconds: 1800 });

    const heard = await ask(agent, { prompt: 'Hello', workspace }, answering(house, 'allow'));

    const limit = heard.one('usage_limit');
    expect(limit).toMatchObject({ window: 'five_hour', status: 'rejected' });
    expect(heard.one('fallback_request')).toMatchObject({
      ...toKey,
      reason: 'plan_limit_reached',
      capUsd: 5,
    });
    expect(heard.one('credential_switched')).toMatchObject(toKey);
    expect(heard.text).toContain('Hello');
    expect(ledger.windows()).toMatchObject([
      {
        credentialId: 'claude_code:default',
        window: 'five_hour',
        status: 'rejected',
        resetsAt: limit.resetsAt,
      },
    ]);

    // The next one asks before anything is sent, with a program of its own.
    const before = (await house.asked()).length;
    const next = await ask(agent, { prompt: 'Again', workspace }, answering(house, 'allow'));
    expect(next.one('started').credential.kind).toBe('claude_code');
    expect(next.one('fallback_request')).toMatchObject(toKey);
    expect(next.events.at(-1)?.event).toBe('result');
    expect((await house.asked()).slice(before)).toEqual([{ credential: 'api_key', status: 200 }]);
  });
});

describe('a plan that goes on as paid extra usage', () => {
  it('is stopped before its second call, and the next turn asks who pays', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace } = house;
    await house.signIn();
    await tell(house, 'limit', { overage: true });

    const prompt = 'Create a file a.txt with `text`';
    const heard = await ask(agent, { prompt, workspace }, answering(house, 'allow'));

    expect(heard.one('usage_limit')).toMatchObject({ window: 'five_hour', status: 'rejected' });
    expect(heard.one('error').code).toBe('plan_limit_reached');
    expect((await house.asked()).filter(({ credential }) => credential === 'bearer')).toHaveLength(1);

    const next = await ask(agent, { prompt: 'Again', workspace }, answering(house, 'deny'));
    expect(next.one('fallback_request')).toMatchObject({ ...toKey, reason: 'plan_limit_reached' });
    expect((await house.asked()).filter(({ credential }) => credential === 'bearer')).toHaveLength(1);
  });
});

describe('what the program would have used', () => {
  it('is compared before the prompt is sent: another person’s login stops the query, and nothing is sent', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace } = house;
    await house.signIn({ email: 'ada@example.com' });
    await house.delegated.refresh();
    await house.signIn({ email: 'mallory@example.com' });

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('error').code).toBe('credential_mismatch');
    expect(await house.asked()).toEqual([]);
  });

  it('is no Console profile that happens to lie there instead of the login', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, consoleConfigDir } = house;
    await house.signIn();
    await house.delegated.refresh();
    house.signOutElsewhere();
    for (const folder of ['configs', 'credentials'])
      mkdirSync(join(consoleConfigDir, folder), { recursive: true, mode: 0o700 });
    const config = {
      version: '1.0',
      authentication: { type: 'user_oauth' },
      base_url: house.sandbox.apiBaseUrl,
    };
    writeFileSync(join(consoleConfigDir, 'configs', 'default.json'), JSON.stringify(config));
    const tokens = { type: 'oauth_token', access_token: 'sk-ant-oat01-x', expires_at: 4_102_444_800 };
    writeFileSync(join(consoleConfigDir, 'credentials', 'default.json'), JSON.stringify(tokens), {
      mode: 0o600,
    });

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('error').code).toBe('credential_mismatch');
    expect(await house.asked()).toEqual([]);
  });

  it('is nothing after a sign-out elsewhere: the next in order takes over, and nothing was refused', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace } = house;
    await house.signIn();
    await house.delegated.refresh();
    house.signOutElsewhere();

    const heard = await ask(agent, { prompt: 'Hello', workspace });

    expect(heard.one('credential_switched')).toMatchObject({ ...toKey, reason: 'reauthorization_required' });
    expect(heard.events.at(-1)?.event).toBe('result');
    expect(await house.asked()).toEqual([{ credential: 'api_key', status: 200 }]);
  });
});

describe('a conversation that began under a key', () => {
  it('never moves to a login with a folder of its own, and says why; a new one does', async () => {
    const house = await openDelegatedHouse();
    const { agent, workspace, dataDir } = house;
    const { conversationId } = (await ask(agent, { prompt: 'First', workspace })).one('started');
    await house.signIn();
    await house.lookAgain();

    const heard = await ask(agent, { prompt: 'Second', conversationId });

    expect(heard.one('started').credential.kind).toBe('api_key');
    expect(heard.one('credential_switched')).toMatchObject({ ...toKey, reason: 'conversation_elsewhere' });
    expect(heard.events.at(-1)?.event).toBe('result');
    expect(existsSync(join(dataDir, 'claude', 'projects'))).toBe(true);
    const fresh = await ask(agent, { prompt: 'Third', workspace });
    expect(fresh.one('started').credential.kind).toBe('claude_code');
  });
});
