import { type Clock, nextRenewalAtMs, type SignIn } from '../credentials/index.ts';
import type { Schedule } from './access-tokens.ts';

/** Timers stand still while the machine sleeps: the wall clock is looked at again at least this often. */
const longestWaitMs = 10 * 60_000;
const shortestWaitMs = 1_000;
/** A timer that fires this much later than asked means that the machine slept. */
const sleptMs = 30_000;
const jitterAfterSleepMs = 5_000;
/** Processes that share a record spread their renewals over this long, or a tenth of what is left, whichever is less. */
const longestSpreadMs = 60_000;
/** Delay after a renewal that failed without a trace in the record, as on a full disk. */
const restAfterFailureMs = 60_000;

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
  /** Refreshes this record, unless there is a newer one; never throws. */
  readonly renew: (id: string, record: SignIn) => Promise<void>;
  readonly schedule: Schedule;
  readonly clock: Clock;
  readonly random: () => number;
}

export function createRenewal(deps: RenewalDeps): Renewal {
  let state: 'new' | 'running' | 'closed' = 'new';
  let cancel: (() => void) | null = null;
  let restUntilMs = 0;
  /** Drawn once: a place in the spread that moves with every look would move every process to its end. */
  const place = deps.random();

  function dueAtMs(record: SignIn, nowMs: number): number | null {
    const { failedAttempt, intent, status, tokens } = record;
    const at = nextRenewalAtMs(record, nowMs);
    if (at === null || tokens === null) return null;
    const isRegular = status === 'active' && failedAttempt === null && intent === null;
    const spread = isRegular ? Math.min(longestSpreadMs, (tokens.expiresAtMs - at) / 10) : 0;
    // A clock that was set back must not make the rest longer.
    return Math.max(at + spread * place, Math.min(restUntilMs, nowMs + restAfterFailureMs));
  }

  function plan(): void {
    cancel?.();
    cancel = null;
    if (state !== 'running') return;
    const nowMs = deps.clock();
    const due = deps
      .records()
      .map(([, record]) => dueAtMs(record, nowMs))
      .filter((at) => at !== null);
    if (due.length === 0) return;
    const wait = Math.min(Math.max(Math.min(...due) - nowMs, shortestWaitMs), longestWaitMs);
    cancel = deps.schedule(wait, () => wake(nowMs + wait));
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
    const due = deps.records().filter(([, record]) => isDue(record, nowMs));
    restUntilMs = 0;
    for (const [id, record] of due) await deps.renew(id, record);
    const after = new Map(deps.records());
    const hasFailed = due.some(([id, { version }]) => {
      const record = after.get(id);
      return record !== undefined && record.version === version && isDue(record, nowMs);
    });
    if (hasFailed) restUntilMs = deps.clock() + restAfterFailureMs;
    plan();
  }

  function isDue(record: SignIn, nowMs: number): boolean {
    const at = dueAtMs(record, nowMs);
    return at !== null && at <= nowMs + shortestWaitMs;
  }

  return {
    start() {
      if (state === 'new') state = 'running';
      plan();
    },
    reconsider: plan,
    close() {
      state = 'closed';
      cancel?.();
      cancel = null;
    },
  };
}
