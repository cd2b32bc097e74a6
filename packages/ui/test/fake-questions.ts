import { describeToolCall, type QueryEvent, type ToolCaution } from '@postern/contract';
import { type FakeQuery, result } from './fake-queries.ts';

/** What a stand-in asks for. */
export interface FakeQuestion {
  readonly toolName: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly path?: string;
  readonly outside?: boolean;
  readonly diff?: string;
  readonly cautions?: readonly ToolCaution[];
  readonly remember?: { readonly rule: string; readonly words: string } | null;
}

let asked = 0;

/** Asks one question, as the sidecar does, and does what it was allowed to. */
export function asking({ cautions = [], remember = null, ...question }: FakeQuestion): FakeQuery {
  return async function* (_request, answer) {
    asked += 1;
    const [requestId, toolUseId] = [`question-${asked}`, `tool-question-${asked}`];
    const { toolName, path, diff } = question;
    const input = { ...question.input };
    yield { event: 'tool_use', data: { toolUseId, name: toolName, input } };
    const call = describeToolCall(toolName, input);
    const request = {
      ...question,
      requestId,
      input,
      call,
      cautions: [...cautions],
      remember,
      expiresAt: null,
    };
    yield { event: 'permission_request', data: request } satisfies QueryEvent;
    const decision = await answer(requestId);
    yield { event: 'permission_resolution', data: { requestId, decision } };
    yield {
      event: 'tool_result',
      data: {
        toolUseId,
        content: decision === 'allow' ? 'Done.' : 'The user declined.',
        isError: decision === 'deny',
        ...(decision === 'deny' ? { deniedBy: 'person' as const } : {}),
        ...(decision === 'allow' && diff !== undefined ? { diff } : {}),
        ...(decision === 'allow' && path !== undefined ? { path } : {}),
      },
    };
    yield result();
  };
}

const dripLength = 16_384;

/** Answers with a long text in pieces, and does not end by itself. */
export function drip(text: string): FakeQuery {
  return async function* (_request, _answer, stopped) {
    for (let at = 0; at < text.length && !stopped.aborted; at += dripLength) {
      yield { event: 'assistant_text', data: { text: text.slice(at, at + dripLength) } };
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (!stopped.aborted)
      await new Promise<void>((resolve) => stopped.addEventListener('abort', () => resolve()));
    yield {
      event: 'error',
      data: {
        code: 'query_cancelled',
        title: 'The query was stopped',
        detail: 'The conversation can go on.',
        retryable: false,
      },
    };
  };
}
