import type { Receipt } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import { createCapStandings } from './cap-standings.ts';
import { leaseOfQuery, leaseSpend } from './leased-turn.ts';
import type { Ledger } from './ledger.ts';
import { createModelCalls } from './model-calls.ts';
import { createReceipts } from './receipts.ts';
import { createSpendSums } from './spend-sums.ts';
import { createSpendTotals } from './spend-totals.ts';
import { createTimeline } from './timeline.ts';
import { turnCost } from './turn-cost.ts';
import { createUsageWindows } from './usage-windows.ts';

/** What the ledger is built from; its tables are the store's. */
export interface LedgerDeps {
  readonly sql: Sql;
  readonly clock: Clock;
  /** One line for the log; never a secret. */
  readonly log: (line: string) => void;
}

/** The ledger over the store's tables. Receipts are durable or refused; a reading or an event that cannot be kept is logged. */
export function createLedger({ sql, clock, log }: LedgerDeps): Ledger {
  const totals = createSpendTotals(sql);
  const calls = createModelCalls({ sql, totals, clock });
  const receipts = createReceipts({ sql, totals, calls, clock });
  const standings = createCapStandings({ totals, clock });
  const sums = createSpendSums({ sql, clock });
  const timeline = createTimeline({ sql, clock });

  // What the ledger merely observes must not stop what it observes.
  const attempt = (what: string, work: () => unknown, failure = 'not kept'): void => {
    try {
      work();
    } catch (error) {
      log(`ledger: ${what} ${failure}: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  };
  const windows = createUsageWindows({ sql, clock, attempt });

  return {
    calls,
    recover(labelOf = () => null) {
      let recovered = 0;
      attempt('receipts of turns that were cut off', () => {
        // In one transaction: a second process that starts at the same moment would write them too, and each would count twice.
        recovered = sql.transaction(() => {
          const lostTurns = calls.lostTurns();
          for (const { queryId, conversationId, workspace, calls: lost } of lostTurns) {
            const model = lost.at(-1)?.model ?? null;
            const leased = leaseOfQuery(queryId);
            const label = leased === null ? null : labelOf(leased.leaseId);
            receipts.add({
              ...{ queryId, conversationId, workspace, model, outcome: 'failed', durationMs: 0 },
              ...turnCost(0, lost),
              ...(leased === null ? {} : { lease: { ...leased, label: label ?? 'a program' } }),
              // Of one that is still known, which is taken up again.
              goesOn: label !== null,
            });
          }
          return lostTurns.length;
        });
      });
      return recovered;
    },
    leaseSpend: (leaseId) => leaseSpend(sql, leaseId),
    forgetLease: (leaseId) =>
      attempt('the end of a lease', () => {
        // Calls of it that ended just now.
        calls.flush();
        totals.forgetLease(leaseId);
      }),
    addReceipt: receipts.add,
    receipts: receipts.page,
    receiptsOf(...of) {
      let found: readonly Receipt[] = [];
      const read = (): void => {
        found = receipts.ofConversation(...of);
      };
      attempt('receipts of a conversation', read, 'not read');
      return found;
    },
    spentTodayUsd: standings.spentTodayUsd,
    reservedTodayUsd: standings.reservedTodayUsd,
    caps: standings.caps,
    spend: (period) => (period === 'today' ? sums.today() : sums.month()),
    spendByDay: sums.byDay,
    noteWindow: windows.note,
    takeResets: windows.takeResets,
    windows: windows.read,
    addTimelineEntry: (entry) => attempt('timeline entry', () => timeline.add(entry)),
    timeline: timeline.page,
  };
}
