import { hash, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { credentialKinds, type Lease } from '@postern/contract';
import { type Clock, instant } from '../../credentials/index.ts';
import { InvalidRequestError } from '../../errors/index.ts';
import { LateWrites, type LeaseSpend, type Ledger } from '../../ledger/index.ts';
import { Secret } from '../../secret/index.ts';
import { isDelegatedKind, type QueryScope, type Selection } from '../../selection/index.ts';
import { type BoundQuery, createBoundQuery } from '../bound-query.ts';
import type { BoundedRequest } from '../call-bound.ts';
import { createEndedLeases, type LeaseEnd, unknownLease } from './ended-leases.ts';
import type { KeptLease, KeptLeases } from './kept-leases.ts';
import { createLeaseAccount, type LeaseAccount } from './lease-account.ts';
import { createLeaseHold, type LeaseHold } from './lease-hold.ts';
import type { LeaseQuestions } from './lease-questions.ts';
import type { GrantedLease, LeaseCall, Leases } from './leases.ts';

/** What leases are made with. */
export interface LeasesDeps {
  readonly selection: Pick<Selection, 'openQuery' | 'choose' | 'candidates' | 'delegated'>;
  readonly ledger: Pick<Ledger, 'addReceipt' | 'leaseSpend' | 'forgetLease'>;
  readonly questions: LeaseQuestions;
  readonly kept: KeptLeases;
  /** Of the gateway, once it listens. */
  readonly port: () => number;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** How long a lease that is held may be without a connection. Default: 10 s. */
  readonly graceMs?: number;
}

interface Entry {
  readonly leaseId: string;
  /** Held, so that it is taken out of every log and error while the lease holds; after a restart not known before its first call. */
  secret: Secret | null;
  readonly label: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly account: LeaseAccount;
  readonly scope: QueryScope;
  readonly running: Set<BoundQuery>;
  readonly timer: NodeJS.Timeout;
  readonly hold: LeaseHold;
  /** Of its secret. */
  readonly hash: string;
  /** It is written down, to go on after a restart. */
  readonly isKept: boolean;
  /** Settled once the process that holds it is back after a restart; null: it never was away. */
  awaited: PromiseWithResolvers<void> | null;
}

/** What an entry is made from. */
interface NewEntry extends Omit<KeptLease, 'port'> {
  readonly secret: Secret | null;
  readonly held: boolean;
  readonly already?: LeaseSpend | undefined;
}

const prefix = 'postern-lease-';
const daySeconds = 86_400;
/** More is a program that leaks them. */
const mostLeases = 1000;
/** A connection that was lost is back by then: a client waits at most 5 s between two attempts. */
const usualGraceMs = 10_000;
/** Longer after a restart: the sidecar itself cannot be reached at once. */
const usualReturnMs = 30_000;

/** Builds it; nothing is read or written before the first lease. */
export function createLeases(deps: LeasesDeps): Leases {
  const { selection, clock, kept, ledger } = deps;
  const lateWrites = new LateWrites(deps.log);
  const byId = new Map<string, Entry>();
  /** By the hash of their secret: how long a look takes says nothing of a secret that is close to a real one. */
  const byHash = new Map<string, Entry>();
  const ended = createEndedLeases();

  /** Sign-ins of other programs stay where they are: in the order they count, and stop it where they would have to pay. */
  function scopeOf(first: string | null): QueryScope {
    return {
      first,
      delegated: () =>
        selection.delegated
          .candidates()
          .map((each) => (each.usable ? { ...each, usable: false, reason: 'not_for_other_programs' } : each)),
    };
  }

  /** @throws InvalidRequestError */
  async function payerNow(scope: QueryScope): Promise<Pick<GrantedLease, 'credential' | 'asks'>> {
    const next = await selection.choose({ dryRun: true, scope });
    if ('code' in next) throw new InvalidRequestError(next.code);
    return { credential: next.credential, asks: next.asks };
  }

  /** @param end null: Postern ends, and the lease may go on after that */
  function close(entry: Entry, end: LeaseEnd | null): Lease {
    // First of all: whatever fails from here on, it does not come back.
    if (entry.isKept && end !== null) kept.remove(entry.leaseId);
    const goesOn = end === null;
    byId.delete(entry.leaseId);
    byHash.delete(entry.hash);
    if (end !== null) ended.add(entry.hash, end);
    clearTimeout(entry.timer);
    entry.hold.close();
    entry.awaited?.resolve();
    // What was under way is still paid for, and is reported before the receipts are written.
    for (const query of entry.running) query.end();
    entry.running.clear();
    deps.questions.close(entry.leaseId);
    for (const receipt of entry.account.receipts())
      lateWrites.write(() => ledger.addReceipt({ ...receipt, goesOn }));
    if (!goesOn) ledger.forgetLease(entry.leaseId);
    return viewOf(entry);
  }

  function begin(entry: Entry, headers: IncomingHttpHeaders, asked: BoundedRequest | null): LeaseCall {
    // It may have ended while the request came in.
    if (!byId.has(entry.leaseId)) return { code: 'lease_ended', detail: ended.why(entry.hash) };
    const admitted = entry.account.admit(headers, asked);
    if ('code' in admitted) return admitted;
    const { queryId, conversationId, listener, recall, fitsTwice, settle } = admitted;
    // Chosen again for each call: a credential that works again is used again, however long the lease holds.
    const { state } = selection.openQuery(queryId, listener, { ...entry.scope, conversationId });
    recall(state);
    const query = createBoundQuery(state);
    entry.running.add(query);
    return {
      query,
      fitsTwice,
      unanswered: () => ended.unanswered(entry.hash),
      done() {
        entry.running.delete(query);
        settle();
      },
    };
  }

  function add({ secret, held, already, ...lease }: NewEntry): Entry {
    const { leaseId, hash, label, createdAtMs, expiresAtMs, capUsd, model, credential } = lease;
    const { graceMs = usualGraceMs } = deps;
    const entry: Entry = {
      ...{ leaseId, hash, secret, label, createdAtMs, expiresAtMs, isKept: held, awaited: null },
      scope: scopeOf(credential),
      running: new Set(),
      timer: setTimeout(() => close(entry, 'expired'), expiresAtMs - clock()).unref(),
      hold: createLeaseHold({
        graceMs: held ? graceMs : null,
        ...(already === undefined ? {} : { firstMs: deps.graceMs ?? usualReturnMs }),
        onAbandoned: () => close(entry, 'abandoned'),
      }),
      account: createLeaseAccount({
        ...{ leaseId, label, capUsd, model, clock, already },
        ask: (session, question, signal) => deps.questions.ask({ leaseId, label, session }, question, signal),
      }),
    };
    byId.set(leaseId, entry);
    byHash.set(hash, entry);
    return entry;
  }

  function viewOf({ leaseId, label, createdAtMs, expiresAtMs, account }: Entry): Lease {
    return {
      ...{ leaseId, label },
      createdAt: instant(createdAtMs),
      expiresAt: instant(expiresAtMs),
      ...account.standing(),
      questions: [...deps.questions.of(leaseId)],
    };
  }

  return {
    async open({ label, credential, capUsd, model, ttlSeconds = daySeconds, held = false }) {
      if (byId.size >= mostLeases) throw new InvalidRequestError('too_many_requests');
      if (credential !== undefined) await refuseUnfit(credential);
      const scope = scopeOf(credential ?? null);
      const payer = await payerNow(scope);
      const leaseId = randomUUID();
      const secret = new Secret(`${prefix}${randomBytes(32).toString('base64url')}`);
      const createdAtMs = clock();
      const expiresAtMs = createdAtMs + ttlSeconds * 1000;
      const facts = {
        ...{ leaseId, hash: hashOf(secret.reveal()), label, createdAtMs, expiresAtMs },
        ...{ capUsd: capUsd ?? null, model: model ?? null, credential: credential ?? null },
      };
      add({ ...facts, secret, held });
      if (held) kept.add({ ...facts, port: deps.port() });
      return { leaseId, secret: secret.reveal(), expiresAt: instant(expiresAtMs), ...payer };
    },
    list: () => [...byId.values()].map(viewOf).toReversed(),
    answer: (requestId, answer) => deps.questions.answer(requestId, answer),
    end(leaseId) {
      const entry = byId.get(leaseId);
      if (entry === undefined) throw noSuchLease();
      return close(entry, 'told');
    },
    hold(leaseId) {
      const entry = byId.get(leaseId);
      if (entry === undefined) throw noSuchLease();
      const release = entry.hold.hold();
      entry.awaited?.resolve();
      entry.awaited = null;
      return release;
    },
    withSecret(secret) {
      const hash = hashOf(secret);
      const entry = byHash.get(hash);
      if (entry !== undefined && entry.expiresAtMs <= clock()) close(entry, 'expired');
      const why = ended.why(hash);
      if (why !== null) return { why };
      if (entry === undefined) return secret.startsWith(prefix) ? { why: unknownLease } : null;
      entry.secret ??= new Secret(secret);
      return {
        ready: entry.awaited?.promise ?? null,
        begin: (headers, asked) => begin(entry, headers, asked),
      };
    },
    restore() {
      for (const { port, ...lease } of kept.all()) {
        const isLate = lease.expiresAtMs <= clock();
        if (!isLate && port === deps.port()) {
          const already = ledger.leaseSpend(lease.leaseId);
          add({ ...lease, already, secret: null, held: true }).awaited = Promise.withResolvers<void>();
        } else {
          kept.remove(lease.leaseId);
          ledger.forgetLease(lease.leaseId);
          ended.add(lease.hash, isLate ? 'expired' : 'told');
          if (!isLate) deps.log(`a lease is over: the gateway could not have port ${port} again`);
        }
      }
    },
    closeAll() {
      for (const entry of byId.values()) close(entry, entry.isKept ? null : 'told');
      lateWrites.close();
    },
  };

  /** @throws InvalidRequestError `not_for_other_programs` whether or not that is signed in, `credential_not_found` */
  async function refuseUnfit(id: string): Promise<void> {
    if (credentialKinds.some((kind) => isDelegatedKind(kind) && id.startsWith(`${kind}:`)))
      throw new InvalidRequestError('not_for_other_programs');
    if (!(await selection.candidates()).some(({ ref }) => ref.id === id))
      throw new InvalidRequestError('credential_not_found');
  }
}

function hashOf(secret: string): string {
  return hash('sha256', secret, 'base64');
}

function noSuchLease(): InvalidRequestError {
  return new InvalidRequestError('not_found', 'There is no such lease. It may have ended.');
}
