import {
  type AgentContext,
  methods,
  type PermissionOption,
  type ToolCallUpdate,
} from '@agentclientprotocol/sdk';
import type { PosternClient } from '@postern/client';
import {
  capDollars,
  capInWords,
  dollarsAtMost,
  parseAllowRule,
  type QueryEvent,
  visibleText,
} from '@postern/contract';
import { fallbackLines } from '../question-text.ts';
import { questionedCall } from './tool-updates.ts';

/** A question of a query: may this tool run, or may this credential pay. */
export type Question = Extract<QueryEvent, { event: 'permission_request' | 'fallback_request' }>;

type Fallback = Extract<Question, { event: 'fallback_request' }>['data'];

/** Where a question is asked and answered. */
export interface QuestionDeps {
  readonly sessionId: string;
  /** The call it is about, or the question's own id. */
  readonly toolCallId: string;
  readonly client: AgentContext;
  readonly sidecar: Pick<PosternClient, 'approve'>;
  /** Aborted where the question was answered elsewhere or the turn has ended. */
  readonly withdrawn: AbortSignal;
}

/** Puts it to the editor and passes the answer on. An editor that cannot ask, or answers nothing, means no. */
export async function answerQuestion(question: Question, deps: QuestionDeps): Promise<void> {
  const { sessionId, client, sidecar, withdrawn } = deps;
  const { requestId } = question.data;
  let chosen: string | null = null;
  try {
    const { outcome } = await client.request(
      methods.client.session.requestPermission,
      { sessionId, toolCall: callOf(question, deps.toolCallId), options: optionsOf(question) },
      { cancellationSignal: withdrawn, stopWaitingOnCancel: true },
    );
    chosen = outcome.outcome === 'selected' ? outcome.optionId : null;
  } catch {
    // The editor failed to ask, or the question was withdrawn: then there is nothing left to answer.
  }
  if (withdrawn.aborted) return;
  const decision = chosen === 'allow' || chosen === 'always' ? 'allow' : 'deny';
  await sidecar.approve({ requestId, decision, remember: chosen === 'always' }).catch(() => undefined);
}

function callOf(question: Question, toolCallId: string): ToolCallUpdate {
  if (question.event === 'permission_request') return questionedCall(question.data, toolCallId);
  const { requestId: _id, expiresAt: _until, ...facts } = question.data;
  return {
    toolCallId,
    title: visibleText(titleOf(question.data)),
    kind: 'other',
    status: 'pending',
    content: [{ type: 'content', content: { type: 'text', text: fallbackLines(question.data).join('\n') } }],
    _meta: { postern: facts },
  };
}

/** At a cap, the credential stays: what is asked is whether this call may go over it. */
function titleOf({ payer, scope, capUsd, thisCallAtMostUsd }: Fallback): string {
  if (scope === undefined || capUsd === null || thisCallAtMostUsd === undefined)
    return `Use another credential, paid by ${payer}?`;
  return `Go over the cap of ${capDollars(capUsd)} ${capInWords[scope]}? This call may cost up to ${dollarsAtMost(thisCallAtMostUsd)}.`;
}

function optionsOf(question: Question): PermissionOption[] {
  const isFallback = question.event === 'fallback_request';
  const always = isFallback ? 'Yes, until midnight' : alwaysInWords(question.data.remember ?? null);
  return [
    { optionId: 'allow', kind: 'allow_once', name: isFallback ? 'Yes, for this turn' : 'Allow' },
    ...(always === null ? [] : [{ optionId: 'always', kind: 'allow_always', name: always } as const]),
    { optionId: 'deny', kind: 'reject_once', name: 'No' },
  ];
}

/** What "always" would allow, null where nothing can be remembered. A command stands in the question already, whole. */
function alwaysInWords(remember: { readonly rule: string; readonly words: string } | null): string | null {
  if (remember === null) return null;
  if (parseAllowRule(remember.rule)?.type === 'command') return 'Always allow exactly this command';
  return visibleText(`Always let the agent ${remember.words.replaceAll('\n', '⟨U+000A⟩')}`);
}
