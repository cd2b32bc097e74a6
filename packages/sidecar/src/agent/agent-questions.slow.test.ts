import type { GivenAnswers, QuestionRequest } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { ask, openAgentHouse } from '../../test/support/agent/agent-harness.ts';
import {
  plainAnswer,
  type ScriptedAnswer,
  startShapeUpstream,
} from '../../test/support/gateway/shape-upstream.ts';
import { toolCallAnswer } from '../../test/support/gateway/tool-call-answer.ts';

const questions = [
  {
    question: 'Which colors?',
    header: 'Colors',
    multiSelect: true,
    options: [
      { label: 'Red', description: 'Like a brick' },
      { label: 'Blue', description: 'Like the sea' },
    ],
  },
  {
    question: 'Where to?',
    header: 'Place',
    multiSelect: false,
    options: [
      { label: 'Here', description: 'In this folder' },
      { label: 'There', description: 'In another' },
    ],
  },
];

/** The real program, and a model that asks the user; `answer` says what they answer. */
async function turn(
  answer: (asked: QuestionRequest) => GivenAnswers | null,
  ...steps: readonly ScriptedAnswer[]
) {
  const upstream = await startShapeUpstream();
  const { agent, workspace } = await openAgentHouse({}, { apiBaseUrl: upstream.url });
  upstream.script(...steps, plainAnswer('Done now'));
  const heard = await ask(agent, { prompt: 'ask me', workspace }, async (event) => {
    if (event.event === 'question_request')
      await agent.answer(event.data.requestId, answer(event.data)).catch(async (error: unknown) => {
        await agent.answer(event.data.requestId, null);
        throw error;
      });
  });
  return { heard, calls: upstream.calls };
}

describe('a question of the agent', () => {
  it('reaches the user as it was asked, and the model what they chose and wrote', async () => {
    const { heard, calls } = await turn(
      () => ({ q1: { chosen: ['Red', 'Blue'], text: 'and gold' }, q2: { text: 'Somewhere else' } }),
      toolCallAnswer('AskUserQuestion', { questions }),
    );
    expect(heard.one('question_request')).toMatchObject({
      from: { type: 'agent' },
      questions: [
        { id: 'q1', text: 'Which colors?', header: 'Colors', multiple: true, ownWords: 'text' },
        { id: 'q2', text: 'Where to?', options: [{ label: 'Here' }, { label: 'There' }], multiple: false },
      ],
    });
    expect(heard.all('permission_request')).toEqual([]);
    expect(heard.one('permission_resolution').decision).toBe('allow');
    const told = heard.one('tool_result');
    expect(told.isError).toBe(false);
    expect(told.content).toContain('"Which colors?"="Red, Blue, and gold"');
    expect(told.content).toContain('"Where to?"="Somewhere else"');
    expect(calls[1]).toContain('Red, Blue, and gold');
  });

  it('goes on without an answer where the user gives none', async () => {
    const { heard } = await turn(() => null, toolCallAnswer('AskUserQuestion', { questions }));
    expect(heard.one('tool_result')).toMatchObject({ isError: true, deniedBy: 'person' });
    expect(heard.text).toBe('Done now');
  });

  it('stays open where an answer does not fit it', async () => {
    const wrong = turn(
      () => ({ q2: { chosen: ['Nowhere'] } }),
      toolCallAnswer('AskUserQuestion', { questions }),
    );
    await expect(wrong).rejects.toMatchObject({ code: 'answer_does_not_fit' });
  });
});
