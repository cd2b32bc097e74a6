import { setTimeout as sleep } from 'node:timers/promises';
import type { Choice, Clock } from '../credentials/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { QueryState } from './query-state.ts';

/** The policy says: wait for the reset. */
export type WaitChoice = Extract<Choice, { do: 'wait' }>;

/** Holds requests of a query until a plan's window resets. */
export interface ResetWaits {
  /**
   * Waits until the reset is past by the clock, the user lets another credential pay, or `isOver` says that nothing is left to wait for. Several
   * requests of one query are announced once, and so is that none waits now, be it that its request was given up, unless the query itself is
   * over. Gives up with `signal`. Never throws.
   */
  wait(
    query: QueryState,
    choice: WaitChoice,
    signals: WaitSignals,
    isOver: () => Promise<boolean>,
  ): Promise<void>;
}

/** What ends a wait early. */
export interface WaitSignals {
  /** Aborted when the request is given up. */
  readonly signal: AbortSignal;
  /** Aborted when its query is over. */
  readonly queryOver: AbortSignal;
}

/** A limit that was lifted before its reset is noticed at each of so many looks. */
const looksUntilAsked = 5;

/** What it works with. */
export interface ResetWaitsDeps {
  readonly ledger: Pick<Ledger, 'windows'>;
  /** The window that a refusal named as used up until then. */
  readonly refusedWindow: (credentialId: string, untilMs: number) => string | null;
  readonly clock: Clock;
  /** How often the clock is looked at: timers stand still while a machine sleeps. */
  readonly lookAgainMs: number;
}

/** Over the clock. */
export function createResetWaits({ ledger, refusedWindow, clock, lookAgainMs }: ResetWaitsDeps): ResetWaits {
  const waitingOf = new WeakMap<QueryState, number>();

  function windowOf(credentialId: string, untilMs: number): string {
    const named = refusedWindow(credentialId, untilMs);
    if (named !== null) return named;
    const own = ledger.windows().filter((each) => each.credentialId === credentialId);
    return own.find(({ status }) => status === 'rejected')?.window ?? 'plan';
  }

  async function untilOver(
    query: QueryState,
    untilMs: number,
    signal: AbortSignal,
    isOver: () => Promise<boolean>,
  ): Promise<void> {
    // What the user let pay before is used up as well.
    const before = query.letPay;
    for (let looks = 1; ; looks += 1) {
      const leftMs = untilMs - clock();
      if (leftMs <= 0 || query.letPay !== before || signal.aborted) return;
      await sleep(Math.min(lookAgainMs, Math.max(leftMs, 1)), undefined, { signal }).catch(() => undefined);
      if (looks % looksUntilAsked === 0 && (await isOver())) return;
    }
  }

  return {
    async wait(query, { credential, untilMs }, { signal, queryOver }, isOver) {
      const before = waitingOf.get(query) ?? 0;
      waitingOf.set(query, before + 1);
      if (before === 0) query.listener.onWaiting?.(windowOf(credential.id, untilMs), untilMs);
      await untilOver(query, untilMs, signal, isOver);
      const left = (waitingOf.get(query) ?? 1) - 1;
      waitingOf.set(query, left);
      if (left === 0 && !queryOver.aborted) query.listener.onResumed?.();
    },
  };
}
