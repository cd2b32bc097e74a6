import type { CredentialRef, ErrorCode, FallbackPolicy, TokenUsage } from '@postern/contract';
import type { Candidate, ChoiceReason } from '../credentials/index.ts';
import type { CapExceeded } from '../ledger/index.ts';
import type { QueryState } from './query-state.ts';

/** A question to the user while a request is held: may the next credential pay? Answered, or expired, which means no. */
export interface FallbackQuestion {
  readonly from: CredentialRef;
  readonly to: CredentialRef;
  readonly reason: ChoiceReason;
  readonly capUsd: number | null;
  /** Where it is about a cap that the next call does not fit under. */
  readonly spend?: CapExceeded;
  /** Of that call: a model whose price is not known. */
  readonly unknownModel?: string | null;
}
export type FallbackAnswer = 'once' | 'today' | 'no';
/** `agent` hands it over with each query; `POST /approve` answers it. */
export type Ask = (question: FallbackQuestion, signal: AbortSignal) => Promise<FallbackAnswer>;

/** One model call that was finished for a query: the parts a receipt is made of. */
export interface PaidCall {
  readonly credential: CredentialRef;
  /** Why this credential: `preferred`, or the reason of the switch. */
  readonly reason: ChoiceReason;
  /** The one that answered. */
  readonly model: string | null;
  readonly usage: TokenUsage;
  readonly status: number;
  /** By the price table, US dollars; null if unpriced: the program made the call on its own. */
  readonly costUsd: number | null;
  /** US dollars that it may have cost beyond what was reported; 0 if its usage was. */
  readonly notReportedUsd: number;
  /** Paid as extra usage beyond a plan: no plan covers it. */
  readonly isOverage?: boolean;
}

/** An answer that broke off after something of it was passed on. */
export interface BrokenOff {
  readonly messageId: string | null;
  /** Pieces of content of that message that were passed on. */
  readonly deltas: number;
  /** What the service said of it, fit to be shown. */
  readonly detail: string | null;
}

/** What the service said of a refusal. */
export interface PassedThrough {
  /** Its own reason, fit to be shown. */
  readonly detail: string | null;
  /** When it may be sent again (Unix ms), where it said so. */
  readonly retryAtMs: number | null;
}

/** What a query is notified of while it runs. */
export interface QueryListener {
  readonly ask: Ask;
  /** Each switch of credential, both ways; never twice for one. */
  onSwitch(from: CredentialRef, to: CredentialRef, reason: ChoiceReason): void;
  onUsageLimit(window: string, resetsAt: string | null, status: string): void;
  onPaidCall(call: PaidCall): void;
  /** The gateway gave up on a request and answered 403: the query ends under this code, whatever the program says. */
  onGivenUp(code: ErrorCode, detail: string | null, retryAtMs?: number | null): void;
  /** Another program's sign-in goes on with this query: the gateway answered 403, and the query asks for its `next`. */
  onHandOver?(): void;
  /** Its requests are held until a plan's window resets (Unix ms), and later go on. */
  onWaiting?(window: string, untilMs: number): void;
  onResumed?(): void;
  /** Upstream answered with an error that was passed through (429, 5xx, 400 …). The last one names the query's error. */
  onPassedThrough(code: ErrorCode, status: number, more?: PassedThrough): void;
  /** An answer broke off; the program's connection is held until it was interrupted, because it keeps what it read only then. */
  onBrokenOff?(broken: BrokenOff): void;
}

/** Which credentials a query may use. */
export interface QueryScope {
  /** Id of the credential that its workspace prefers, or null. */
  readonly first: string | null;
  /** Sign-ins that other programs hold, as this query sees them now: one that cannot go on with it says so by its reason. */
  delegated(): readonly Candidate[];
  /** What the query was announced to start with. If another one pays its first call, that is a switch, regardless of who paid last. */
  readonly announced?: CredentialRef;
  /** What was said for this query alone: it goes before the settings, and its cap beside theirs. */
  readonly policy?: Partial<FallbackPolicy>;
  /** For the ledger. */
  readonly conversationId?: string;
  /** Real path of the folder that it works in, for that workspace's cap. */
  readonly workspace?: string;
}

/** What a turn has spent, in US dollars and tokens. */
export interface SpentByTurn {
  readonly costUsd: number;
  readonly usage: TokenUsage;
  readonly model: string | null;
  /** US dollars that it may have spent beyond that: calls of which no usage came. */
  readonly openUsd: number;
}

/**
 * What a turn may spend whose calls do not pass the gateway: all that is left under the caps, which stays reserved until it is ended. Its
 * program stops where that is spent, which it sees after each call: it may go past a cap by the calls that were under way then.
 */
export interface TurnAllowance {
  /** US dollars, more than 0. */
  readonly budgetUsd: number;
  /** Why the turn was stopped, once it has spent this much (US dollars). */
  reached(spentUsd: number): string;
  /** Ended twice, the first counts. */
  end(spent: SpentByTurn): void;
}

/** What serves a query next: a credential and why it, or the code under which the query ends. */
export type NextForQuery =
  | {
      readonly credential: CredentialRef;
      readonly reason: ChoiceReason;
      /** Where a cap holds for a program that pays on its own. */
      readonly allowance?: TurnAllowance;
    }
  | { readonly code: ErrorCode; readonly detail: string | null; readonly retryAtMs?: number | null };

/** One query from its first choice to its end, whichever programs serve it. */
export interface QueryHandle {
  /** The gateway's and the selection's own. */
  readonly state: QueryState;
  /** Applies the policy, asks the user where it says so, and tells of a switch. Null where `signal` was aborted. */
  next(signal: AbortSignal): Promise<NextForQuery | null>;
  /** The user no longer waits for a reset: this credential may pay, or the next one. False where it cannot: it goes on waiting. */
  letPay(credentialId: string | null): Promise<boolean>;
  /** A sign-in of another program's is not tried again in this query. */
  settleRefusal(credentialId: string, reason: ChoiceReason): void;
}
