import { basename, join } from 'node:path';
import type { PermissionMode, QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';

type React = (event: QueryEvent, choose: (mode: PermissionMode) => Promise<void>) => Promise<void> | void;

const leavePlanMode = toolCallAnswer('ExitPlanMode', {});

/** The real program and a model that writes one file after another; each question is answered with yes. */
async function open() {
  const upstream = await startShapeUpstream();
  const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  return {
    agent,
    calls: upstream.calls,
    async turn(permissionMode: PermissionMode, steps: readonly (string | ScriptedAnswer)[], react: React) {
      const written = steps.map((step) =>
        typeof step === 'string'
          ? toolCallAnswer('Write', { file_path: join(workspace, step), content: step })
          : step,
      );
      upstream.script(...written, plainAnswer('Done now'));
      let queryId = '';
      const heard = await ask(agent, { prompt: 'go', workspace, permissionMode }, async (event) => {
        if (event.event === 'started') ({ queryId } = event.data);
        await react(event, (mode) => agent.changeMode(queryId, mode));
        if (event.event === 'permission_request') await agent.approve(event.data.requestId, 'allow', false);
      });
      const asked = heard
        .all('permission_request')
        .map(({ toolName, input }) =>
          toolName === 'Write' ? basename(String(input['file_path'])) : toolName,
        );
      return { asked, changes: heard.all('permission_mode_changed'), text: heard.text, queryId };
    },
  };
}

describe('the mode of a running query', () => {
  it('holds from the next call on: the user stops being asked about edits', async () => {
    const { turn } = await open();
    const { asked, changes, text } = await turn('ask', ['one', 'two', 'three'], async (event, choose) => {
      if (event.event === 'permission_request') await choose('accept_edits');
    });
    expect(asked).toEqual(['one']);
    expect(changes).toEqual([{ from: 'ask', to: 'accept_edits', reason: 'user' }]);
    expect(text).toBe('Done now');
  });

  it('asks again about edits that went without a question', async () => {
    const { turn } = await open();
    const { asked } = await turn('accept_edits', ['one', 'two', 'three'], async (event, choose) => {
      if (event.event === 'tool_result') await choose('ask');
    });
    expect(asked).toEqual(['two', 'three']);
  });

  it('has the model plan, and once the plan is approved asks, whatever went before', async () => {
    const { turn, calls } = await open();
    let results = 0;
    const { asked, changes } = await turn(
      'accept_edits',
      ['one', leavePlanMode, 'two'],
      async (event, choose) => {
        if (event.event !== 'tool_result') return;
        results += 1;
        if (results === 1) await choose('plan');
      },
    );
    expect(calls[0]).not.toContain('Plan mode is active');
    expect(asked).toEqual(['ExitPlanMode', 'two']);
    expect(changes).toEqual([
      { from: 'accept_edits', to: 'plan', reason: 'user' },
      { from: 'plan', to: 'ask', reason: 'plan_approved' },
    ]);
  });

  it('reaches the model in the middle of a turn', async () => {
    const { turn, calls } = await open();
    await turn('ask', ['one', 'two'], async (event, choose) => {
      if (event.event === 'permission_request') await choose('plan');
    });
    expect(calls.at(-1)).toContain('Plan mode is active');
  });

  it('changes nothing once the query has ended, and belongs to a query', async () => {
    const { turn, agent } = await open();
    const { queryId, changes } = await turn('ask', [], () => undefined);
    await agent.changeMode(queryId, 'plan');
    expect(changes).toEqual([]);
    await expect(agent.changeMode('no such query', 'plan')).rejects.toMatchObject({
      code: 'query_not_found',
    });
  });
});
