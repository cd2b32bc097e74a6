/** Receipts, spend and its caps, prices, usage windows, the timeline. */
export { addBilled, type BilledReading, nothingSaid, withUsage } from './billed-usage.ts';
export { type CapExceeded, type CapRemainder, type Caps, capsOf } from './caps.ts';
export { createLedger } from './create-ledger.ts';
export { LateWrites } from './late-writes.ts';
export { type LeaseSpend, queryIdOfLease } from './leased-turn.ts';
export type { Ledger } from './ledger.ts';
export { localDate, localMidnight } from './local-day.ts';
export type { ReservedCall } from './model-calls.ts';
export { nanoDollars, usdOf } from './nano-dollars.ts';
export {
  type BilledUsage,
  type CallBound,
  mostOfCall,
  nothingBilled,
  priceOfCall,
} from './price-call.ts';
export { mostOfTurnUsd } from './share-cost.ts';
export { timelineEntryOf } from './timeline-entry.ts';
export { turnCost } from './turn-cost.ts';
export { isSameWindow } from './window-record.ts';
