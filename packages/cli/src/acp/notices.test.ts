import { methods } from '@agentclientprotocol/sdk';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import {
  connected,
  key,
  newSession,
  plan,
  prompt,
  result,
  scripted,
  started,
} from '../../test/scripted-editor.ts';

describe('what happens beside the answer', () => {
  it('says before its end that what came of it was not kept', async () => {
    const { sidecar, seen } = scripted();
    const data = {
      code: 'query_cancelled',
      title: 'Stopped',
      detail: 'It can go on.',
      retryable: false,
      kept: false,
    };
    seen.events = [started, { event: 'error', data }];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      expect((await prompt(agent)).stopReason).toBe('cancelled');
      expect(updates.at(-1)).toMatchObject({ title: expect.stringMatching(/not in the history/) });
    });
  });

  const cheaper = { from: 'claude-opus-5-5', to: 'claude-sonnet-5-5', reason: 'overloaded' };

  const ofMoney: readonly QueryEvent[] = [
    { event: 'queued', data: { place: 0 } },
    { event: 'queued', data: { place: 2 } },
    { event: 'waiting', data: { until: '2026-11-28T10:04:00.000Z', window: 'five_hour' } },
    { event: 'resumed', data: {} },
    { event: 'model_changed', data: cheaper },
    { event: 'usage_limit', data: { window: 'seven_day', status: 'rejected', resetsAt: null } },
    { event: 'credential_switched', data: { from: plan, to: key, reason: 'plan_limit_reached' } },
  ];

  it('is told as notices, whole, in the order of the events', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [
      started,
      ...ofMoney,
      { event: 'events_skipped', data: { count: 3 } },
      { event: 'history_not_saved', data: { reason: 'disk_full' } },
      { event: 'result', data: { ...result.data, stopReason: 'pause_turn' } },
    ];
    await connected(sidecar, async (agent, updates) => {
      await newSession(agent);
      await prompt(agent);
      const notices = updates.filter((update) => update.sessionUpdate === 'notice');
      expect(notices.map(({ severity, title, description }) => [severity, title, description])).toEqual([
        ['info', 'Waiting for other queries: place 2', undefined],
        ['info', 'The 5-hour window is used up', 'It continues automatically at 2026-11-28 10:04:00Z.'],
        ['info', 'The plan has room again: it goes on', undefined],
        ['warning', 'Now claude-sonnet-5-5 answers', 'claude-opus-5-5 did not: Overloaded.'],
        ['warning', 'The 7-day window is used up', undefined],
        ['info', 'Now paid by: Your Console organization', 'The plan’s usage limit is reached.'],
        [
          'warning',
          expect.stringContaining('Part of what happened here is not shown'),
          expect.stringContaining('opened again'),
        ],
        ['warning', 'This conversation cannot be saved now (disk_full)', 'Its history will have a gap.'],
        ['warning', 'The model paused before it had finished', 'Send “continue” to let it go on.'],
      ]);
    });
  });

  it('is told as thoughts to an editor that shows no notices, but for what it can do without', async () => {
    const { sidecar, seen } = scripted();
    const lost = { code: 'query_cancelled', title: 'Stopped', detail: '', retryable: false, kept: false };
    const window = {
      ...{ credentialId: plan.id, window: 'five_hour', utilization: 0.83, status: 'allowed' },
      ...{ resetsAt: '2999-01-01T00:00:00.000Z', seenAt: '2026-11-28T10:00:00.000Z', ageSeconds: 60 },
    };
    seen.windows = [window];
    seen.events = [
      started,
      { event: 'compacted', data: { trigger: 'auto', beforeTokens: 42 } },
      ...ofMoney,
      { event: 'silence', data: { seconds: 60, endsAtSeconds: 600 } },
      { event: 'answer_withheld', data: { reason: 'refusal' } },
      { event: 'history_not_saved', data: { reason: 'disk_full' } },
      { event: 'error', data: lost },
    ];
    await connected(sidecar, async (agent, updates) => {
      await agent.request(methods.agent.initialize, { protocolVersion: 1 });
      await newSession(agent);
      await prompt(agent);
      const told = updates.filter(({ sessionUpdate }) => sessionUpdate !== 'config_option_update');
      expect(told.map(({ sessionUpdate }) => sessionUpdate)).toEqual(told.map(() => 'agent_thought_chunk'));
      const thoughts = told.map((each) => 'content' in each && each.content);
      expect(thoughts).toEqual(
        [
          /^\n83 % of the 5-hour window is used/,
          /^\nWaiting for other queries: place 2\n$/,
          /^\nThe 5-hour window is used up\. It continues automatically at 2026-11-28 10:04:00Z\.\n$/,
          /it goes on\n$/,
          /^\nNow claude-sonnet-5-5 answers\. /,
          /^\nThe 7-day window is used up\n$/,
          /^\nNow paid by: Your Console organization\. The plan’s usage limit is reached\.\n$/,
          /^\nNo response for 60 s\. /,
          /safeguards stopped the text above\. It is not an answer/,
          /cannot be saved now \(disk_full\)/,
          /not in the history/,
        ].map((text) => ({ type: 'text', text: expect.stringMatching(text) })),
      );
    });
  });
});
