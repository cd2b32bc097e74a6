import type { QuestionRequest } from '@postern/contract';
import { type FakeQuery, result } from './fake-queries.ts';

let asked = 0;

/** Asks the user what the agent wants to know, and goes on with what they said. */
export function wondering(request: Omit<QuestionRequest, 'requestId' | 'expiresAt'>): FakeQuery {
  return async function* (_request, answer) {
    asked += 1;
    const [requestId, toolUseId] = [`words-${asked}`, `tool-words-${asked}`];
    const isAgent = request.from.type === 'agent';
    const questions = request.questions.map(({ text, header, options, multiple }) => ({
      ...{ question: text, header, options, multiSelect: multiple },
    }));
    yield { event: 'assistant_text', data: { text: 'Before I begin, I need to know what you want.' } };
    if (isAgent)
      yield { event: 'tool_use', data: { toolUseId, name: 'AskUserQuestion', input: { questions } } };
    yield { event: 'question_request', data: { ...request, requestId, expiresAt: null } };
    const decision = await answer(requestId);
    yield { event: 'permission_resolution', data: { requestId, decision } };
    const isError = decision === 'deny';
    const content = isError
      ? 'The person does not answer this.'
      : 'User has answered your questions: "Which format should the table have?"="Markdown".';
    if (isAgent)
      yield {
        event: 'tool_result',
        data: { toolUseId, content, isError, ...(isError ? { deniedBy: 'person' as const } : {}) },
      };
    yield { event: 'assistant_text', data: { text: 'Then I know enough.' } };
    yield result();
  };
}

/** Writes a plan, and asks whether to go ahead. */
export function planning(plan: string): FakeQuery {
  return async function* (_request, answer) {
    asked += 1;
    const [requestId, toolUseId] = [`plan-${asked}`, `tool-plan-${asked}`];
    yield { event: 'assistant_text', data: { text: plan } };
    yield { event: 'tool_use', data: { toolUseId, name: 'ExitPlanMode', input: {} } };
    yield {
      event: 'permission_request',
      data: { requestId, toolName: 'ExitPlanMode', input: {}, expiresAt: null, remember: null },
    };
    const decision = await answer(requestId);
    yield { event: 'permission_resolution', data: { requestId, decision } };
    const isError = decision === 'deny';
    yield {
      event: 'tool_result',
      data: {
        toolUseId,
        content: isError ? 'The person did not allow this.' : 'User has approved exiting plan mode.',
        isError,
        ...(isError ? { deniedBy: 'person' as const } : {}),
      },
    };
    yield result();
  };
}
