/** Receipts, spend, usage windows, the timeline. */
export { createLedger } from './create-ledger.ts';
export type { Ledger } from './ledger.ts';
export { localMidnight } from './local-day.ts';
export { shareCost } from './share-cost.ts';
export { timelineEntryOf } from './timeline-entry.ts';
