import type { PromptResponse, StopReason } from '@agentclientprotocol/sdk';
import { type CredentialRef, errorTable, isErrorCode, type QueryEvent } from '@postern/contract';
import type { PlanWindow } from './plan-windows.ts';
import { asRequestError } from './request-error.ts';

/** Why the model stopped, as ACP names it. Source: `StopReason` of ACP v1; `stop_reason` of @anthropic-ai/sdk 1.14.0. */
const stopReasons: Readonly<Record<string, StopReason>> = {
  end_turn: 'end_turn',
  stop_sequence: 'end_turn',
  max_tokens: 'max_tokens',
  model_context_window_exceeded: 'max_tokens',
  refusal: 'refusal',
};

/** How a turn ended that did not fail. */
export type Result = Extract<QueryEvent, { event: 'result' }>['data'];
type Ended = Extract<QueryEvent, { event: 'error' }>['data'];

/** The result of a turn, with what it cost and who paid. Pure. */
export function resultOf(
  result: Result,
  payer: CredentialRef | null,
  windows: readonly PlanWindow[],
): PromptResponse {
  const { stopReason, usage, costUsd, receiptId, durationMs, parts } = result;
  return {
    stopReason: stopReasons[stopReason] ?? 'end_turn',
    _meta: {
      postern: { stopReason, usage, costUsd, receiptId, durationMs, parts: parts ?? [], payer, windows },
    },
  };
}

/** How a turn that failed ends. @throws RequestError unless it was cancelled */
export function ended({ code, title, detail, retryable }: Ended): PromptResponse {
  if (code === 'query_cancelled') return { stopReason: 'cancelled' };
  const nextStep = isErrorCode(code) ? errorTable[code].nextStep : null;
  throw asRequestError({ code, title, detail, retryable, nextStep });
}
