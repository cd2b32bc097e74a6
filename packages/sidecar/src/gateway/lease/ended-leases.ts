import type { ErrorCode } from '@postern/contract';

/** Why a lease has ended. */
export type LeaseEnd = 'told' | 'expired' | 'abandoned';

/** Of a secret that is one of a lease by its look, and is not known: an attacker learns nothing from it, and a program how to go on. */
export const unknownLease =
  'This Postern does not know it: it ended long ago, or Postern was restarted since. Start the program again with postern run.';

/** Why a call gets no answer of the service. */
export interface Refused {
  readonly code: ErrorCode;
  readonly detail: string | null;
}

/** A call that ends before it has an answer, because whatever it belongs to was ended. */
export const cancelled: Refused = { code: 'query_cancelled', detail: null };

/** Leases that have ended, so that a refusal says to the program why. */
export interface EndedLeases {
  /** @param hash of its secret */
  add(hash: string, end: LeaseEnd): void;
  /** Why, in a sentence; null for a secret that was never one of them, or is long forgotten. */
  why(hash: string): string | null;
  /** What a call is answered that was under way when the lease ended. */
  unanswered(hash: string): Refused;
}

/** Beyond that the oldest are forgotten: their programs hear only that the secret is not known. */
const mostRemembered = 1000;

const sentences: Readonly<Record<LeaseEnd, string>> = {
  told: 'It was ended. Start the program again with postern run.',
  expired: 'Its time is over. Start the program again with postern run, with a longer --for.',
  abandoned:
    'The postern run that started this program was killed. Start the program again with postern run.',
};

/** Remembers hashes only, in memory. */
export function createEndedLeases(): EndedLeases {
  const ends = new Map<string, LeaseEnd>();
  const why = (hash: string): string | null => {
    const end = ends.get(hash);
    return end === undefined ? null : sentences[end];
  };
  return {
    add(hash, end) {
      ends.set(hash, end);
      const [oldest] = ends.keys();
      if (ends.size > mostRemembered && oldest !== undefined) ends.delete(oldest);
    },
    why,
    unanswered(hash) {
      const detail = why(hash);
      return detail === null ? cancelled : { code: 'lease_ended', detail };
    },
  };
}
