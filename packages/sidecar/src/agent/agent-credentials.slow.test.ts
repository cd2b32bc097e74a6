import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AgentHouse, ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import { Secret } from '../secret/index.ts';

describe('a sign-in that is refused in the middle of a query', () => {
  it('asks before the key pays, and goes on once the person agrees', async () => {
    const { agent, workspace, tokens, settings, ledger } = await openAgentHouse();
    settings.update({ fallback: { onAuthFailure: 'ask' } });
    await tokens.signIn('not-a-token-of-the-sandbox');

    const heard = await ask(agent, { prompt: 'Hello', workspace }, async (event) => {
      if (event.event === 'fallback_request') await agent.approve(event.data.requestId, 'allow', false);
    });

    expect(heard.one('started').credential.kind).toBe('oauth');
    const question = heard.one('fallback_request');
    expect(question).toMatchObject({ from: { kind: 'oauth' }, to: { kind: 'api_key' }, capUsd: 5 });
    expect(heard.one('permission_resolution')).toEqual({ requestId: question.requestId, decision: 'allow' });
    expect(heard.one('credential_switched')).toMatchObject({
      from: { kind: 'oauth' },
      to: { kind: 'api_key' },
    });
    expect(heard.text).toContain('Hello');
    const [receipt] = ledger.receipts({ limit: 1, before: null }).items;
    expect(receipt?.parts).toMatchObject([{ credential: { kind: 'api_key' }, costUsd: receipt?.costUsd }]);
  });

  it('ends with fallback_refused where the person says no, and nothing is charged', async () => {
    const { agent, workspace, tokens, settings, ledger } = await openAgentHouse();
    settings.update({ fallback: { onAuthFailure: 'ask' } });
    await tokens.signIn('not-a-token-of-the-sandbox');

    const heard = await ask(agent, { prompt: 'Hello', workspace }, async (event) => {
      if (event.event === 'fallback_request') await agent.approve(event.data.requestId, 'deny', false);
    });

    expect(heard.one('error').code).toBe('fallback_refused');
    expect(heard.text).toBe('');
    expect(ledger.receipts({ limit: 1, before: null }).items).toEqual([]);
  });
});

describe('an error of the service', () => {
  it.each([
    [{ kind: 'status', status: 503, times: 20 }, 'upstream_unavailable'],
    [{ kind: 'status', status: 400, reason: 'billing', times: 20 }, 'billing_problem'],
    [{ kind: 'status', status: 403, reason: 'model_not_allowed', times: 20 }, 'upstream_refused'],
    [{ kind: 'reset_mid_stream' }, 'stream_interrupted'],
    [{ kind: 'garbage_mid_stream' }, 'stream_interrupted'],
  ])(
    '%j ends the query once, as %s, and the program’s own sentence is not in the answer (F40)',
    async (fault, code) => {
      const { agent, workspace, trouble } = await openAgentHouse();
      await trouble({ on: 'messages', ...fault });

      const heard = await ask(agent, { prompt: 'Hello', workspace });

      expect(heard.one('error').code).toBe(code);
      expect(heard.all('result')).toEqual([]);
      expect(heard.text).not.toMatch(/API Error|authenticate|try again/i);
      await trouble({ on: 'messages', kind: 'clear' });
      const next = await ask(agent, { prompt: 'Again', conversationId: heard.one('started').conversationId });
      expect(next.events.at(-1)?.event).toBe('result');
    },
  );

  it('does not begin a query without a credential', async () => {
    const house = await openAgentHouse();
    const agent = await house.restart({
      selection: { ...house.selection, choose: async () => ({ code: 'refresh_unavailable', retryAtMs: 5 }) },
    });

    await expect(agent.start({ prompt: 'Hello', workspace: house.workspace })).rejects.toMatchObject({
      name: 'TransientError',
      code: 'refresh_unavailable',
      retryAtMs: 5,
    });
  });
});

describe('two windows whose workspaces prefer different credentials', () => {
  const otherKey = 'sk-ant-api03-another-key-of-the-same-person';

  async function openWithTwoKeys(): Promise<AgentHouse & { readonly elsewhere: string }> {
    const house = await openAgentHouse();
    await house.store.apiKeys.write('api_key:work', new Secret(otherKey));
    await fetch(`${house.sandbox.url}/sandbox/key`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: otherKey }),
    });
    const elsewhere = join(house.root, 'elsewhere');
    mkdirSync(elsewhere);
    return { ...house, elsewhere };
  }

  it('never mix: each query pays with its own, at the same time and one after the other', async () => {
    const { agent, workspace, elsewhere, settings, ledger } = await openWithTwoKeys();
    settings.update({ workspaceCredential: { [elsewhere]: 'api_key:work' } });

    for (let round = 0; round < 2; round += 1) {
      const heard = await Promise.all(
        [workspace, elsewhere, workspace, elsewhere].map((path) =>
          ask(agent, { prompt: 'Hello', workspace: path }),
        ),
      );

      const wanted = ['api_key:default', 'api_key:work', 'api_key:default', 'api_key:work'];
      expect(heard.map((each) => each.one('started').credential.id)).toEqual(wanted);
      expect(heard.flatMap((each) => each.all('credential_switched'))).toEqual([]);
      const paid = heard.map(({ queryId }) =>
        ledger
          .receipts({ limit: 50, before: null })
          .items.filter((receipt) => receipt.queryId === queryId)
          .flatMap(({ parts }) => parts.map(({ credential }) => credential.id)),
      );
      expect(paid).toEqual(wanted.map((id) => [id]));
    }
  });

  it('are known by the folder itself, under whichever name the person chose it', async () => {
    const { agent, root, elsewhere, settings } = await openWithTwoKeys();
    const link = join(root, 'link');
    symlinkSync(elsewhere, link);
    settings.update({ workspaceCredential: { [link]: 'api_key:work' } });

    const heard = await ask(agent, { prompt: 'Hello', workspace: elsewhere });

    expect(heard.one('started').credential.id).toBe('api_key:work');
  });

  it('fall back from the preferred one by the policy, and never in silence', async () => {
    const { agent, elsewhere, settings, store } = await openWithTwoKeys();
    settings.update({ workspaceCredential: { [elsewhere]: 'api_key:work' } });
    await store.apiKeys.write('api_key:work', null);

    const heard = await ask(agent, { prompt: 'Hello', workspace: elsewhere });

    expect(heard.one('credential_switched')).toMatchObject({
      from: { id: 'api_key:work' },
      to: { id: 'api_key:default' },
      reason: 'not_signed_in',
    });
    settings.update({ fallback: { onAuthFailure: 'never' } });
    await expect(agent.start({ prompt: 'Hello', workspace: elsewhere })).rejects.toMatchObject({
      code: 'not_signed_in',
    });
  });
});
