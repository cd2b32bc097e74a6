import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { connected, newSession, prompt, result, scripted, started } from '../../test/scripted-editor.ts';

const options = [
  { label: 'Red', description: 'Like a brick' },
  { label: 'Blue', description: '' },
];
const use: QueryEvent = {
  event: 'tool_use',
  data: { toolUseId: 't1', name: 'AskUserQuestion', input: { questions: [] } },
};
const request: QueryEvent = {
  event: 'question_request',
  data: {
    requestId: 'w1',
    from: { type: 'agent' },
    questions: [
      {
        id: 'q1',
        text: 'Which?',
        header: 'Color',
        options,
        multiple: false,
        ownWords: 'text',
        required: false,
      },
      {
        id: 'q2',
        text: 'What else?',
        header: '',
        options,
        multiple: true,
        ownWords: 'text',
        required: false,
      },
      {
        id: 'q3',
        text: 'How many?',
        header: '',
        options: [],
        multiple: false,
        ownWords: 'integer',
        required: false,
      },
    ],
    expiresAt: null,
  },
};

describe('questions of the agent in an editor', () => {
  it('are one form where the editor shows forms', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, use, request, 'until_answered', result];
    const forms: unknown[] = [];
    await connected(
      sidecar,
      async (agent) => {
        await newSession(agent);
        await prompt(agent);
      },
      undefined,
      (form) => {
        forms.push(form);
        return {
          action: 'accept',
          content: { q1: 'Red', q1_other: 'Gold', q2: ['Red', 'Blue'], q2_other: 'Gold', q3: 3 },
        };
      },
    );
    expect(forms).toMatchObject([
      {
        toolCallId: 't1',
        requestedSchema: {
          properties: {
            q1: { type: 'string', title: 'Color', oneOf: [{ const: 'Red' }, { const: 'Blue' }] },
            q2: { type: 'array' },
            q3: { type: 'integer' },
          },
        },
      },
    ]);
    expect(seen.answers).toEqual([
      {
        requestId: 'w1',
        answers: {
          q1: { chosen: [], text: 'Gold' },
          q2: { chosen: ['Red', 'Blue'], text: 'Gold' },
          q3: { text: '3' },
        },
      },
    ]);
  });

  it('are permission requests elsewhere, one for each question that has options', async () => {
    const { sidecar, seen } = scripted();
    seen.events = [started, use, request, 'until_answered', result];
    const asked = await connected(
      sidecar,
      async (agent, _updates, questions) => {
        await newSession(agent);
        await prompt(agent);
        return questions;
      },
      ({ toolCall }) => (toolCall.title === 'Which?' ? '1' : 'skip'),
    );
    expect(
      asked.map(({ toolCall, options: offered }) => [toolCall.title, offered.map(({ name }) => name)]),
    ).toEqual([
      ['Which?', ['Red', 'Blue', 'Leave it out']],
      ['What else?', ['Red', 'Blue', 'Leave it out']],
    ]);
    expect(JSON.stringify(asked[0])).toContain('Like a brick');
    expect(seen.answers).toEqual([{ requestId: 'w1', answers: { q1: { chosen: ['Blue'] } } }]);
  });

  it('are left unanswered where the editor gives what does not fit, or nothing', async () => {
    for (const fill of [
      () => ({ action: 'accept', content: { q1: 'Green' } }) as const,
      () => ({ action: 'decline' }) as const,
    ]) {
      const { sidecar, seen } = scripted();
      seen.events = [started, request, 'until_answered', result];
      await connected(
        sidecar,
        async (agent) => {
          await newSession(agent);
          await prompt(agent);
        },
        undefined,
        fill,
      );
      expect(seen.answers).toEqual([{ requestId: 'w1', answers: null }]);
    }
  });
});
