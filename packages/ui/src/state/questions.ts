import { describeToolCall, type QueryEvent } from '@postern/contract';
import type { Question } from './thread.ts';
import type { ThreadItem } from './thread-item.ts';

type Data<Name extends QueryEvent['event']> = Extract<QueryEvent, { event: Name }>['data'];

/** The tool with which the agent asks whether it may go ahead with its plan. Source: SDK 0.3.332. */
const planTool = 'ExitPlanMode';

/**
 * May this tool do this?
 * @param items of the conversation so far: a plan stands in the answer, and the call only says that it is there
 */
export function permissionQuestion(data: Data<'permission_request'>, items: readonly ThreadItem[]): Question {
  const { requestId, toolName, input, path, diff, call, cautions, remember, expiresAt } = data;
  if (toolName === planTool)
    return { type: 'plan', requestId, plan: planOf(input, items), answering: false, failure: null };
  return {
    type: 'permission',
    requestId,
    toolName,
    input,
    path: path ?? null,
    outside: data.outside ?? cautions?.includes('outside_workspace') ?? false,
    diff: diff ?? null,
    call: call ?? describeToolCall(toolName, input),
    cautions: cautions ?? [],
    remember: remember ?? null,
    expiresAt,
    answering: false,
    failure: null,
  };
}

/** What the agent wants to know. */
export function wordsQuestion(data: Data<'question_request'>): Question {
  const { requestId, from, message = null, url = null, questions } = data;
  return {
    ...{ type: 'words', requestId, from, message, url, questions },
    ...{ written: {}, answering: false, failure: null },
  };
}

/** May another credential pay? */
export function fallbackQuestion(
  data: Data<'fallback_request'>,
): Extract<Question, { readonly type: 'fallback' }> {
  const { scope, capUsd, spentUsd, reservedUsd, thisCallAtMostUsd, unknownModel, ...rest } = data;
  const isCap = scope !== undefined && capUsd !== null && thisCallAtMostUsd !== undefined;
  return {
    type: 'fallback',
    ...rest,
    capUsd,
    spend: isCap
      ? {
          ...{ scope, capUsd, thisCallAtMostUsd, spentUsd: spentUsd ?? 0, reservedUsd: reservedUsd ?? 0 },
          unknownModel: unknownModel ?? null,
        }
      : null,
    answering: false,
    failure: null,
  };
}

/** The plan of a call, or what was said last before it. */
function planOf(input: Readonly<Record<string, unknown>>, items: readonly ThreadItem[]): string | null {
  const { plan } = input;
  if (typeof plan === 'string' && plan.trim() !== '') return plan;
  const asked = items.findLastIndex(({ type }) => type === 'user');
  const said = items.slice(asked + 1).findLast(({ type }) => type === 'text');
  return said?.type === 'text' ? said.text : null;
}
