import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from './test/agent-house.ts';

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
      gateway: { ...house.gateway, choose: async () => ({ code: 'refresh_unavailable', retryAtMs: 5 }) },
    });

    await expect(agent.start({ prompt: 'Hello', workspace: house.workspace })).rejects.toMatchObject({
      name: 'TransientError',
      code: 'refresh_unavailable',
      retryAtMs: 5,
    });
  });
});
