import type { Page, Receipt, TimelineEntry, Usage } from '@postern/contract';
import type { Failure } from '../format/index.ts';

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
  | { readonly type: 'ledger_receipts'; readonly page: Page<Receipt> }
  | { readonly type: 'ledger_timeline'; readonly page: Page<TimelineEntry> }
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
      return { usage, receipts, timeline, readAtMs: atMs, loading: false, failure: null };
    }
    case 'ledger_refreshed':
      return { ...ledger, usage: action.usage, readAtMs: action.atMs };
    case 'ledger_receipts':
      return { ...ledger, receipts: joined(ledger.receipts, action.page) };
    case 'ledger_timeline':
      return { ...ledger, timeline: joined(ledger.timeline, action.page) };
    case 'ledger_failed':
      return { ...ledger, loading: false, failure: action.failure };
    default:
      return ledger;
  }
}

function joined<Item>(before: Page<Item>, page: Page<Item>): Page<Item> {
  return { items: [...before.items, ...page.items], next: page.next };
}
