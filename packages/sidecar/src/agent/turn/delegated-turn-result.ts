import type { CredentialRef } from '@postern/contract';
import {
  type ChoiceReason,
  coveredByPlan,
  type DelegatedOutcome,
  modelLine,
} from '../../credentials/index.ts';
import type { PaidCall, SpentByTurn, TurnAllowance } from '../../selection/index.ts';
import { nothingSpent } from '../child/index.ts';
import { type DelegatedRefusal, delegatedRefusal, usedUp } from './delegated-refusal.ts';
import { windowOf } from './plan-window.ts';
import type { Turn } from './turn.ts';
import type { TurnFailure } from './turn-failure.ts';

/** What serves a query, and why it and not another. */
export interface Serving {
  readonly credential: CredentialRef;
  readonly reason: ChoiceReason;
  /** What it may spend, where a cap holds for a program that pays on its own. */
  readonly allowance?: TurnAllowance;
}

/** How a turn with a sign-in of the program's own ended. */
export interface DelegatedTurnResult {
  /** Where the sign-in is at fault. */
  readonly refusal: DelegatedRefusal | null;
  /** Its part of the receipt: its calls did not pass the gateway. */
  readonly paid: PaidCall | null;
  /** What is to be remembered of the sign-in. */
  readonly outcomes: readonly DelegatedOutcome[];
}

/** Reads it off the typed messages of the turn. Pure. @param asked the model; null: the program's default */
export function delegatedTurnResult(
  { messages, spent, openUsd, found }: Pick<Turn, 'messages' | 'spent' | 'openUsd' | 'found'>,
  { credential, reason }: Serving,
  asked: string | null,
): DelegatedTurnResult {
  const { result, error, retryError, limit, model } = messages;
  const { isUsingOverage, goesOnInOverage } = messages;
  const isGood = messages.hasAnswered;
  const apiStatus = result?.subtype === 'success' ? (result.api_error_status ?? null) : null;
  const refusal = isGood
    ? null
    : delegatedRefusal({
        ...{ kind: credential.kind, found, error, apiStatus, retryError, limit, goesOnInOverage },
        model: asked,
      });
  // The next one is not begun in it without an answer.
  const hold = refusal ?? (isUsingOverage ? usedUp({ limit, model: asked }) : null);
  const notReportedUsd = coveredByPlan(credential) ? 0 : openUsd;
  const hasSpent = Object.values(spent.usage).some((tokens) => tokens > 0);
  const paid = {
    ...{ credential, reason, model, usage: spent.usage, status: 200 },
    // The SDK's figure is all that is known of it.
    ...{ costUsd: null, notReportedUsd },
    ...(isUsingOverage ? { isOverage: true } : {}),
  };
  return {
    refusal,
    paid: isGood || hasSpent || notReportedUsd > 0 ? paid : null,
    outcomes: [
      ...(limit === null ? [] : [{ type: 'window_seen' as const, ...windowOf(limit) }]),
      ...loginEnd(result?.credential_expires_at),
      ...(isGood ? [{ type: 'accepted' as const, model: modelLine(asked) }] : []),
      ...(hold === null ? [] : [hold.outcome]),
    ],
  };
}

function loginEnd(instant: string | undefined): readonly DelegatedOutcome[] {
  const atMs = Date.parse(instant ?? '');
  return Number.isNaN(atMs) ? [] : [{ type: 'login_ends', atMs }];
}

/** What a turn takes of its allowance; null: it never began. */
export function spentByTurn(turn: Turn | null): SpentByTurn {
  const { costUsd, usage } = turn?.spent ?? nothingSpent;
  return { costUsd, usage, model: turn?.messages.model ?? null, openUsd: turn?.openUsd ?? 0 };
}

/** Where the program stopped because what was left under a cap is spent. Source: SDK 0.3.332, `maxBudgetUsd`. Pure. */
export function capReached(
  { messages, spent }: Pick<Turn, 'messages' | 'spent'>,
  { allowance }: Serving,
): TurnFailure | null {
  const isStopped = messages.result?.subtype === 'error_max_budget_usd' && !messages.hasAnswered;
  if (allowance === undefined || !isStopped) return null;
  return { code: 'spend_cap_reached', detail: allowance.reached(spent.costUsd) };
}
