import { type ClientContext, methods, type SessionUpdate } from '@agentclientprotocol/sdk';
import { describe, expect, it } from 'vitest';
import {
  connected,
  folder,
  newSession,
  plan,
  prompt,
  result,
  scripted,
  started,
} from '../../test/scripted-editor.ts';

const context = { usedTokens: 1200, windowTokens: 200_000 };
const ended = { event: 'result' as const, data: { ...result.data, context } };
const usageOf = (updates: readonly SessionUpdate[]) =>
  updates.filter((update) => update.sessionUpdate === 'usage_update');

function withResults(): ReturnType<typeof scripted> {
  const world = scripted();
  world.seen.events = [started, ended];
  return world;
}

describe('usage of a session in an editor', () => {
  it('comes after each turn: the context, what the session has cost, the turn, and the plan', async () => {
    const { sidecar, seen } = withResults();
    const resetsAt = new Date(Date.now() + 3_600_000).toISOString();
    const window = { window: 'five_hour', utilization: 0.5, resetsAt, status: 'allowed', ageSeconds: 3 };
    seen.windows = [
      { ...window, credentialId: plan.id, model: null, source: 'headers', pace: null } as never,
    ];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      await prompt(agent);
      await prompt(agent);
      const [first, second] = usageOf(updates);
      expect(first).toEqual({
        ...{ sessionUpdate: 'usage_update', used: 1200, size: 200_000 },
        cost: { amount: 0.01, currency: 'USD' },
        _meta: {
          postern: {
            turn: { costUsd: 0.01, usage: ended.data.usage },
            payer: plan,
            windows: [{ ...window, pace: null }],
          },
        },
      });
      expect(second).toMatchObject({
        cost: { amount: 0.02 },
        _meta: { postern: { turn: { costUsd: 0.01 } } },
      });
    });
  });

  it('gives no sum where the session had turns before', async () => {
    const { sidecar } = withResults();
    await connected(sidecar, async (agent, updates) => {
      await agent.request(methods.agent.session.resume, { sessionId: 'a', cwd: folder, mcpServers: [] });
      await agent.request(methods.agent.session.prompt, {
        sessionId: 'a',
        prompt: [{ type: 'text', text: 'Hi' }],
      });
      expect(usageOf(updates)).toHaveLength(1);
      expect(usageOf(updates)[0]).not.toHaveProperty('cost');
    });
  });

  it('gives the sum where the session was made in another process and had no turn yet', async () => {
    const { sidecar } = withResults();
    const conversation = { ...(await sidecar.conversation('a')), items: [] };
    await connected({ ...sidecar, conversation: async () => conversation }, async (agent, updates) => {
      await agent.request(methods.agent.session.resume, { sessionId: 'a', cwd: folder, mcpServers: [] });
      const text = { type: 'text' as const, text: 'Hi' };
      await agent.request(methods.agent.session.prompt, { sessionId: 'a', prompt: [text] });
      expect(usageOf(updates)).toMatchObject([{ cost: { amount: 0.01 } }]);
    });
  });

  it('is not said where the context is not known, nor to a client of another version', async () => {
    const { sidecar, seen } = withResults();
    const old = async (agent: ClientContext) => {
      await agent.request(methods.agent.initialize, { protocolVersion: 0 });
    };
    await connected(sidecar, async (agent, updates) => {
      await old(agent);
      await newSession(agent);
      await prompt(agent);
      expect(usageOf(updates)).toEqual([]);
    });
    seen.events = [started, result];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      await prompt(agent);
      expect(usageOf(updates)).toEqual([]);
    });
  });
});
