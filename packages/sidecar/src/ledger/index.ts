/** Receipts, spend, usage windows, the timeline. */
export type { Ledger } from './ledger.ts';
