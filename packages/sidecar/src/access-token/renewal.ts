import { type Clock, nextRenewalAtMs, type SignIn } from '../credentials/index.ts';
import type { Schedule } from './access-tokens.ts';

/** Timers stand still while the machine sleeps: the wall clock is looked at again at least this often. */
const longestWaitMs = 10 * 60_000;
const shortestWaitMs = 1_000;
/** A timer that fires this much later than asked means that the machine slept. */
const sleptMs = 30_000;
const jitterAfterSleepMs = 5_000;

/** Renews stored sign-ins before they expire. One timer, whatever the number of credentials. */
export interface Renewal {
  start(): void;
  /** Something changed: the next renewal may be due at another time. */
  reconsider(): void;
  close(): void;
}

export interface RenewalDeps {
  /** The records as they stand in memory. */
  readonly records: () => readonly (readonly [id: string, record: SignIn])[];
  /** Refreshes where it is due; never throws. */
  readonly renew: (id: string) => Promise<void>;
  readonly schedule: Schedule;
  readonly clock: Clock;
  readonly random: () => number;
}

export function createRenewal(deps: RenewalDeps): Renewal {
  let started = false;
  let cancel: (() => void) | null = null;

  function plan(minimumMs = shortestWaitMs): void {
    cancel?.();
    cancel = null;
    if (!started) return;
    const nowMs = deps.clock();
    const due = deps
      .records()
      .map(([, record]) => nextRenewalAtMs(record, nowMs))
      .filter((at) => at !== null);
    if (due.length === 0) return;
    const untilDue = Math.min(...due) - nowMs;
    // A little early and never at the same moment as another process with the same record.
    const wait = Math.min(Math.max(untilDue, minimumMs) * (1 - 0.05 * deps.random()), longestWaitMs);
    const expectedMs = nowMs + wait;
    cancel = deps.schedule(wait, () => wake(expectedMs));
  }

  function wake(expectedMs: number): void {
    cancel = null;
    if (deps.clock() - expectedMs > sleptMs) {
      cancel = deps.schedule(jitterAfterSleepMs * deps.random(), () => void renewDue());
      return;
    }
    void renewDue();
  }

  async function renewDue(): Promise<void> {
    cancel = null;
    const nowMs = deps.clock();
    for (const [id, record] of deps.records()) {
      const at = nextRenewalAtMs(record, nowMs);
      if (at !== null && at <= nowMs + shortestWaitMs) await deps.renew(id);
    }
    plan();
  }

  return {
    start() {
      started = true;
      plan();
    },
    reconsider: () => plan(),
    close() {
      started = false;
      cancel?.();
      cancel = null;
    },
  };
}
