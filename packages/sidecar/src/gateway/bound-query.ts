import type { CredentialRef } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import type { QueryListener, QueryScope } from './gateway.ts';

/** A refusal that holds while the token it was about is the current one. */
export interface SettledRefusal {
  readonly reason: ChoiceReason;
  /** Null where the credential has no versions: it holds to the query's end. */
  readonly version: number | null;
}

/** One query from its first choice to its end, whichever programs serve it: what is settled in it holds until then. */
export interface QueryState {
  readonly queryId: string;
  readonly listener: QueryListener;
  readonly scope: QueryScope;
  readonly refused: Map<string, SettledRefusal>;
  readonly consents: Map<string, { readonly pastCap: boolean }>;
  readonly declined: Set<string>;
  readonly paying: Set<string>;
  /** What it pays with now; null before its first call. */
  current: CredentialRef | null;
  /** Windows and statuses it was told of. */
  readonly toldLimits: Set<string>;
}

/** A query while it is bound to a doorway. */
export interface BoundQuery extends QueryState {
  /** Aborted when it is not bound any more. */
  readonly signal: AbortSignal;
  /** An answer broke off: nothing is sent again in this query. */
  isInterrupted: boolean;
  /** Connections to the service that failed in a row. */
  failedConnections: number;
  /** Runs when it ends, before anything is aborted; the result takes it back. */
  onEnd(run: () => void): () => void;
  end(): void;
}

/** A query that nothing was settled in yet. */
export function createQueryState(queryId: string, listener: QueryListener, scope: QueryScope): QueryState {
  return {
    queryId,
    listener,
    scope,
    refused: new Map(),
    consents: new Map(),
    declined: new Set(),
    paying: new Set(),
    current: null,
    toldLimits: new Set(),
  };
}

/** Binds it; what is settled while it is bound stays with the query. */
export function createBoundQuery(state: QueryState): BoundQuery {
  const ending = new AbortController();
  const endings = new Set<() => void>();
  return {
    ...state,
    get current() {
      return state.current;
    },
    set current(credential) {
      state.current = credential;
    },
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
