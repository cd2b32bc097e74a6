import type {
  FallbackPolicy,
  Page,
  Receipt,
  Spend,
  TimelineEntry,
  Usage,
  UsageNotice,
  UsageWindow,
} from '@postern/contract';
import type { LeaseSpend } from './leased-turn.ts';
import type { ModelCalls } from './model-calls.ts';
import type { NewReceipt } from './receipts.ts';

export interface Ledger {
  /** Model calls before and after they are sent; what the caps are checked against. */
  readonly calls: Omit<ModelCalls, 'settledNano' | 'standingNano' | 'forgetTurn' | 'lostTurns'>;
  /**
   * Writes receipts for the turns of processes that ended without one. Gives how many; never throws.
   * @param labelOf whose a lease was, where it is known and may be taken up again
   */
  recover(labelOf?: (leaseId: string) => string | null): number;
  /** What a lease has cost, in whatever process. @throws StoreError */
  leaseSpend(leaseId: string): LeaseSpend;
  /** The lease is over: nothing counts under the cap of a turn for its sessions from now on. Never throws. */
  forgetLease(leaseId: string): void;
  /** @throws StoreError `storage_full` */
  addReceipt(receipt: NewReceipt): Receipt;
  receipts(options: { readonly limit: number; readonly before: string | null }): Page<Receipt>;
  /** Those of a conversation from a moment on (Unix ms), oldest first; none where they cannot be read. Never throws. */
  receiptsOf(conversationId: string, fromMs: number, most: number): readonly Receipt[];
  /** US dollars since local midnight that count towards the cap: what no plan covers. */
  spentTodayUsd(): number;
  /** US dollars today of calls that are under way, or whose usage never came. */
  reservedTodayUsd(): number;
  /** Every cap of the policy that is set, and what is spent of it. */
  caps(policy: FallbackPolicy): Usage['caps'];
  spend(period: 'today' | 'month'): readonly Spend[];
  /** Spend by local day and credential for the last `days` days, oldest first. */
  spendByDay(days: number): readonly { readonly day: string; readonly spend: readonly Spend[] }[];
  /** Gives the notices that are due because of it. Never throws. */
  noteWindow(window: Omit<UsageWindow, 'seenAt' | 'ageSeconds'>): readonly UsageNotice[];
  /** Notices of windows that have reset since an earlier notice, each once. Never throws. */
  takeResets(): readonly UsageNotice[];
  windows(): readonly UsageWindow[];
  addTimelineEntry(entry: Omit<TimelineEntry, 'id' | 'at'>): void;
  timeline(options: { readonly limit: number; readonly before: string | null }): Page<TimelineEntry>;
}
