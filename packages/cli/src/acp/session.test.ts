import { methods } from '@agentclientprotocol/sdk';
import { PosternError } from '@postern/client';
import { errorTable } from '@postern/contract';
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
} from '../../test/scripted-editor.ts';

describe('what ended a turn', () => {
  it('is an error with its code and next step', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [
      started,
      {
        event: 'error',
        data: { code: 'billing_problem', title: 'Billing', detail: 'No credit.', retryable: false },
      },
    ];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      await expect(prompt(agent)).rejects.toMatchObject({
        code: -32_603,
        data: { code: 'billing_problem', nextStep: expect.stringMatching(/./) },
      });
    });
  });

  it.each([
    ['refusal', 'refusal'],
    ['max_tokens', 'max_tokens'],
  ])('%s is %s', async (stopReason, expected) => {
    const { sidecar, seen } = scripted();
    seen.events = [started, { event: 'result', data: { ...result.data, stopReason } }];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      expect((await prompt(agent)).stopReason).toBe(expected);
    });
  });
});

it('names who paid for a turn, whoever was chosen for the next one meanwhile', async () => {
  const { sidecar, seen } = scripted();
  const byKey = { event: 'started', data: { ...started.data, credential: key } } as typeof started;
  const context = { usedTokens: 1, windowTokens: 10 };
  seen.events = [byKey, 'until_answered', { ...result, data: { ...result.data, context } }];
  await connected(sidecar, async (agent, updates) => {
    await newSession(agent);
    const running = prompt(agent);
    // The session has heard who pays: the option says so.
    await expect.poll(() => updates.length).toBe(1);
    const { configOptions } = await agent.request(methods.agent.session.setConfigOption, {
      ...{ sessionId, configId: 'payer', value: plan.id },
    });
    expect(configOptions.find(({ id }) => id === 'payer')).toMatchObject({ currentValue: plan.id });
    await sidecar.answer({} as never);
    expect((await running)._meta).toMatchObject({ postern: { payer: key } });
    expect(updates.find(({ sessionUpdate }) => sessionUpdate === 'usage_update')?._meta).toMatchObject({
      postern: { payer: key },
    });
    await prompt(agent);
    expect(seen.requests[1]).toMatchObject({ credential: plan.id });
  });
});

describe('an option that is changed', () => {
  const setMode = { sessionId, configId: 'mode', value: 'plan' };
  const saysNext = [
    'From the next prompt on',
    expect.stringContaining('keeps the model and the payer it began with'),
  ];

  it('while a prompt runs counts from the next one on where it is the model, and the user reads that', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, 'until_answered', result];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => seen.requests.length).toBe(1);
      const setModel = { sessionId, configId: 'model', value: 'opus' };
      await agent.request(methods.agent.session.setConfigOption, setModel);
      // The same again is no change.
      await agent.request(methods.agent.session.setConfigOption, setModel);
      await sidecar.answer({} as never);
      await running;
      const notices = updates.filter((update) => update.sessionUpdate === 'notice');
      expect(notices.map(({ title, description }) => [title, description])).toEqual([saysNext]);
      await prompt(agent);
      expect(seen.requests.map(({ model }) => model)).toEqual([undefined, 'opus']);
    });
  });

  it('while a prompt runs holds at once where it is the mode, and for the next one', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, says('Hm'), 'until_answered', result];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => updates.length).toBeGreaterThan(0);
      await agent.request(methods.agent.session.setConfigOption, setMode);
      await agent.request(methods.agent.session.setMode, { sessionId, modeId: 'plan' });
      expect(seen.modes).toEqual([['q1', 'plan']]);
      await sidecar.answer({} as never);
      await running;
      expect(updates.filter(({ sessionUpdate }) => sessionUpdate === 'notice')).toEqual([]);
      await prompt(agent);
      expect(seen.requests.map(({ permissionMode }) => permissionMode)).toEqual(['ask', 'plan']);
    });
  });

  it('reaches a query that begins after its mode was changed', async () => {
    const { sidecar, seen } = scripted();
    seen.events = ['until_answered', started, result];
    await connected(sidecar, async (agent) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => seen.requests.length).toBe(1);
      await agent.request(methods.agent.session.setConfigOption, setMode);
      expect(seen.modes).toEqual([]);
      await sidecar.answer({} as never);
      await running;
      expect(seen.modes).toEqual([['q1', 'plan']]);
    });
  });

  it('stays as it was where Postern does not take it', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, says('Hm'), 'until_answered', result];
    const changeMode = async (): Promise<never> => {
      throw new PosternError({ ...errorTable.agent_failed, code: 'agent_failed', detail: '' });
    };
    await connected({ ...sidecar, changeMode }, async (agent, updates) => {
      await newSession(agent);
      const running = prompt(agent);
      await expect.poll(() => updates.length).toBeGreaterThan(0);
      await expect(agent.request(methods.agent.session.setConfigOption, setMode)).rejects.toMatchObject({
        data: { code: 'agent_failed' },
      });
      await sidecar.answer({} as never);
      await running;
      await prompt(agent);
      expect(seen.requests.map(({ permissionMode }) => permissionMode)).toEqual(['ask', 'ask']);
    });
  });

  it('by an approved plan reaches the editor, and the next prompt', async () => {
    const { sidecar, seen } = scripted();
    const approved = { from: 'plan', to: 'ask', reason: 'plan_approved' } as const;
    seen.events = [started, { event: 'permission_mode_changed', data: approved }, result];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      await agent.request(methods.agent.session.setConfigOption, setMode);
      updates.splice(0);
      await prompt(agent);
      expect(updates).toContainEqual({ sessionUpdate: 'current_mode_update', currentModeId: 'ask' });
      expect(updates).toContainEqual({
        sessionUpdate: 'config_option_update',
        configOptions: expect.arrayContaining([expect.objectContaining({ id: 'mode', currentValue: 'ask' })]),
      });
      await prompt(agent);
      expect(seen.requests.map(({ permissionMode }) => permissionMode)).toEqual(['plan', 'ask']);
    });
  });

  it('between two prompts needs no word', async () => {
    const { sidecar } = scripted();
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      await agent.request(methods.agent.session.setConfigOption, setMode);
      expect(updates.map(({ sessionUpdate }) => sessionUpdate)).toEqual(['current_mode_update']);
    });
  });
});

it('a prompt whose picture cannot be kept fails alone, with why: the next one runs', async () => {
  const { sidecar } = scripted();
  const { attachment_too_large: row } = errorTable;
  const attach = async (): Promise<never> => {
    throw new PosternError({ ...row, code: 'attachment_too_large', detail: row.nextStep });
  };
  await connected({ ...sidecar, attach }, async (agent) => {
    await newSession(agent);
    const picture = { type: 'image', mimeType: 'image/png', data: 'cG5n' } as const;
    const shown = { sessionId, prompt: [picture] };
    await expect(agent.request(methods.agent.session.prompt, shown)).rejects.toMatchObject({
      data: { code: 'attachment_too_large' },
    });
    expect((await prompt(agent)).stopReason).toBe('end_turn');
  });
});
