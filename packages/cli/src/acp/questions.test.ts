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

describe('questions', () => {
  const question = {
    event: 'permission_request',
    data: {
      requestId: 'p1',
      toolName: 'Bash',
      input: { command: 'rm -r build\nmake' },
      cautions: ['outside_workspace' as const],
      remember: { rule: 'Bash(make)', words: 'run exactly this command' },
      expiresAt: null,
    },
  } satisfies QueryEvent;
  const use: QueryEvent = {
    event: 'tool_use',
    data: { toolUseId: 't1', name: 'Bash', input: { command: 'rm -r build\nmake' } },
  };
  const fallback = {
    event: 'fallback_request',
    data: {
      requestId: 'f1',
      from: plan,
      to: key,
      reason: 'usage_limit',
      payer: key.payer,
      capUsd: 5,
      expiresAt: '2026-11-28T10:04:00.000Z',
    },
  } satisfies QueryEvent;

  it('of a tool show all of the command and what is unusual, about the call that is open', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, use, question, result];
    const questions = await connected(
      sidecar,
      async (agent, _updates, asked) => {
        await newSession(agent);
        await prompt(agent);
        await expect.poll(() => seen.approvals.length).toBe(1);
        return asked;
      },
      () => 'always',
    );
    expect(questions[0]?.toolCall.toolCallId).toBe('t1');
    const shown = JSON.stringify(questions[0]?.toolCall);
    expect(shown).toContain('rm -r build\\nmake');
    expect(shown).toContain('This is outside the workspace.');
    expect(seen.approvals).toEqual([{ requestId: 'p1', decision: 'allow', remember: true }]);
  });

  it.each([
    ['Bash(make)', 'run exactly this command: make', 'Always allow exactly this command'],
    [
      'Write(/projects/**)',
      'write files in /projects and the folders below it',
      'Always let the agent write files in /projects and the folders below it',
    ],
    ['WebSearch', 'search the web', 'Always let the agent search the web'],
    [
      'Read(/a\u202e\n/*)',
      'read files directly in /a\u202e\n',
      'Always let the agent read files directly in /a⟨U+202E⟩⟨U+000A⟩',
    ],
  ])('of a tool say what "always" would allow: %s', async (rule, words, expected) => {
    const { sidecar, seen } = scripted();
    const remembered = { ...question.data, remember: { rule, words } };
    seen.events = [started, { event: 'permission_request', data: remembered }, result];
    await connected(sidecar, async (agent, _updates, asked) => {
      await newSession(agent);
      await prompt(agent);
      await expect.poll(() => asked.length).toBe(1);
      expect(asked[0]?.options.find(({ optionId }) => optionId === 'always')?.name).toBe(expected);
    });
  });

  it('about who pays are permission requests too; no answer means no', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, fallback, result];
    const questions = await connected(sidecar, async (agent, _updates, asked) => {
      await newSession(agent);
      await prompt(agent);
      await expect.poll(() => seen.approvals.length).toBe(1);
      return asked;
    });
    expect(questions[0]?.toolCall.title).toBe('Use another credential, paid by Your Console organization?');
    expect(questions[0]?.options.map(({ kind }) => kind)).toEqual([
      'allow_once',
      'allow_always',
      'reject_once',
    ]);
    expect(seen.approvals).toEqual([{ requestId: 'f1', decision: 'deny', remember: false }]);
  });

  it('at a spending cap ask whether this call may go over it, with all that stands against it', async () => {
    const { sidecar, seen } = scripted();
    const spend = {
      ...({ scope: 'workspace' } as const),
      ...{ spentUsd: 4.9, reservedUsd: 0.25, thisCallAtMostUsd: 0.5 },
      unknownModel: 'claude-new',
    };
    const about = { from: key, reason: 'spend_cap_reached' };
    const data = { ...fallback.data, ...about, ...spend };
    seen.events = [started, { event: 'fallback_request', data }, result];
    await connected(sidecar, async (agent, _updates, asked) => {
      await newSession(agent);
      await prompt(agent);
      await expect.poll(() => asked.length).toBe(1);
      expect(asked[0]?.toolCall).toMatchObject({
        title: 'Go over the cap of $5.00 for this folder today? This call may cost up to $0.50.',
        _meta: { postern: { from: key, to: key, reason: 'spend_cap_reached', capUsd: 5, ...spend } },
      });
      const shown = JSON.stringify(asked[0]?.toolCall.content);
      for (const amount of ['$5.00', '$4.90 spent', '$0.25 under way', '$0.50', 'claude-new'])
        expect(shown).toContain(amount);
    });
  });
});
