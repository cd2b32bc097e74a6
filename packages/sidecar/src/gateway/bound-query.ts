import type { CredentialRef } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import type { QueryListener } from './gateway.ts';

/** A refusal that holds while the token it was about is the current one. */
export interface SettledRefusal {
  readonly reason: ChoiceReason;
  /** Null where the credential has no versions: it holds to the query's end. */
  readonly version: number | null;
}

/** One query while it is bound to a doorway, and what was settled in it. */
export interface BoundQuery {
  readonly queryId: string;
  readonly listener: QueryListener;
  /** Aborted when the query ends. */
  readonly signal: AbortSignal;
  readonly refused: Map<string, SettledRefusal>;
  readonly consents: Map<string, { readonly pastCap: boolean }>;
  readonly declined: Set<string>;
  readonly paying: Set<string>;
  /** What it pays with now; null before its first call. */
  current: CredentialRef | null;
  /** An answer broke off: nothing is sent again in this query. */
  isInterrupted: boolean;
  /** Connections to the service that failed in a row. */
  failedConnections: number;
  /** Windows and statuses it was told of. */
  readonly toldLimits: Set<string>;
  /** Runs when the query ends, before anything is aborted; the result takes it back. */
  onEnd(run: () => void): () => void;
  end(): void;
}

/** A query that nothing was settled in yet. */
export function createBoundQuery(queryId: string, listener: QueryListener): BoundQuery {
  const ending = new AbortController();
  const endings = new Set<() => void>();
  return {
    queryId,
    listener,
    signal: ending.signal,
    refused: new Map(),
    consents: new Map(),
    declined: new Set(),
    paying: new Set(),
    current: null,
    isInterrupted: false,
    failedConnections: 0,
    toldLimits: new Set(),
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
