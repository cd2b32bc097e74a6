/** Secrets of programs that Postern did not start itself: each with an end, a cap and receipts. */
export { createLeases, type LeasesDeps } from './create-leases.ts';
export { cancelled, type Refused } from './ended-leases.ts';
export { type KeptLease, type KeptLeases, keepsNone } from './kept-leases.ts';
export { createLeaseQuestions } from './lease-questions.ts';
export type { EndedLease, LeaseCall, Leases, OpenLease } from './leases.ts';
