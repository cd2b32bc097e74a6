import type { Receipt } from '@postern/contract';
import { type Ledger, turnCost } from '../../ledger/index.ts';
import type { PaidCall } from '../../selection/index.ts';
import type { RunningTotals } from '../child/index.ts';

/** A turn that is over. */
export interface FinishedTurn {
  readonly queryId: string;
  readonly conversationId: string;
  /** Real path of the folder that it ran in. */
  readonly workspace: string;
  readonly model: string | null;
  readonly outcome: Receipt['outcome'];
  /** By the SDK's running totals. */
  readonly spent: RunningTotals;
  /** As the gateway saw them. */
  readonly calls: readonly PaidCall[];
  readonly durationMs: number;
}

/**
 * Writes the receipt of a turn: what the calls cost that the gateway saw, or the SDK's figure, whichever is more. Null for a turn that failed
 * before anything was paid. @throws StoreError `storage_full`
 */
export function turnReceipt(ledger: Ledger, turn: FinishedTurn): Receipt | null {
  const { spent, calls, ...facts } = turn;
  const paid = calls.filter((call) => call.status < 400);
  if (paid.length === 0 && turn.outcome !== 'completed') return null;
  const cost = turnCost(spent.costUsd, paid);
  return ledger.addReceipt({
    ...facts,
    ...cost,
    usage: paid.length === 0 ? spent.usage : cost.usage,
  });
}
