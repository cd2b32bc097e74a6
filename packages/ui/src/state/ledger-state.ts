import type { Page, Receipt, TimelineEntry, Usage } from '@postern/contract';
import type { Failure } from '../format/index.ts';
import { withNewest, withOlder } from './pages.ts';

/** What the Usage screen shows. */
export interface LedgerState {
  readonly usage: Usage | null;
  /** When `usage` was read, to let its ages grow. */
  readonly readAtMs: number;
  readonly receipts: Page<Receipt>;
  readonly timeline: Page<TimelineEntry>;
  readonly loading: boolean;
  readonly failure: Failure | null;
}

/** What changes it. */
export type LedgerAction =
  | { readonly type: 'ledger_loading' }
  | {
      readonly type: 'ledger_loaded';
      readonly usage: Usage;
      readonly receipts: Page<Receipt>;
      readonly timeline: Page<TimelineEntry>;
      readonly atMs: number;
    }
  | { readonly type: 'ledger_refreshed'; readonly usage: Usage; readonly atMs: number }
  /** `before` tells an answer that comes twice, or late, from the page that is next. */
  | { readonly type: 'ledger_receipts'; readonly before: string; readonly page: Page<Receipt> }
  | { readonly type: 'ledger_timeline'; readonly before: string; readonly page: Page<TimelineEntry> }
  | { readonly type: 'ledger_failed'; readonly failure: Failure };

const empty = { items: [], next: null };

/** Nothing read yet. */
export const noLedger: LedgerState = {
  usage: null,
  readAtMs: 0,
  receipts: empty,
  timeline: empty,
  loading: false,
  failure: null,
};

/** The ledger after an action. */
export function reduceLedger(ledger: LedgerState, action: LedgerAction): LedgerState {
  switch (action.type) {
    case 'ledger_loading':
      return { ...ledger, loading: true };
    case 'ledger_loaded': {
      const { usage, receipts, timeline, atMs } = action;
      return {
        ...{ usage, readAtMs: atMs, loading: false, failure: null },
        receipts: withNewest(ledger.receipts, receipts, ({ at }) => at),
        timeline: withNewest(ledger.timeline, timeline, ({ at }) => at),
      };
    }
    case 'ledger_refreshed':
      return { ...ledger, usage: action.usage, readAtMs: action.atMs };
    case 'ledger_receipts':
      return { ...ledger, receipts: withOlder(ledger.receipts, action.page, action.before) };
    case 'ledger_timeline':
      return { ...ledger, timeline: withOlder(ledger.timeline, action.page, action.before) };
    case 'ledger_failed':
      return { ...ledger, loading: false, failure: action.failure };
    default:
      return ledger;
  }
}
