import type { QueryListener, QueryState } from '../selection/index.ts';

/** A query while it is bound to a doorway. */
export interface BoundQuery {
  /** What is settled while it is bound stays with the query. */
  readonly state: QueryState;
  readonly listener: QueryListener;
  /** Aborted when it is no longer bound. */
  readonly signal: AbortSignal;
  /** An answer broke off: nothing is sent again in this query. */
  isInterrupted: boolean;
  /** Connections to the service that failed in a row. */
  failedConnections: number;
  /** Runs when it ends, before anything is aborted; the result takes it back. */
  onEnd(run: () => void): () => void;
  end(): void;
}

/** Binds it. */
export function createBoundQuery(state: QueryState): BoundQuery {
  const ending = new AbortController();
  const endings = new Set<() => void>();
  return {
    state,
    listener: state.listener,
    signal: ending.signal,
    isInterrupted: false,
    failedConnections: 0,
    onEnd(run) {
      endings.add(run);
      return () => endings.delete(run);
    },
    end() {
      if (ending.signal.aborted) return;
      for (const run of endings) run();
      endings.clear();
      ending.abort();
    },
  };
}
