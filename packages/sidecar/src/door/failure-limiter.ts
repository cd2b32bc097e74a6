/** Counts failures in a time window, for all clients together: a client with the right token is never limited. */
export interface FailureLimiter {
  /** Notes one failure and says whether there are too many now. */
  note(): boolean;
}

/** @param deps.limit failures within `deps.perMs` milliseconds that are still answered one by one */
export function createFailureLimiter(deps: {
  readonly clock: () => number;
  readonly limit: number;
  readonly perMs: number;
}): FailureLimiter {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let count = 0;
  return {
    note() {
      const now = deps.clock();
      // A clock set back must not stretch the window.
      if (now - windowStartMs >= deps.perMs || now < windowStartMs) {
        windowStartMs = now;
        count = 0;
      }
      count += 1;
      return count > deps.limit;
    },
  };
}
