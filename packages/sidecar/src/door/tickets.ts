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
export function createTickets(deps: {
  readonly clock: () => number;
  /** Milliseconds that have passed, which no setting of the clock changes, but which stand still in a sleep. */
  readonly elapsed?: () => number;
  readonly maxOpen?: number;
}): Tickets {
  const { clock, elapsed = () => performance.now(), maxOpen = 16 } = deps;
  // Kept by digest: looking one up takes a time that says nothing about the tickets that wait.
  const open = new Map<string, { readonly untilMs: number; readonly endsAt: number }>();

  // By both clocks: one that is set back, or a machine that sleeps, must not lengthen its life.
  const isGood = (key: string): boolean => {
    const ticket = open.get(key);
    return ticket !== undefined && clock() < ticket.untilMs && elapsed() < ticket.endsAt;
  };

  return {
    issue() {
      const ticket = randomBytes(32).toString('base64url');
      const expiresAtMs = clock() + ticketLifeMs;
      open.set(digest(ticket), { untilMs: expiresAtMs, endsAt: elapsed() + ticketLifeMs });
      for (const oldest of open.keys()) {
        if (open.size <= maxOpen) break;
        open.delete(oldest);
      }
      return { ticket, expiresAtMs };
    },
    async redeem(ticket, mayHave = async () => true) {
      const key = digest(ticket);
      if (isGood(key) && !(await mayHave())) return false;
      // Another request may have spent it meanwhile.
      const wasGood = isGood(key);
      open.delete(key);
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
