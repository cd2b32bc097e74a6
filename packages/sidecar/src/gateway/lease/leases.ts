import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialRef, Lease, LeaseRequest } from '@postern/contract';
import type { FallbackAnswer } from '../../selection/index.ts';
import type { BoundQuery } from '../bound-query.ts';
import type { BoundedRequest } from '../call-bound.ts';
import type { Refused } from './ended-leases.ts';

/** A lease that was just made; its secret is nowhere else but in the program. */
export interface GrantedLease {
  readonly leaseId: string;
  /** In the clear: the caller hands it to the program and keeps nothing. */
  readonly secret: string;
  readonly expiresAt: string;
  readonly credential: CredentialRef;
  /** True where it cannot pay now, and the user will be asked whether another may. */
  readonly asks: boolean;
}

/** One call of a program with a lease, or why it may not be made. */
export type LeaseCall =
  /** `unanswered`: what it is answered where it ends before it has an answer. */
  { readonly query: BoundQuery; fitsTwice(): boolean; unanswered(): Refused; done(): void } | Refused;

/** A lease as the gateway meets it. */
export interface OpenLease {
  /** After a restart, until the process that holds it is back or it has ended: no call may begin before. Otherwise null. */
  readonly ready: Promise<void> | null;
  /** @param asked of a model call; null for what costs nothing */
  begin(headers: IncomingHttpHeaders, asked: BoundedRequest | null): LeaseCall;
}

/** A lease that has ended. */
export interface EndedLease {
  /** Why, and what helps; in sentences. */
  readonly why: string;
}

/** Secrets of programs that Postern did not start itself: in memory only, each with an end, a cap and receipts. Held ones outlive a restart. */
export interface Leases {
  /** @throws InvalidRequestError where no credential could pay for it now, under the reason */
  open(request: LeaseRequest): Promise<GrantedLease>;
  list(): readonly Lease[];
  /** Ends its calls, writes its receipts and forgets its secret. @throws InvalidRequestError `not_found` */
  end(leaseId: string): Lease;
  /** Answers a question of one of them. False where there is no such question. */
  answer(requestId: string, answer: FallbackAnswer): boolean;
  /**
   * Ties a lease that was asked for as `held` to one more connection; others take no notice.
   * @returns to be called once, when the connection has closed
   * @throws InvalidRequestError `not_found`, `too_many_requests`
   */
  hold(leaseId: string): () => void;
  /** Null for a secret of no lease. */
  withSecret(secret: string): OpenLease | EndedLease | null;
  /**
   * Takes up again what was held when Postern last ran, with what it has cost; where the gateway has another port now, it is over.
   * @throws StoreError
   */
  restore(): void;
  /** Postern ends: receipts are written, and what is held may be taken up again. */
  closeAll(): void;
}
