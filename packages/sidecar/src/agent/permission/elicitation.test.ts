import type { ElicitationRequest } from '@anthropic-ai/claude-agent-sdk';
import type { QueryEvent } from '@postern/contract';
import { describe, expect, it } from 'vitest';
import { elicitation, formOf } from './elicitation.ts';
import { type Answer, answerOf, Questions } from './questions.ts';

/** What the server gets back, and what the user was asked. */
async function asked(request: Partial<ElicitationRequest>, answer: Answer) {
  const events: QueryEvent[] = [];
  const questions: Questions = new Questions(
    (event) => {
      events.push(event);
      if (event.event === 'question_request')
        queueMicrotask(() => questions.answer(event.data.requestId, answer));
    },
    Date.now,
    60_000,
  );
  const result = await elicitation(questions)(
    { serverName: 'calendar', message: 'Two things.', ...request },
    { signal: new AbortController().signal, requestId: 'c1' },
  );
  return { result, request: events.find(({ event }) => event === 'question_request')?.data };
}

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Your name' },
    people: { type: 'integer', title: 'People', description: 'How many come?' },
    public: { type: 'boolean' },
    room: {
      type: 'string',
      oneOf: [
        { const: 'a1', title: 'Large' },
        { const: 'b2', title: 'Small' },
      ],
    },
    size: { type: 'string', enum: ['s', 'l'], enumNames: ['Small', 'Large'] },
    days: { type: 'array', items: { enum: ['Mon', 'Tue'] } },
  },
  required: ['name'],
};

describe('what an MCP server wants to know', () => {
  it('is asked as questions, and goes back by the names and types of its form', async () => {
    const { result, request } = await asked(
      { mode: 'form', requestedSchema: schema },
      answerOf({
        name: { text: 'Ada' },
        people: { text: '6' },
        public: { chosen: ['No'] },
        room: { chosen: ['Large'] },
        size: { chosen: ['Small'] },
        days: { chosen: ['Mon', 'Tue'] },
      }),
    );
    expect(request).toMatchObject({
      from: { type: 'mcp_server', name: 'calendar' },
      message: 'Two things.',
      questions: [
        { id: 'name', text: 'Your name', header: '', ownWords: 'text', required: true },
        { id: 'people', text: 'How many come?', header: 'People', ownWords: 'integer', required: false },
        { id: 'public', options: [{ label: 'Yes' }, { label: 'No' }], ownWords: 'none' },
        { id: 'room', options: [{ label: 'Large' }, { label: 'Small' }], multiple: false },
        { id: 'size', options: [{ label: 'Small' }, { label: 'Large' }] },
        { id: 'days', options: [{ label: 'Mon' }, { label: 'Tue' }], multiple: true },
      ],
    });
    expect(result).toEqual({
      action: 'accept',
      content: { name: 'Ada', people: 6, public: false, room: 'a1', size: 's', days: ['Mon', 'Tue'] },
    });
  });

  it('may be left out, declined, or a page to visit', async () => {
    const form = { mode: 'form', requestedSchema: { ...schema, required: [] } } as const;
    expect((await asked(form, answerOf({}))).result).toEqual({ action: 'accept', content: {} });
    expect((await asked(form, answerOf(null))).result).toEqual({ action: 'decline' });
    const page = { mode: 'url', url: 'https://calendar.example/connect' } as const;
    const visited = await asked(page, answerOf({}));
    expect(visited.request).toMatchObject({ url: page.url, questions: [] });
    expect(visited.result).toEqual({ action: 'accept' });
  });

  it.each<readonly [what: string, request: Partial<ElicitationRequest>]>([
    ['a page that is none of the web', { mode: 'url', url: 'javascript:alert(1)' }],
    ['no page', { mode: 'url' }],
    ['a form of objects', { requestedSchema: { properties: { a: { type: 'object' } } } }],
    ['no form', {}],
  ])('is declined without a question where it is %s', async (_what, request) => {
    const { result, request: question } = await asked(request, answerOf({}));
    expect([result, question]).toEqual([{ action: 'decline' }, undefined]);
  });

  it('is one question for a name that every object has', () => {
    const form = formOf({ properties: { constructor: { type: 'string' } } });
    expect(form?.content({})).toEqual({});
    expect(form?.content({ constructor: { text: 'x' } })).toEqual({ constructor: 'x' });
  });

  it('can be told apart where two options of a form have the same title', async () => {
    const room = {
      type: 'string',
      oneOf: [
        { const: 'a1', title: 'Large' },
        { const: 'b2', title: 'Large' },
        { const: 'c3', title: 'Small' },
      ],
    };
    const { result, request } = await asked(
      { mode: 'form', requestedSchema: { type: 'object', properties: { room } } },
      answerOf({ room: { chosen: ['Large (b2)'] } }),
    );
    expect(request).toMatchObject({
      questions: [{ options: [{ label: 'Large (a1)' }, { label: 'Large (b2)' }, { label: 'Small' }] }],
    });
    expect(result).toEqual({ action: 'accept', content: { room: 'b2' } });
  });
});
