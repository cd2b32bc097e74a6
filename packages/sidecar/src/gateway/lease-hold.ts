/** What a lease lives by beside its time: open connections of the process that asked for it. */
export interface LeaseHold {
  /** One more connection. @returns to be called once, when it has closed */
  hold(): () => void;
  /** The lease has ended for another reason. */
  close(): void;
}

/**
 * @param deps.graceMs how long it may be held by no connection, from the beginning too: a connection that was lost is opened again
 * @param deps.onAbandoned called at most once, when that time is over
 */
export function createLeaseHold(deps: {
  readonly graceMs: number;
  readonly onAbandoned: () => void;
}): LeaseHold {
  let holders = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function waitForOne(): void {
    timer = setTimeout(deps.onAbandoned, deps.graceMs).unref();
  }

  waitForOne();
  return {
    hold() {
      holders += 1;
      clearTimeout(timer);
      return () => {
        holders -= 1;
        if (holders === 0 && !isClosed) waitForOne();
      };
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

/** Of a lease that is not tied to a connection. */
export const heldByNone: LeaseHold = { hold: () => () => undefined, close: () => undefined };
