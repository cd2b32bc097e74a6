import { hash, randomBytes } from 'node:crypto';

/** How long a ticket is good for, in milliseconds. Source: docs/spec/contract.md#who-may-call. */
export const ticketLifeMs = 60_000;

/** One-time tickets that a window swaps for the token of the launch. */
export interface Tickets {
  /** A new ticket, good once until `expiresAtMs` (Unix ms). Above the limit the oldest open one ends. */
  issue(): { readonly ticket: string; readonly expiresAtMs: number };
  /**
   * Spends a ticket and says whether it was good. `mayHave` is asked only for a good one; where it says no, the ticket stays good
   * for the one it was made for.
   */
  redeem(ticket: string, mayHave?: () => Promise<boolean>): Promise<boolean>;
}

/** Tickets in memory: gone with the launch. `maxOpen` bounds how many wait at once. */
export function createTickets(deps: { readonly clock: () => number; readonly maxOpen?: number }): Tickets {
  const { clock, maxOpen = 16 } = deps;
  // Kept by digest: looking one up takes a time that says nothing about the tickets that wait.
  const openUntilMs = new Map<string, number>();

  const isGood = (key: string): boolean => clock() < (openUntilMs.get(key) ?? 0);

  return {
    issue() {
      const ticket = randomBytes(32).toString('base64url');
      const expiresAtMs = clock() + ticketLifeMs;
      openUntilMs.set(digest(ticket), expiresAtMs);
      for (const oldest of openUntilMs.keys()) {
        if (openUntilMs.size <= maxOpen) break;
        openUntilMs.delete(oldest);
      }
      return { ticket, expiresAtMs };
    },
    async redeem(ticket, mayHave = async () => true) {
      const key = digest(ticket);
      if (isGood(key) && !(await mayHave())) return false;
      // Another request may have spent it meanwhile.
      const wasGood = isGood(key);
      openUntilMs.delete(key);
      return wasGood;
    },
  };
}

/** The address of a window: the ticket stands in the fragment, which no browser sends to a server. */
export function windowUrl(baseUrl: string, ticket: string): string {
  return `${baseUrl}/#ticket=${ticket}`;
}

function digest(ticket: string): string {
  return hash('sha256', ticket, 'base64');
}
