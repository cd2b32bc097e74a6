import type { CredentialRef, ErrorCode, TokenUsage } from '@postern/contract';
import type { Candidate, ChoiceReason } from '../credentials/index.ts';
import type { Secret } from '../secret/index.ts';
import type { QueryState } from './bound-query.ts';

/** A question to the person while a request is held: may the next credential pay? Answered, or expired, which means no. */
export interface FallbackQuestion {
  readonly from: CredentialRef;
  readonly to: CredentialRef;
  readonly reason: string;
  readonly capUsd: number | null;
}
export type FallbackAnswer = 'once' | 'today' | 'no';
/** `agent` hands it to the gateway with each query; `POST /approve` answers it. */
export type Ask = (question: FallbackQuestion, signal: AbortSignal) => Promise<FallbackAnswer>;

/** One model call that the gateway finished for a query: the parts a receipt is made of. */
export interface PaidCall {
  readonly credential: CredentialRef;
  /** Why this credential: `preferred`, or the reason of the switch. */
  readonly reason: string;
  readonly model: string | null;
  readonly usage: TokenUsage;
  readonly status: number;
}

/** What a query hears from the gateway while it runs. */
export interface QueryListener {
  readonly ask: Ask;
  /** Each switch of credential, both ways; never twice for one. */
  onSwitch(from: CredentialRef, to: CredentialRef, reason: string): void;
  onUsageLimit(window: string, resetsAt: string | null, status: string): void;
  onPaidCall(call: PaidCall): void;
  /** The gateway gave up on a request and answered 403: the query ends under this code, whatever the program says. */
  onGivenUp(code: ErrorCode, detail: string | null): void;
  /** Another program's sign-in goes on with this query: the gateway answered 403, and the query asks for its `next`. */
  onHandOver?(): void;
  /** Upstream answered with an error that was passed through (429, 5xx, 400 …). The last one names the query's error. */
  onPassedThrough(code: ErrorCode, status: number): void;
}

/** Which credentials a query may use. */
export interface QueryScope {
  /** Id of the credential that its workspace prefers, or null. */
  readonly first: string | null;
  /** Sign-ins that other programs hold, as this query sees them now: one that cannot go on with it says so by its reason. */
  delegated(): readonly Candidate[];
  /** What the query was said to start with. Where another one pays its first call, that is a switch, whoever paid last. */
  readonly announced?: CredentialRef;
}

/** What serves a query next: a credential and why it, or the code under which the query ends. */
export type NextForQuery =
  | { readonly credential: CredentialRef; readonly reason: ChoiceReason }
  | { readonly code: ErrorCode; readonly detail: string | null };

/** One query from its first choice to its end, whichever programs serve it. */
export interface GatewayQuery {
  /** The gateway's own. */
  readonly state: QueryState;
  /** Applies the policy, asks the person where it says so, and tells of a switch. Null where `signal` was aborted. */
  next(signal: AbortSignal): Promise<NextForQuery | null>;
  /** A sign-in of another program's is not tried again in this query. */
  settleRefusal(credentialId: string, reason: ChoiceReason): void;
}

/** The doorway of one child process: its base URL is the gateway's, its secret is honoured only while a query is bound. */
export interface Doorway {
  /** `ANTHROPIC_AUTH_TOKEN` of the child. */
  readonly secret: Secret;
  /** Binds the query that runs in the child now; with `end` its upstream calls are aborted. */
  begin(query: GatewayQuery): { end(): void };
  /** The child is gone: its secret never works again. */
  close(): void;
}

export interface Gateway {
  /** `http://127.0.0.1:<port>`; the child's `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  openDoorway(): Doorway;
  /** A query that nothing was settled in yet. Without a scope: only what the gateway itself can put on. */
  openQuery(queryId: string, listener: QueryListener, scope?: QueryScope): GatewayQuery;
  /**
   * Which credential a query would use right now and why (`preferred`, or the cause of a fallback), or why none: asked before a
   * stream opens. A token that has to be renewed is renewed; with `lookOnly` nothing is, and nothing waits for the network: for
   * screens. Where a person would have to be asked first, it is the credential the query starts with, and `asks` is true.
   * Without a scope: every credential as it stands, no workspace's own first.
   */
  choose(options?: {
    readonly lookOnly?: boolean;
    readonly scope?: QueryScope;
  }): Promise<
    | { readonly credential: CredentialRef; readonly reason: ChoiceReason; readonly asks: boolean }
    | { readonly code: ErrorCode; readonly retryAtMs: number | null }
  >;
  /** Every credential in order, as it stands, those of other programs included. */
  candidates(): Promise<readonly Candidate[]>;
  /**
   * Sends one free request (`GET /v1/models?limit=1`) with a credential and records the outcome (contract, section 6).
   * Accepted, refused (with the code), or nothing learnt.
   */
  tryCredential(
    credentialId: string,
  ): Promise<{ readonly outcome: 'accepted' | 'refused' | 'unknown'; readonly code: ErrorCode | null }>;
  close(): Promise<void>;
}
