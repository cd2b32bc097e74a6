import { InvalidRequestError } from '../../errors/index.ts';

/** What a lease lives by beside its time: open connections of the process that asked for it. */
export interface LeaseHold {
  /**
   * One more connection.
   * @returns to be called once, when it has closed
   * @throws InvalidRequestError `too_many_requests` where it has more than a process needs
   */
  hold(): () => void;
  /** The lease has ended for another reason. */
  close(): void;
}

/** One that was lost may not be known to be gone yet when it is opened again. No other limit bounds these streams. */
const mostHolders = 4;

/**
 * @param deps.graceMs how long it may be held by no connection, from the beginning too: a connection that was lost is opened again; null: as
 * long as it likes
 * @param deps.firstMs the same, before the first connection; default: as after the last
 * @param deps.onAbandoned called at most once, when that time is over
 */
export function createLeaseHold(deps: {
  readonly graceMs: number | null;
  readonly firstMs?: number;
  readonly onAbandoned: () => void;
}): LeaseHold {
  let holders = 0;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function waitForOne(ms: number | null): void {
    if (ms !== null) timer = setTimeout(deps.onAbandoned, ms).unref();
  }

  waitForOne(deps.firstMs ?? deps.graceMs);
  return {
    hold() {
      if (holders >= mostHolders)
        throw new InvalidRequestError('too_many_requests', 'Too many event streams hold this lease.');
      holders += 1;
      clearTimeout(timer);
      return () => {
        holders -= 1;
        if (holders === 0 && !isClosed) waitForOne(deps.graceMs);
      };
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
