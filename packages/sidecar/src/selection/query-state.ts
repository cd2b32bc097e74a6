import type { CapScope, CredentialRef } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import type { QueryListener, QueryScope } from './query.ts';

/** A refusal that holds while the token it was about is the current one. */
export interface SettledRefusal {
  readonly reason: ChoiceReason;
  /** Null where the credential has no versions: it holds to the query's end. */
  readonly version: number | null;
}

/** Another credential pays while plans are used up. */
export interface LetPay {
  /** Id of the one that pays; null: any that can. */
  readonly credentialId: string | null;
  /** Ids of those that were used up then: whichever can pay again goes first as before. */
  readonly insteadOf: ReadonlySet<string>;
}

/** One query from its first choice to its end, whichever programs serve it: what is settled in it holds until then. */
export interface QueryState {
  readonly queryId: string;
  readonly listener: QueryListener;
  readonly scope: QueryScope;
  readonly refused: Map<string, SettledRefusal>;
  /** Credentials the user said yes to, and no to. */
  readonly consents: Set<string>;
  readonly declined: Set<string>;
  /** Caps that the user lifted for this query, and the one that they did not. */
  readonly raisedCaps: Set<CapScope>;
  declinedCap: CapScope | null;
  /** What the user lets pay instead of waiting for a reset; another object each time they do. */
  letPay: LetPay | null;
  /** Line of models for which it waits, or waited last. */
  waitsForModel: string | null;
  /** What it pays with now; null before its first call. */
  current: CredentialRef | null;
  /** Windows and statuses it was notified of. */
  readonly notifiedLimits: Set<string>;
}

/** A query that nothing was settled in yet. */
export function createQueryState(queryId: string, listener: QueryListener, scope: QueryScope): QueryState {
  return {
    queryId,
    listener,
    scope,
    refused: new Map(),
    consents: new Set(),
    declined: new Set(),
    raisedCaps: new Set(),
    declinedCap: null,
    letPay: null,
    waitsForModel: null,
    current: null,
    notifiedLimits: new Set(),
  };
}
