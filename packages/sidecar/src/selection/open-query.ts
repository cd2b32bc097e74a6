import { type Clock, coveredByPlan } from '../credentials/index.ts';
import type { CallBound } from '../ledger/index.ts';
import { isDelegatedKind } from './choose-credential.ts';
import type { QueryHandle, QueryListener, QueryScope } from './query.ts';
import { createQueryState, type LetPay, type QueryState } from './query-state.ts';
import { worthRetryingAtMs } from './retry-hint.ts';
import type { Selection } from './selection.ts';
import type { SpendGuard } from './spend-guard.ts';
import type { SwitchNotifier } from './switch-notifier.ts';
import { turnAllowance } from './turn-allowance.ts';

/** What a query chooses its credential with, between the runs of programs that serve it. */
export interface OpenQueryDeps {
  readonly acquire: Selection['acquire'];
  /** What lets a credential, or any, take over from those whose reset is waited for; null where it could not. */
  readonly letPay: (query: QueryState, credentialId: string | null) => Promise<LetPay | null>;
  readonly switches: SwitchNotifier;
  readonly spending: SpendGuard;
  readonly clock: Clock;
}

/**
 * Its program sends the calls of a sign-in of its own past the gateway: what they may cost is not known. A turn begins only where something is
 * left under every cap, and takes all of it.
 */
const leastCall: CallBound = {
  ...{ models: ['claude-haiku-5-5'], inputTokens: 1, outputTokens: 1, caching: 'none' },
  ...{ serverToolUses: 0, webSearches: 0, isFast: false, isUsOnly: false },
};

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
    async letPay(credentialId) {
      const letPay = await deps.letPay(state, credentialId);
      if (letPay === null) return false;
      state.letPay = letPay;
      return true;
    },
    settleRefusal(credentialId, reason) {
      state.refused.set(credentialId, { reason, version: null });
    },
    async next(signal) {
      const unavailable = new Map();
      const acquired = await deps.acquire(state, { unavailable, rejected: null, dryRun: false, signal });
      if (acquired.do === 'stop')
        return {
          code: acquired.code,
          detail: null,
          retryAtMs: worthRetryingAtMs(acquired.code, acquired.retryAtMs),
        };
      if (acquired.do !== 'use') return null;
      const { credential, reason, preferred } = acquired;
      // What the gateway sends is checked and announced with its first request.
      if (!isDelegatedKind(credential.kind)) return { credential, reason };
      if (!coveredByPlan(credential)) {
        const paid = { credential, reason, preferred, model: null, bound: leastCall, takesRemainder: true };
        const admission = await deps.spending.admit(state, paid, signal);
        if (admission.do === 'aborted') return null;
        if (admission.do === 'stop') return { code: admission.code, detail: admission.detail };
        const allowance = turnAllowance(admission.call);
        deps.switches.use(state, credential, reason, preferred);
        return { credential, reason, ...(allowance === undefined ? {} : { allowance }) };
      }
      deps.switches.use(state, credential, reason, preferred);
      return { credential, reason };
    },
  };
}
