import { spawnSync } from 'node:child_process';
import type { QueryRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';

/** The real program, and a service that answers as it is told; every question is answered with yes. */
async function open() {
  const upstream = await startShapeUpstream();
  const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  return {
    agent,
    calls: upstream.calls,
    async turn(request: Partial<QueryRequest>, ...steps: readonly ScriptedAnswer[]) {
      upstream.script(...steps, plainAnswer('Done now'));
      const place = request.conversationId === undefined ? { workspace } : {};
      let queryId = '';
      return await ask(agent, { prompt: 'go', ...place, ...request }, async (event) => {
        if (event.event === 'started') queryId = event.data.queryId;
        if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
        if (event.event !== 'background_output') return;
        if (request.prompt === 'stop it') await agent.stopCommand(queryId, event.data.toolUseId);
        if (request.prompt === 'cancel it') void agent.cancel(queryId);
      });
    },
  };
}

describe('what the program tells of its work', () => {
  it('has the tasks it means to do', async () => {
    const { turn } = await open();
    const heard = await turn(
      {},
      toolCallAnswer('TaskCreate', { subject: 'Read it', description: 'All of it' }),
      toolCallAnswer('TaskUpdate', { taskId: '1', status: 'completed' }),
    );
    expect(heard.all('tool_result').map(({ content, isError }) => [content, isError])).toEqual([
      ['Task #1 created successfully: Read it', false],
      ['Updated task #1 status', false],
    ]);
    expect(heard.all('permission_request')).toEqual([]);
  });

  it('waits for a command in the background, tells what it prints, and lets the model answer to its end', async () => {
    const { turn, agent } = await open();
    const heard = await turn(
      {},
      toolCallAnswer('Bash', { command: 'echo one; sleep 2; echo two', run_in_background: true }),
      plainAnswer('It runs'),
    );
    const toolUseId = heard.one('tool_use').toolUseId;
    expect(heard.all('background_command')).toEqual([
      { toolUseId, state: 'running' },
      { toolUseId, state: 'completed' },
    ]);
    expect(
      heard
        .all('background_output')
        .map(({ text }) => text)
        .join(''),
    ).toBe('one\ntwo\n\n[exited with code 0]\n');
    expect(heard.text).toBe('It runs\n\nDone now');
    expect(heard.events.at(-1)?.event).toBe('result');

    // What the program told the model of it is nothing the user said; and the conversation goes on.
    const { conversationId } = heard.one('started');
    const next = await turn({ conversationId });
    expect(next.text).toBe('Done now');
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    expect(items.flatMap((item) => (item.type === 'user' ? [item.text] : []))).toEqual(['go', 'go']);
  });

  it('stops a command in the background alone, and ends the turn then', async () => {
    const { turn, agent } = await open();
    const heard = await turn(
      { prompt: 'stop it' },
      toolCallAnswer('Bash', { command: 'echo one; sleep 600', run_in_background: true }),
    );
    expect(heard.all('background_command').map(({ state }) => state)).toEqual(['running', 'stopped']);
    expect(heard.text).toBe('Done now');

    // Stopped while it waits for the command, the query leaves nothing that runs.
    const cancelled = await turn(
      { prompt: 'cancel it' },
      toolCallAnswer('Bash', { command: 'echo one; sleep 60371', run_in_background: true }),
    );
    expect(cancelled.events.at(-1)).toMatchObject({ event: 'error', data: { code: 'query_cancelled' } });
    expect(spawnSync('pgrep', ['-f', 'sleep 60371']).stdout.toString()).toBe('');
    await expect(agent.stopCommand('no such query', 'x')).rejects.toMatchObject({ code: 'query_not_found' });
  });

  it('says which subagent does and says what, and takes none of it for the answer', async () => {
    const { turn, agent } = await open();
    const heard = await turn(
      {},
      toolCallAnswer('Agent', { description: 'Look', prompt: 'look', subagent_type: 'general-purpose' }),
      toolCallAnswer('Bash', { command: 'echo hi' }),
      plainAnswer('My report'),
    );
    const [agentCall, bash] = heard.all('tool_use');
    expect(agentCall).toMatchObject({ name: 'Agent' });
    expect(agentCall).not.toHaveProperty('parentToolUseId');
    expect(bash).toMatchObject({ name: 'Bash', parentToolUseId: agentCall?.toolUseId });
    expect(heard.all('subagent_text')).toEqual([
      { parentToolUseId: agentCall?.toolUseId, text: 'My report' },
    ]);
    expect(heard.text).toBe('Done now');

    const { conversationId } = heard.one('started');
    expect(await agent.subagent(conversationId, agentCall?.toolUseId ?? '')).toEqual([
      { type: 'tool_use', toolUseId: bash?.toolUseId, name: 'Bash', input: { command: 'echo hi' } },
      { type: 'tool_result', toolUseId: bash?.toolUseId, content: 'hi', isError: false },
      { type: 'assistant_text', text: 'My report' },
    ]);
  });

  it('says how full its context is, and makes space where that is asked for', async () => {
    const { turn, agent, calls } = await open();
    const first = await turn({});
    const { conversationId } = first.one('started');
    expect(first.one('result').context).toEqual({ usedTokens: 42, windowTokens: expect.any(Number) });

    const compacted = await turn({ conversationId, prompt: '/compact the colors', commands: true });
    expect(compacted.one('compacted')).toMatchObject({ trigger: 'manual', beforeTokens: 42 });
    expect(calls[0]).toContain('the colors');
    expect(compacted.events.at(-1)).toMatchObject({ event: 'result', data: { stopReason: 'end_turn' } });

    // As text it is no command, and goes to the model.
    const asText = await turn({ conversationId, prompt: '/compact' });
    expect([asText.all('compacted'), asText.text]).toEqual([[], 'Done now']);
    const { items } = await agent.conversation(conversationId, { limit: 50, before: null });
    expect(items.flatMap((item) => (item.type === 'user' ? [item.text] : []))).toEqual([
      'go',
      '/compact the colors',
      '/compact',
    ]);
    // Where it happened: after the message that asked for it, which the live event says as well.
    expect(items.map((item) => item.type)).toEqual([
      ...['user', 'assistant_text', 'user', 'compacted', 'user', 'assistant_text'],
    ]);
    expect(items[3]).toMatchObject({ type: 'compacted', trigger: 'manual', beforeTokens: 42 });
  });

  it('has a plan that the user lets it carry out, or does not', async () => {
    const { turn } = await open();
    const step = toolCallAnswer('ExitPlanMode', {}, { text: 'First I read. Then I write.' });
    const heard = await turn({ permissionMode: 'plan' }, step);
    expect(heard.one('permission_request')).toMatchObject({ toolName: 'ExitPlanMode', remember: null });
    expect(heard.text).toContain('First I read. Then I write.');
    // The program names a file of its own, which it did not write.
    expect(heard.one('tool_result')).toMatchObject({ isError: false });
    expect(heard.one('tool_result')).not.toHaveProperty('path');
  });
});
