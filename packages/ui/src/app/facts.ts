import type { AuthStatus, CredentialView, Health, Settings } from '@postern/contract';
import type { Failure } from '../format/index.ts';

/** What the sidecar said last, whole; null until it has. */
export interface Facts {
  readonly health: Health | null;
  readonly settings: Settings | null;
  readonly status: AuthStatus | null;
  readonly credentials: readonly CredentialView[] | null;
  /** Why the last look did not give everything. */
  readonly failure: Failure | null;
}

/** Newer answers of the routes. */
export interface FactsAction {
  readonly type: 'facts_loaded';
  readonly facts: Partial<Facts>;
}

/** Before anything was heard. */
export const noFacts: Facts = {
  health: null,
  settings: null,
  status: null,
  credentials: null,
  failure: null,
};

/** The facts after newer answers. */
export function reduceFacts(facts: Facts, action: FactsAction): Facts {
  return action.type === 'facts_loaded' ? { ...facts, ...action.facts } : facts;
}
