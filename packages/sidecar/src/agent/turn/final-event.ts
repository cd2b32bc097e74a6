import type { QueryEvent, Receipt } from '@postern/contract';
import { StoreError } from '../../errors/index.ts';
import type { LateWrites, Ledger } from '../../ledger/index.ts';
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

/** Where receipts go: to the ledger, or to memory while the disk does not take them. */
export interface ReceiptPlaces {
  readonly ledger: Ledger;
  readonly lateWrites: LateWrites;
}

/** The one event that ends its stream, with the receipt written, or kept to be written, before it is sent. */
export function lastEvent({ ledger, lateWrites }: ReceiptPlaces, finished: FinishedQuery): QueryEvent {
  const { queryId, conversationId, workspace, messages, spent, calls, durationMs, cancelled, failure } =
    finished;
  const { result, interrupted } = messages;
  const answered = failure === null && messages.hasAnswered;
  const good = answered && !cancelled && finished.givenUp === null && !interrupted;
  const failed = failureEvent(failure ?? failureOf(finished), messages.hasLostText);
  const write = (): Receipt | null =>
    turnReceipt(ledger, {
      ...{ queryId, conversationId, workspace, spent, calls, durationMs },
      model: messages.model,
      outcome: good ? 'completed' : cancelled ? 'cancelled' : 'failed',
    });
  const stopReason = result?.stop_reason ?? (messages.wasCompacted ? 'end_turn' : 'unknown');
  const context = messages.context === null ? {} : { context: messages.context };
  try {
    lateWrites.flush();
    const receipt = write();
    if (!good || receipt === null) return receipt === null ? failed : withReceipt(failed, receipt);
    const { usage, costUsd, id: receiptId, parts } = receipt;
    return {
      event: 'result',
      data: { stopReason, usage, costUsd, receiptId, durationMs, parts, ...context },
    };
  } catch (error) {
    if (!(error instanceof StoreError)) {
      if (!good) return failed;
      return failureEvent({ code: 'internal_error', detail: 'The receipt could not be kept.' });
    }
    // The answer exists and was paid: both are reported, and the receipt follows when it can be written.
    lateWrites.keep(write);
    if (!good) return failed;
    const { usage, costUsd } = spent;
    return {
      event: 'result',
      data: { stopReason, usage, costUsd, receiptId: `late:${queryId}`, durationMs, ...context },
    };
  }
}

function withReceipt(failed: QueryEvent, receipt: Receipt): QueryEvent {
  return failed.event === 'error' ? { ...failed, data: { ...failed.data, receipt } } : failed;
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
