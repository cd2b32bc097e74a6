import type { IncomingHttpHeaders } from 'node:http';
import type { CapScope, ErrorCode, Lease, Receipt } from '@postern/contract';
import type { Clock } from '../../credentials/index.ts';
import {
  type LeaseSpend,
  localDate,
  mostOfCall,
  nanoDollars,
  queryIdOfLease,
  turnCost,
  usdOf,
} from '../../ledger/index.ts';
import {
  type FallbackAnswer,
  type FallbackQuestion,
  type PaidCall,
  type QueryListener,
  type QueryState,
  questionOver,
} from '../../selection/index.ts';
import type { BoundedRequest } from '../call-bound.ts';
import { callerOf, createSubagents, type Subagents } from './lease-callers.ts';

/** What a lease may cost, has cost, and for which sessions. */
export interface LeaseAccount {
  /** A call before it is sent. @param headers tell session and sub-agent; @param asked null for what costs nothing */
  admit(headers: IncomingHttpHeaders, asked: BoundedRequest | null): AdmittedCall | RefusedCall;
  /** One for each session of the program that paid. */
  receipts(): readonly Omit<Receipt, 'id' | 'at'>[];
  standing(): Pick<Lease, 'capUsd' | 'model' | 'calls' | 'spentUsd'>;
}

/** It may be sent. */
export interface AdmittedCall {
  readonly queryId: string;
  /** The session of the program, or the lease. */
  readonly conversationId: string;
  readonly listener: QueryListener;
  /** What the user has allowed for this session counts for this call too. */
  recall(query: Pick<QueryState, 'consents' | 'raisedCaps'>): void;
  /** Whether the cap has room for it once more, where its answer breaks off and counts with the most it may have cost. */
  fitsTwice(): boolean;
  /** It is over, paid or not. */
  settle(): void;
}

/** It must not be sent. */
export interface RefusedCall {
  readonly code: ErrorCode;
  readonly detail: string | null;
}

interface Session {
  readonly queryId: string;
  readonly conversationId: string;
  /** As the program names it. */
  readonly name: string | null;
  readonly beganAtMs: number;
  readonly subagents: Subagents;
  readonly calls: PaidCall[];
  readonly consents: Set<string>;
  /** Caps that the user lifted, with the day or month for which they did. */
  readonly raisedCaps: Map<CapScope, string>;
  /** What was answered with no, by what was asked: until then (Unix ms) it is not asked again. */
  readonly declined: Map<string, number>;
}

/** A program tries again at once: the same question would come back as long as it does. */
const noHoldsMs = 10 * 60_000;

/** Further ones share the lease's own receipt. */
const mostSessions = 1000;

/** Every dollar at list prices, under any credential: what one lease may cost must not depend on which credential happens to work. */
export function createLeaseAccount(lease: {
  readonly leaseId: string;
  readonly label: string;
  readonly capUsd: number | null;
  readonly model: string | null;
  readonly clock: Clock;
  /** What it had cost when it was taken up again after a restart; default: nothing. */
  readonly already?: LeaseSpend | undefined;
  /** @param session the conversation that it is about */
  readonly ask: (session: string, question: FallbackQuestion, signal: AbortSignal) => Promise<FallbackAnswer>;
}): LeaseAccount {
  const { leaseId, label, capUsd, model, clock, already = { calls: 0, nano: 0 } } = lease;
  const sessions = new Map<string, Session>();
  let spentNano = already.nano;
  /** Of calls under way: the most they may cost. */
  let reservedNano = 0;
  let calls = already.calls;

  function sessionOf(named: string | null): Session {
    const name = named !== null && (sessions.has(named) || sessions.size < mostSessions) ? named : '';
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const session: Session = {
      queryId: queryIdOfLease(leaseId, name === '' ? null : name),
      conversationId: name === '' ? leaseId : name,
      name: name === '' ? null : name,
      beganAtMs: clock(),
      subagents: createSubagents(),
      calls: [],
      consents: new Set(),
      raisedCaps: new Map(),
      declined: new Map(),
    };
    sessions.set(name, session);
    return session;
  }

  /** A session may last for days: a cap that is lifted is that of its day or month, not every later one. */
  function periodNow(scope: CapScope): string {
    const date = localDate(clock());
    return { turn: '', workspace: date, day: date, month: date.slice(0, 7) }[scope];
  }

  /** A yes holds for the session, as it does for a turn elsewhere, and at a cap for its period; a no for a while. */
  async function ask(
    session: Session,
    question: FallbackQuestion,
    signal: AbortSignal,
  ): Promise<FallbackAnswer> {
    const { to, spend } = question;
    const subject = spend === undefined ? `payer ${to.id}` : `cap ${spend.scope}`;
    if (clock() < (session.declined.get(subject) ?? 0)) return 'no';
    const answer = await lease.ask(session.conversationId, question, signal);
    // A call that went away has answered nothing.
    const hasAnswer = !signal.aborted || signal.reason === questionOver;
    if (answer === 'no' && hasAnswer) session.declined.set(subject, clock() + noHoldsMs);
    if (answer === 'no') return answer;
    if (spend === undefined) session.consents.add(to.id);
    else session.raisedCaps.set(spend.scope, periodNow(spend.scope));
    return answer;
  }

  return {
    admit(headers, asked) {
      const caller = callerOf(headers);
      const session = sessionOf(caller.session);
      if (asked !== null && model !== null && !isFor(model, asked))
        return { code: 'lease_model_mismatch', detail: `It is for ${model}, in fallbacks and tools too.` };
      const mostNano = asked === null ? 0 : mostOfCall(asked.bound).nano;
      if (capUsd !== null && spentNano + reservedNano + mostNano > nanoDollars(capUsd))
        return { code: 'spend_cap_reached', detail: capDetail(capUsd, spentNano, reservedNano, mostNano) };
      reservedNano += mostNano;
      let isSettled = false;
      const onPaidCall = (call: PaidCall): void => {
        calls += 1;
        // A call without reported usage counts as the most that it may have cost.
        spentNano += nanoDollars((call.costUsd ?? 0) + call.notReportedUsd);
        session.calls.push(call);
        session.subagents.paid(caller, call);
      };
      return {
        queryId: session.queryId,
        conversationId: session.conversationId,
        listener: {
          ...deaf,
          onPaidCall,
          ask: (question, signal) => ask(session, question, signal),
        },
        recall({ consents, raisedCaps }) {
          for (const id of session.consents) consents.add(id);
          for (const [scope, period] of session.raisedCaps)
            if (period === periodNow(scope)) raisedCaps.add(scope);
        },
        fitsTwice: () => capUsd === null || spentNano + reservedNano + mostNano <= nanoDollars(capUsd),
        settle() {
          if (isSettled) return;
          isSettled = true;
          reservedNano -= mostNano;
        },
      };
    },
    receipts: () =>
      [...sessions.values()].flatMap((session): Omit<Receipt, 'id' | 'at'>[] => {
        if (session.calls.length === 0) return [];
        return [
          {
            queryId: session.queryId,
            conversationId: session.conversationId,
            model: session.calls.at(-1)?.model ?? null,
            outcome: 'completed',
            ...turnCost(0, session.calls),
            durationMs: Math.max(0, Math.round(clock() - session.beganAtMs)),
            lease: { leaseId, label, session: session.name },
            ...session.subagents.ofReceipt(),
          },
        ];
      }),
    standing: () => ({ capUsd, model, calls, spentUsd: usdOf(spentNano) }),
  };
}

/** Fallbacks and tools that the service runs may name models of their own. */
function isFor(model: string, { model: first, bound }: BoundedRequest): boolean {
  return first === model && bound.models.every((each) => each === model);
}

/** Another program hears nothing of these: the rest is in the answer it gets. */
const deaf: Omit<QueryListener, 'onPaidCall' | 'ask'> = {
  onSwitch: () => undefined,
  onUsageLimit: () => undefined,
  onGivenUp: () => undefined,
  onPassedThrough: () => undefined,
};

function capDetail(capUsd: number, spent: number, reserved: number, most: number): string {
  const usd = (nano: number): string => `$${usdOf(nano).toFixed(4)}`;
  return `The lease may cost $${capUsd}: spent ${usd(spent)}, under way ${usd(reserved)}, and this call may cost ${usd(most)}.`;
}
