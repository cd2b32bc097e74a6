import type { QueryEvent } from '@postern/contract';
import { Failure } from '../../errors/index.ts';
import type { Ledger } from '../../ledger/index.ts';
import { wordsOfService } from '../../secret/index.ts';
import type { PaidCall } from '../../selection/index.ts';
import type { RunningTotals } from '../child/index.ts';
import { failureEvent, type TurnFailure, turnFailure } from './turn-failure.ts';
import type { TurnMessages } from './turn-messages.ts';
import { turnReceipt } from './turn-receipt.ts';

/** A query that is over, and everything that decides how it ended. */
export interface FinishedQuery {
  readonly queryId: string;
  readonly conversationId: string;
  readonly workspace: string;
  /** Of its last turn. */
  readonly messages: TurnMessages;
  readonly spent: RunningTotals;
  readonly calls: readonly PaidCall[];
  readonly durationMs: number;
  readonly cancelled: boolean;
  /** The failure, where it is known before the turn's own signs are read. */
  readonly failure: TurnFailure | null;
  readonly givenUp: TurnFailure | null;
  readonly passedThrough: TurnFailure | null;
}

/** The one event that ends its stream, with the receipt written before it is told. */
export function lastEvent(ledger: Ledger, finished: FinishedQuery): QueryEvent {
  const { queryId, conversationId, workspace, messages, spent, calls, durationMs, cancelled, failure } =
    finished;
  const { result, interrupted } = messages;
  const answered = failure === null && result?.subtype === 'success' && !result.is_error;
  const good = answered && !cancelled && finished.givenUp === null && !interrupted;
  const failed = failureEvent(failure ?? failureOf(finished), messages.hasLostText);
  try {
    const receipt = turnReceipt(ledger, {
      queryId,
      conversationId,
      workspace,
      model: messages.model,
      outcome: good ? 'completed' : cancelled ? 'cancelled' : 'failed',
      spent,
      calls,
      durationMs,
    });
    if (!good || receipt === null) return failed;
    const { usage, costUsd, id: receiptId, parts } = receipt;
    const stopReason = result?.stop_reason ?? 'unknown';
    return { event: 'result', data: { stopReason, usage, costUsd, receiptId, durationMs, parts } };
  } catch (error) {
    if (!good) return failed;
    const detail = 'The receipt could not be kept.';
    return failureEvent(error instanceof Failure ? error : { code: 'internal_error', detail });
  }
}

function failureOf({ cancelled, givenUp, passedThrough, messages }: FinishedQuery): TurnFailure {
  const { result, interrupted, error, stopReason } = messages;
  const answered = result?.subtype === 'success' ? result : null;
  return turnFailure({
    ...{ cancelled, givenUp, interrupted, passedThrough, stopReason },
    sdkError: error,
    apiStatus: answered?.api_error_status ?? null,
    terminalReason: result?.terminal_reason ?? null,
    sentence: answered?.is_error === true ? wordsOfService(answered.result) : null,
  });
}
