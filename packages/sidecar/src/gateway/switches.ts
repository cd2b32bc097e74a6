import type { CredentialRef } from '@postern/contract';
import type { ChoiceReason, Report } from '../credentials/index.ts';
import type { BoundQuery } from './bound-query.ts';

/** Tells of every change of payer once, both ways: to the query it happens in, and to the rest of the house. */
export interface Switches {
  /** The query pays with `to` from now on; `preferred` is what it would pay with if all were well. */
  use(query: BoundQuery, to: CredentialRef, reason: ChoiceReason, preferred: CredentialRef): void;
}

/** Remembers across queries what paid last, so that coming back is told too. */
export function createSwitches(deps: { readonly report: Report }): Switches {
  let last: CredentialRef | null = null;
  return {
    use(query, to, reason, preferred) {
      const from = query.current ?? last ?? preferred;
      const before = last ?? preferred;
      query.current = to;
      last = to;
      if (reason !== 'preferred') query.paying.add(to.id);
      if (from.id !== to.id) query.listener.onSwitch(from, to, reason);
      // Another query may have told the house already.
      if (before.id !== to.id) deps.report({ type: 'fallback', from: before, to, reason });
    },
  };
}
