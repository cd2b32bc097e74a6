import type { CredentialRef } from '@postern/contract';
import type { ChoiceReason, Report } from '../credentials/index.ts';
import type { QueryState } from './query-state.ts';

/** Tells of every change of payer once, both ways: to the query it happens in, and as a reported fact. */
export interface SwitchNotifier {
  /** The query pays with `to` from now on; `preferred` is what it would pay with if all were well. */
  use(query: QueryState, to: CredentialRef, reason: ChoiceReason, preferred: CredentialRef): void;
}

/**
 * Remembers across queries what paid last, so that coming back is announced too; apart for each preferred credential, so that two
 * windows whose workspaces prefer different ones do not look like a switch.
 */
export function createSwitchNotifier(deps: { readonly report: Report }): SwitchNotifier {
  const lastOf = new Map<string, CredentialRef>();
  return {
    use(query, to, reason, preferred) {
      const before = lastOf.get(preferred.id) ?? preferred;
      const from = query.current ?? (before.id === to.id ? (query.scope.announced ?? before) : before);
      query.current = to;
      lastOf.set(preferred.id, to);
      if (from.id !== to.id) query.listener.onSwitch(from, to, reason);
      // Another query may have announced it already.
      if (before.id !== to.id) deps.report({ type: 'fallback', from: before, to, reason });
    },
  };
}
