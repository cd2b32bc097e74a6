import type { ErrorCode, Lease, Receipt } from '@postern/contract';
import type { Clock } from '../credentials/index.ts';
import { mostOfCall, nanoDollars, turnCost, usdOf } from '../ledger/index.ts';
import type { PaidCall, QueryListener } from '../selection/index.ts';
import type { BoundedRequest } from './call-bound.ts';

/** What a lease may cost, has cost, and for which sessions. */
export interface LeaseAccount {
  /** A call before it is sent. @param session of the program, as it names it; @param asked null for what costs nothing */
  admit(session: string | string[] | undefined, asked: BoundedRequest | null): AdmittedCall | RefusedCall;
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
  readonly beganAtMs: number;
  readonly calls: PaidCall[];
}

/** Further ones share the lease's own receipt. */
const mostSessions = 1000;

/** Every dollar at list prices, under any credential: what one lease may cost must not depend on which credential happens to work. */
export function createLeaseAccount(lease: {
  readonly leaseId: string;
  readonly capUsd: number | null;
  readonly model: string | null;
  readonly clock: Clock;
}): LeaseAccount {
  const { leaseId, capUsd, model, clock } = lease;
  const sessions = new Map<string, Session>();
  let spentNano = 0;
  /** Of calls under way: the most they may cost. */
  let reservedNano = 0;
  let calls = 0;

  function sessionOf(named: string | string[] | undefined): Session {
    const isName = typeof named === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(named);
    const name = isName && (sessions.has(named) || sessions.size < mostSessions) ? named : '';
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const session: Session = {
      queryId: name === '' ? `lease-${leaseId}` : `lease-${leaseId}-${name}`,
      conversationId: name === '' ? leaseId : name,
      beganAtMs: clock(),
      calls: [],
    };
    sessions.set(name, session);
    return session;
  }

  return {
    admit(named, asked) {
      const session = sessionOf(named);
      if (asked !== null && model !== null && asked.model !== model)
        return { code: 'lease_model_mismatch', detail: `It is for ${model}.` };
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
      };
      return {
        queryId: session.queryId,
        conversationId: session.conversationId,
        listener: { ...deaf, onPaidCall },
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
          },
        ];
      }),
    standing: () => ({ capUsd, model, calls, spentUsd: usdOf(spentNano) }),
  };
}

/** No user listens behind another program: a question means no, and the rest is in the answer it gets. */
const deaf: Omit<QueryListener, 'onPaidCall'> = {
  ask: async () => 'no',
  onSwitch: () => undefined,
  onUsageLimit: () => undefined,
  onGivenUp: () => undefined,
  onPassedThrough: () => undefined,
};

function capDetail(capUsd: number, spent: number, reserved: number, most: number): string {
  const usd = (nano: number): string => `$${usdOf(nano).toFixed(4)}`;
  return `The lease may cost $${capUsd}: spent ${usd(spent)}, under way ${usd(reserved)}, and this call may cost ${usd(most)}.`;
}
