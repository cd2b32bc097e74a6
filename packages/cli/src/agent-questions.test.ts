import type { AgentQuestion, GivenAnswer, QuestionRequest } from '@postern/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame, json, stream } from '../../client/test/scripted-sidecar.ts';
import { type CommandWorld, createCommandWorld } from '../test/command-world.ts';
import { typedAnswer } from './agent-questions.ts';

const color: AgentQuestion = {
  id: 'q1',
  text: 'Which color?',
  header: 'Color',
  options: [
    { label: 'Red', description: 'Like a brick' },
    { label: 'Blue\u202E', description: '' },
  ],
  multiple: false,
  ownWords: 'text',
  required: false,
};
const colors = { ...color, id: 'q2', text: 'Which others?', multiple: true };
const people = { ...color, id: 'q3', options: [], ownWords: 'integer' as const, required: true };

let world: CommandWorld;
beforeEach(async () => {
  world = await createCommandWorld();
  world.recordSidecar();
});
afterEach(() => world.close());

/** Opens a stream up to these questions, and ends it well once they are answered. */
function asks(questions: readonly AgentQuestion[], more: Partial<QuestionRequest> = {}): void {
  const credential = { id: 'oauth:default', kind: 'oauth', payer: 'Your sign-in’s plan' };
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const result = { stopReason: 'end_turn', usage, costUsd: 0, receiptId: 'r1', durationMs: 1 };
  const asked = { requestId: 'w1', from: { type: 'agent' }, questions, expiresAt: null, ...more };
  let end = () => {};
  world.sidecar.on('POST /query', (response, request) => {
    const started = frame(1, 'started', { queryId: 'q1', conversationId: 'c1', credential });
    void stream([started, frame(2, 'question_request', asked)], 'stay')(response, request);
    end = () => response.end(frame(3, 'result', result));
  });
  world.sidecar.on('POST /answer', (response, request) => {
    void json({ done: true })(response, request);
    end();
  });
}
const answers = () =>
  world.sidecar.requests.filter(({ url }) => url === '/answer').map(({ body }) => body as unknown);

describe('questions of the agent', () => {
  it('are asked one by one at the terminal, with their options numbered and what hides in them marked', async () => {
    asks([color, colors, people]);
    const { exitCode, stderr } = await world.run(['ask', 'hi'], {
      terminal: [
        [/Number or your own words/, '2'],
        [/Numbers, with commas/, 'Gold, and 1 more'],
        [/A whole number: /, 'many'],
        [/A whole number: /, '6'],
      ],
    });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      'The agent asks:\n│ Color: Which color?\n 1. Red: Like a brick\n 2. Blue⟨U+202E⟩',
    );
    expect(stderr).toMatch(/Enter a whole number for .+\./);
    expect(answers()).toEqual([
      {
        requestId: 'w1',
        answers: { q1: { chosen: ['Blue\u202E'] }, q2: { text: 'Gold, and 1 more' }, q3: { text: '6' } },
      },
    ]);
  });

  it('may all be left out, which is no answer', async () => {
    asks([color]);
    await world.run(['ask', 'hi'], { terminal: [[/Enter leaves it out/, '']] });
    expect(answers()).toEqual([{ requestId: 'w1', answers: null }]);
  });

  it('go unanswered without a terminal, and that is said', async () => {
    asks([color]);
    const { stderr } = await world.run(['ask', 'hi']);
    expect(stderr).toContain('The agent asked something: there is no terminal to answer on');
    expect(answers()).toEqual([{ requestId: 'w1', answers: null }]);
  });

  it('of a server may be a page to visit', async () => {
    const from = { type: 'mcp_server' as const, name: 'calendar' };
    asks([], { from, url: 'https://calendar.example/connect' });
    const { stderr } = await world.run(['ask', 'hi'], { terminal: [[/Done\?/, 'y']] });
    expect(stderr).toContain(
      'The MCP server calendar asks you to open a page:\n│ https://calendar.example/connect',
    );
    expect(answers()).toEqual([{ requestId: 'w1', answers: {} }]);
  });
});

it.each<readonly [line: string, question: AgentQuestion, answer: GivenAnswer | null]>([
  ['1', color, { chosen: ['Red'] }],
  ['3', color, null],
  ['0', color, null],
  ['1,2', color, null],
  ['1, 2', colors, { chosen: ['Red', 'Blue\u202E'] }],
  ['2,2', colors, { chosen: ['Blue\u202E'] }],
  ['red', { ...color, ownWords: 'none' }, null],
  ['6', people, { text: '6' }],
])('%s is read as what it stands for', (line, question, answer) => {
  expect(typedAnswer(question, line)).toEqual(answer);
});
