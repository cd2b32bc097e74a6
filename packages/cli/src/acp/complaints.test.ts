import { type ClientCapabilities, methods } from '@agentclientprotocol/sdk';
import { describe, expect, it } from 'vitest';
import {
  connected,
  key,
  newSession,
  plan,
  prompt,
  result,
  says,
  scripted,
  sessionId,
  started,
  view,
} from '../../test/scripted-editor.ts';

/** What users of agents in editors complain of, each with the protocol library's own client. */
describe('in an editor', () => {
  it('a key is not the only way to pay: a sign-in in the window, in a terminal and over SSH, and every account', async () => {
    const { sidecar } = scripted([view(plan), view(key)]);
    await connected(sidecar, async (agent) => {
      const { authMethods = [] } = await agent.request(methods.agent.initialize, {
        protocolVersion: 1,
        clientCapabilities: { auth: { terminal: true } },
      });
      expect(authMethods).toMatchObject([
        { id: 'postern-window' },
        {
          id: 'postern-login',
          type: 'terminal',
          args: ['--login'],
          description: expect.stringContaining('SSH'),
        },
      ]);
      expect(JSON.stringify(authMethods)).not.toMatch(/api.?key/i);
      const options = JSON.stringify((await newSession(agent)).configOptions);
      for (const { id } of [plan, key]) expect(options).toContain(id);
    });
  });

  it('a terminal is offered to editors that know it by an older name, with the command to run in it', async () => {
    const { sidecar } = scripted([view(plan)]);
    await connected(sidecar, async (agent) => {
      const offered = async (clientCapabilities: ClientCapabilities) =>
        (await agent.request(methods.agent.initialize, { protocolVersion: 1, clientCapabilities }))
          .authMethods;
      const command = {
        ...{ label: 'Sign in to Postern', command: '/opt/node' },
        args: ['/opt/postern.js', '--sandbox', 'acp', '--login'],
      };
      const older = await offered({ terminal: true, _meta: { 'terminal-auth': true } });
      expect(older?.[1]).toMatchObject({
        ...{ type: 'terminal', id: 'postern-login', args: ['--login'] },
        _meta: { 'terminal-auth': command },
      });
      expect((await offered({ auth: { terminal: true } }))?.[1]).not.toHaveProperty('_meta');
      for (const none of [{}, { terminal: true }, { _meta: { 'terminal-auth': false } }])
        expect(await offered(none)).toHaveLength(1);
    });
  });

  it('the plan’s windows are there: before the answer where they run out, with their age after each turn', async () => {
    const { sidecar, seen } = scripted();
    const window = {
      ...{ credentialId: plan.id, window: 'five_hour', utilization: 0.83, status: 'allowed' },
      ...{ resetsAt: '2999-01-01T00:00:00.000Z', seenAt: '2026-11-28T10:00:00.000Z', ageSeconds: 60 },
    };
    const past = { ...window, window: 'seven_day', resetsAt: '2026-01-01T00:00:00.000Z' };
    seen.windows = [window, past, { ...window, credentialId: key.id }];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      const answer = await prompt(agent);
      expect(answer._meta).toMatchObject({
        postern: { windows: [{ window: 'five_hour', utilization: 0.83, ageSeconds: 60 }] },
      });
      const shown = updates.map(({ sessionUpdate }) => sessionUpdate);
      expect(shown.indexOf('notice')).toBeLessThan(shown.indexOf('agent_message_chunk'));
      expect(updates.filter(({ sessionUpdate }) => sessionUpdate === 'notice')).toMatchObject([
        { severity: 'warning', title: '83 % of the 5-hour window is used' },
      ]);
      await prompt(agent);
      expect(updates.filter(({ sessionUpdate }) => sessionUpdate === 'notice')).toHaveLength(1);
    });
  });

  it('a turn is answered, too, where the windows cannot be read', async () => {
    const { sidecar } = scripted();
    const broken = { ...sidecar, usage: async () => Promise.reject(new Error('no')) };
    await connected(broken, async (agent) => {
      await newSession(agent);
      expect(await prompt(agent)).toMatchObject({
        stopReason: 'end_turn',
        _meta: { postern: { windows: [] } },
      });
    });
  });

  it('a session is not dead at the limit: it says so with its code, waits or asks, and goes on', async () => {
    const { sidecar, seen } = scripted();
    const until = '2026-11-28T15:00:00.000Z';
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      seen.events = [
        started,
        {
          event: 'error',
          data: {
            code: 'plan_limit_reached',
            title: 'The plan’s usage limit is reached',
            detail: '',
            retryable: true,
          },
        },
      ];
      await expect(prompt(agent)).rejects.toMatchObject({
        data: { code: 'plan_limit_reached', nextStep: expect.stringContaining('Wait for the reset') },
      });
      seen.events = [
        started,
        { event: 'waiting', data: { until, window: 'five_hour' } },
        { event: 'resumed', data: {} },
        says('Here again'),
        result,
      ];
      expect(await prompt(agent)).toMatchObject({ stopReason: 'end_turn' });
      const text = JSON.stringify(updates);
      expect(text.indexOf('The 5-hour window is used up')).toBeLessThan(text.indexOf('it goes on'));
      expect(text).toContain('Here again');
    });
  });

  it('nothing is spent unasked: a question without an answer means no, and each turn says what it cost', async () => {
    const { sidecar, seen } = scripted();
    const expiresAt = '2026-11-28T10:04:00.000Z';
    seen.events = [
      started,
      {
        event: 'fallback_request',
        data: {
          ...{ requestId: 'f1', from: plan, to: key, payer: key.payer, capUsd: 5, expiresAt },
          reason: 'plan_limit_reached',
        },
      },
      result,
    ];
    await connected(sidecar, async (agent, _updates, questions) => {
      await newSession(agent);
      const answer = await prompt(agent);
      await expect
        .poll(() => seen.approvals)
        .toEqual([{ requestId: 'f1', decision: 'deny', remember: false }]);
      expect(questions[0]?.toolCall.title).toContain(key.payer);
      expect(answer._meta).toMatchObject({ postern: { costUsd: 0.01, receiptId: 'r1' } });
    });
  });

  // Real processes: test/reliability/no-process-left.test.ts.
  it('no turn runs on when the editor closes the session, or goes away in the middle of it', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, 'hold'];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => seen.requests.length).toBe(1);
      await agent.request(methods.agent.session.close, { sessionId });
      expect(await running).toMatchObject({ stopReason: 'cancelled' });
      expect(seen.aborted).toBe(1);
      await newSession(agent);
      updates.length = 0;
      prompt(agent).catch(() => undefined);
      await expect.poll(() => seen.requests.length).toBe(2);
    });
    await expect.poll(() => seen.aborted).toBe(2);
  });
});
