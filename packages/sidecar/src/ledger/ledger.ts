import type { Page, Receipt, Spend, TimelineEntry, UsageWindow } from '@postern/contract';

export interface Ledger {
  /** @throws StoreError `storage_full` */
  addReceipt(receipt: Omit<Receipt, 'id' | 'at'>): Receipt;
  receipts(options: { readonly limit: number; readonly before: string | null }): Page<Receipt>;
  /** US dollars since local midnight that count towards the cap: what no plan covers. */
  spentTodayUsd(): number;
  spend(period: 'today' | 'month'): readonly Spend[];
  /** Spend by local day and credential for the last `days` days, oldest first. */
  spendByDay(days: number): readonly { readonly day: string; readonly spend: readonly Spend[] }[];
  noteWindow(window: Omit<UsageWindow, 'seenAt' | 'ageSeconds'>): void;
  windows(): readonly UsageWindow[];
  addTimelineEntry(entry: Omit<TimelineEntry, 'id' | 'at'>): void;
  timeline(options: { readonly limit: number; readonly before: string | null }): Page<TimelineEntry>;
}
