import type { Clock } from '../credentials/index.ts';
import type { Sql } from '../store/index.ts';
import type { Ledger } from './ledger.ts';
import { createReceipts } from './receipts.ts';
import { createSpendSums } from './spend-sums.ts';
import { createTimeline } from './timeline.ts';
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
  const receipts = createReceipts({ sql, clock });
  const sums = createSpendSums({ sql, clock });
  const windows = createUsageWindows({ sql, clock });
  const timeline = createTimeline({ sql, clock });

  // What the ledger merely observes must not stop what it observes.
  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      log(`ledger: ${what} not kept: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  };

  return {
    addReceipt: receipts.add,
    receipts: receipts.page,
    spentTodayUsd: sums.countedTodayUsd,
    spend: (period) => (period === 'today' ? sums.today() : sums.month()),
    spendByDay: sums.byDay,
    noteWindow: (reading) => attempt('usage window', () => windows.note(reading)),
    windows: windows.read,
    addTimelineEntry: (entry) => attempt('timeline entry', () => timeline.add(entry)),
    timeline: timeline.page,
  };
}
