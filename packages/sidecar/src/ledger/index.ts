/** Receipts, spend, usage windows, the timeline. */
export { createLedger, type LedgerDeps } from './create-ledger.ts';
export type { Ledger } from './ledger.ts';
export { localMidnight } from './local-day.ts';
export { type SharedCall, type SharedCost, shareCost } from './share-cost.ts';
export { type NewTimelineEntry, timelineEntryOf } from './timeline-entry.ts';
