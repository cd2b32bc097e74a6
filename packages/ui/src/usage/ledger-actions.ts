import type { Receipt, RefreshedUsage } from '@postern/contract';
import { failureOfThrown } from '../format/index.ts';
import type { Deps } from '../state/deps.ts';

/** What the user does on the Usage screen. */
export interface LedgerActions {
  readonly read: () => void;
  /** Reads what is spent and left alone; what is known stays where that fails. */
  readonly readUsage: () => void;
  /** Asks the Claude Code program for its plan windows and shows them. */
  readonly refresh: () => Promise<RefreshedUsage>;
  readonly moreReceipts: () => void;
  readonly moreTimeline: () => void;
  /** Every receipt there is, for the export. */
  readonly allReceipts: () => Promise<readonly Receipt[]>;
}

const pageLimit = 50;
const exportLimit = 200;

/** The effects of the Usage screen. */
export function createLedgerActions({ client, dispatch, getState }: Deps): LedgerActions {
  async function read(): Promise<void> {
    dispatch({ type: 'ledger_loading' });
    try {
      const [usage, receipts, timeline] = await Promise.all([
        client().usage(),
        client().receipts({ limit: pageLimit }),
        client().timeline({ limit: pageLimit }),
      ]);
      dispatch({ type: 'ledger_loaded', usage, receipts, timeline, atMs: Date.now() });
    } catch (thrown) {
      dispatch({ type: 'ledger_failed', failure: failureOfThrown(thrown) });
    }
  }

  async function readUsage(): Promise<void> {
    try {
      dispatch({ type: 'ledger_refreshed', usage: await client().usage(), atMs: Date.now() });
    } catch {
      // The Usage screen says what is wrong.
    }
  }

  async function more(of: 'receipts' | 'timeline'): Promise<void> {
    const before = getState().ledger[of].next;
    if (before === null) return;
    try {
      if (of === 'receipts')
        dispatch({
          ...{ type: 'ledger_receipts', before },
          page: await client().receipts({ before, limit: pageLimit }),
        });
      else
        dispatch({
          ...{ type: 'ledger_timeline', before },
          page: await client().timeline({ before, limit: pageLimit }),
        });
    } catch (thrown) {
      dispatch({ type: 'ledger_failed', failure: failureOfThrown(thrown) });
    }
  }

  return {
    read: () => void read(),
    readUsage: () => void readUsage(),
    refresh: async () => {
      const usage = await client().refreshUsage();
      dispatch({ type: 'ledger_refreshed', usage, atMs: Date.now() });
      return usage;
    },
    moreReceipts: () => void more('receipts'),
    moreTimeline: () => void more('timeline'),
    allReceipts: async () => {
      const all: Receipt[] = [];
      for (let before: string | undefined; ; ) {
        const page = await client().receipts({ limit: exportLimit, before });
        all.push(...page.items);
        if (page.next === null) return all;
        before = page.next;
      }
    },
  };
}
