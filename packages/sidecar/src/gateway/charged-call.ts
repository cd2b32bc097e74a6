import type { CredentialRef, ErrorCode, TokenUsage } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import type { AdmittedCall, CallEnd, Selection } from '../selection/index.ts';
import type { BoundQuery } from './bound-query.ts';
import type { BoundedRequest } from './call-bound.ts';
import { type AnswerReading, isRefused, isWhole } from './usage-reader.ts';

/** A paid call from the moment in which it may be sent: in every outcome, the ledger and the query are notified once. */
export interface ChargedCall {
  /** From now on it may be worked on: its first byte leaves. */
  sent(): void;
  /** It was refused, or never left. */
  notCharged(): void;
  /** Its usage will never be reported; it costs nothing where it had not been sent. */
  notReported(): void;
  /** An answer came, whole or not. Settles when the ledger has it, or will have it later; never rejects. */
  answered(reading: AnswerReading, status: number): Promise<void>;
  /** Its answer said that it is paid as extra usage, beyond the plan. */
  overage(): void;
  /** From now on, another owner ends it before its query ends. */
  watchNoMore(): void;
}

/** The call to be charged, and why not: the code under which the query ends, null if it is no longer awaited. */
export type Charging =
  | { readonly charged: ChargedCall }
  | { readonly code: ErrorCode | null; readonly detail: string | null };

/**
 * Writes a call into the ledger with the most it may cost, before it is sent; the user is asked where that does not fit under a cap. A query
 * that ends takes it along: its receipt needs it.
 */
export async function chargeCall(
  spending: Selection['spending'],
  { query, signal }: { readonly query: BoundQuery; readonly signal: AbortSignal },
  to: ChargedTo,
  request: BoundedRequest,
): Promise<Charging> {
  const { credential, reason, preferred } = to;
  const paid = { credential, reason, preferred, ...request };
  const admission = await spending.admit(query.state, paid, signal);
  if (admission.do === 'aborted') return { code: null, detail: null };
  if (admission.do === 'stop') return admission;
  const charged = watched(query, { ...to, model: request.model }, admission.call);
  if (!signal.aborted && !query.isInterrupted) return { charged };
  // While the user was asked.
  charged.notCharged();
  return { code: query.isInterrupted ? 'stream_interrupted' : null, detail: null };
}

/** Who pays for it, and why; what would pay if all were well. */
export interface ChargedTo {
  readonly credential: CredentialRef;
  readonly reason: ChoiceReason;
  readonly preferred: CredentialRef;
}

function watched(
  query: BoundQuery,
  { credential, reason, model }: ChargedTo & { readonly model: string | null },
  admitted: AdmittedCall,
): ChargedCall {
  const end = (how: CallEnd, status: number): Promise<void> => {
    watchNoMore();
    const { costUsd, notReportedUsd, isFirst, kept } = admitted.end(how);
    if (!isFirst || how.type === 'not_charged') return kept;
    const isReported = how.type !== 'not_reported';
    query.listener.onPaidCall({
      ...{ credential, reason, status, costUsd, notReportedUsd },
      model: isReported ? (how.model ?? model) : model,
      usage: isReported ? tokensOf(how.usage) : noUsage,
      ...(isOverage ? { isOverage } : {}),
    });
    return kept;
  };
  let isSent = false;
  let isOverage = false;
  const notReported = (): void => void end({ type: isSent ? 'not_reported' : 'not_charged' }, 0);
  // What is still to be sent is stopped with the query.
  const watchNoMore = query.onEnd(notReported);
  return {
    sent() {
      isSent = true;
    },
    notCharged: () => void end({ type: 'not_charged' }, 0),
    notReported,
    answered: (reading, status) => end(endOf(reading), status),
    overage() {
      isOverage = true;
    },
    watchNoMore,
  };
}

const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/**
 * An answer that was cut off may have been longer than it had said: a token for every four bytes that came, which is several times what a
 * streamed answer holds.
 */
const bytesOfToken = 4;

function endOf(reading: AnswerReading): CallEnd {
  const { model, billed, bytes } = reading;
  if (billed.usage === null) return isRefused(reading) ? { type: 'not_charged' } : { type: 'not_reported' };
  if (billed.isAbsurd) return { type: 'absurd', model, usage: billed.usage };
  const unsaidTokens = isWhole(reading) ? 0 : Math.ceil(bytes / bytesOfToken);
  return { type: 'used', model, usage: billed.usage, unsaidTokens };
}

function tokensOf({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage): TokenUsage {
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
}
