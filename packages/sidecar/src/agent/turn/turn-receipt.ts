import type { Receipt } from '@postern/contract';
import { type Ledger, shareCost } from '../../ledger/index.ts';
import type { PaidCall } from '../../selection/index.ts';
import type { RunningTotals } from '../child/index.ts';

/** A turn that is over. */
export interface FinishedTurn {
  readonly queryId: string;
  readonly conversationId: string;
  readonly model: string | null;
  readonly outcome: Receipt['outcome'];
  /** By the SDK's running totals. */
  readonly spent: RunningTotals;
  /** As the gateway saw them. */
  readonly calls: readonly PaidCall[];
  readonly durationMs: number;
}

/**
 * Writes the receipt of a turn: the SDK's cost, shared out among the calls the gateway saw. Null for a turn that failed
 * before anything was paid. @throws StoreError `storage_full`
 */
export function turnReceipt(ledger: Ledger, turn: FinishedTurn): Receipt | null {
  const { spent, calls, ...facts } = turn;
  const paid = calls.filter((call) => call.status < 400);
  if (paid.length === 0 && turn.outcome !== 'completed') return null;
  const { costUsd, usage, parts } = shareCost(spent.costUsd, paid);
  return ledger.addReceipt({
    ...facts,
    costUsd,
    usage: paid.length === 0 ? spent.usage : usage,
    parts: [...parts],
  });
}
