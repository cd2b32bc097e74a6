import type { Clock } from '../credentials/index.ts';
import { isDelegatedKind } from './choose-credential.ts';
import type { QueryHandle, QueryListener, QueryScope } from './query.ts';
import { createQueryState } from './query-state.ts';
import { retryHint } from './retry-hint.ts';
import type { Selection } from './selection.ts';
import type { SwitchNotifier } from './switch-notifier.ts';

/** What a query chooses its credential with, between the runs of programs that serve it. */
export interface OpenQueryDeps {
  readonly acquire: Selection['acquire'];
  readonly switches: SwitchNotifier;
  readonly clock: Clock;
}

/** Opens a query that nothing was settled in yet. */
export function openQuery(
  deps: OpenQueryDeps,
  queryId: string,
  listener: QueryListener,
  scope: QueryScope,
): QueryHandle {
  const state = createQueryState(queryId, listener, scope);
  return {
    state,
    settleRefusal(credentialId, reason) {
      state.refused.set(credentialId, { reason, version: null });
    },
    async next(signal) {
      const unavailable = new Map();
      const acquired = await deps.acquire(state, { unavailable, rejected: null, dryRun: false, signal });
      if (acquired.do === 'stop')
        return { code: acquired.code, detail: retryHint(acquired.code, acquired.retryAtMs, deps.clock()) };
      if (acquired.do !== 'use') return null;
      const { credential, reason, preferred } = acquired;
      // For what the gateway sends, the first request notifies.
      if (isDelegatedKind(credential.kind)) deps.switches.use(state, credential, reason, preferred);
      return { credential, reason };
    },
  };
}
