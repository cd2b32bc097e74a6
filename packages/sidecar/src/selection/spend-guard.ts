import { setTimeout as sleep } from 'node:timers/promises';
import type { CapScope, CredentialRef, ErrorCode, FallbackPolicy, TokenUsage } from '@postern/contract';
import type { ChoiceReason } from '../credentials/index.ts';
import { Failure, loggableError } from '../errors/index.ts';
import {
  type BilledUsage,
  type CallBound,
  type CapExceeded,
  type CapRemainder,
  type Caps,
  capsOf,
  type Ledger,
  mostOfCall,
  nanoDollars,
  priceOfCall,
  type ReservedCall,
  usdOf,
} from '../ledger/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import { capReachedWords } from './cap-words.ts';
import type { QueryScope } from './query.ts';
import type { QueryState } from './query-state.ts';
import { type SharedQuestions, watchQuestion } from './shared-questions.ts';
import type { SpendConsents } from './spend-consents.ts';
import { createUnkept } from './unkept.ts';

/** A model call that a credential was chosen for, before it is sent. */
export interface CallToSend {
  readonly credential: CredentialRef;
  readonly reason: ChoiceReason;
  /** What would pay if all were well. */
  readonly preferred: CredentialRef;
  readonly model: string | null;
  readonly bound: CallBound;
  /** It stands for all calls of a program that pays on its own: it takes what is left under the caps. */
  readonly takesRemainder?: boolean;
}

/** How a call ended, for the ledger. */
export type CallEnd =
  /** Its usage is known, at least in part. */
  | {
      readonly type: 'used';
      readonly model: string | null;
      readonly usage: BilledUsage;
      /** Of an answer that was cut off: more tokens that may have been made than it said. 0 for a whole one. */
      readonly unsaidTokens: number;
    }
  /** All that it stands for, priced by the program that made it. US dollars; `openUsd`: more that it may have cost. */
  | {
      readonly type: 'priced';
      readonly model: string | null;
      readonly usage: TokenUsage;
      readonly costUsd: number;
      readonly openUsd: number;
    }
  /** Figures that cannot be: what was reserved counts. */
  | { readonly type: 'absurd'; readonly model: string | null; readonly usage: BilledUsage }
  /** It was sent without reported usage. */
  | { readonly type: 'not_reported' }
  /** It was refused, or never left. */
  | { readonly type: 'not_charged' };

/** What a call cost in the end. US dollars. */
export interface EndedCall {
  readonly costUsd: number;
  readonly notReportedUsd: number;
  /** False where it had been ended before. */
  readonly isFirst: boolean;
  /** Settles when its end is in the ledger, or is known to have to wait; never rejects. */
  readonly kept: Promise<void>;
}

/** A call that may be sent now. It is in the ledger with the most that it may cost until it is ended; ended twice, the first counts. */
export interface AdmittedCall {
  /** The cap that it took the remainder of; null: none holds for it, or it took what one call may cost. */
  readonly remainder: CapRemainder | null;
  end(end: CallEnd): EndedCall;
}

/** Sent, not to be sent under a code, or no longer wanted. */
export type Admission =
  | { readonly do: 'send'; readonly call: AdmittedCall }
  | { readonly do: 'stop'; readonly code: ErrorCode; readonly detail: string | null }
  | { readonly do: 'aborted' };

/** Lets a model call go only where the most it may cost fits under every cap, or the user says yes. */
export interface SpendGuard {
  /** US dollars, more than 0, that a turn of this scope may cost with a credential before it meets a cap; null: none holds, or nothing is left. */
  remainderUsd(scope: QueryScope, credential: CredentialRef): number | null;
  admit(query: QueryState, call: CallToSend, signal: AbortSignal): Promise<Admission>;
}

/** What the guard works with. */
export interface SpendGuardDeps {
  readonly ledger: Pick<Ledger, 'calls'>;
  readonly settings: Pick<SettingsStore, 'read'>;
  readonly consents: SpendConsents;
  readonly questions: SharedQuestions;
  /** How long a call waits for others to end that leave too little room, before the user is asked. */
  readonly roomPatienceMs: number;
  readonly log: (line: string) => void;
}

const lookAgainMs = 25;

/** Over the ledger's calls. A disk that cannot keep a call does not get it sent. */
export function createSpendGuard(deps: SpendGuardDeps): SpendGuard {
  const { calls } = deps.ledger;
  /** Calls of this process that have not ended: their reservations are released when they end. */
  let inFlight = 0;
  const unkept = createUnkept(deps.log);

  function admitted(query: QueryState, call: CallToSend, reserved: ReservedCall): AdmittedCall {
    inFlight += 1;
    let ended: EndedCall | null = null;
    return {
      remainder: reserved.remainder,
      end(end) {
        if (ended !== null) return { ...ended, isFirst: false };
        inFlight -= 1;
        const write = (): void => keep(end, call, reserved);
        // Until then it stays reserved with the most it may cost: nothing is lost from the caps.
        const kept = calls
          .together(write, false)
          .catch((error) => unkept.keep(`the end of a call of ${query.queryId}`, write, error));
        ended = { ...endedCall(end, call, reserved), isFirst: true, kept };
        return ended;
      },
    };
  }

  function keep(end: CallEnd, call: CallToSend, reserved: ReservedCall): void {
    if (end.type === 'not_charged') {
      calls.release(reserved);
      return;
    }
    if (end.type === 'not_reported') {
      calls.leaveStanding(reserved);
      return;
    }
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = end.usage;
    const usage = { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens };
    calls.settle(reserved, { ...costsOf(end, call, reserved.mostNano), usage, model: end.model });
  }

  return {
    remainderUsd(scope, credential) {
      const { workspace = '' } = scope;
      const caps = capsNow(scope);
      const call = {
        ...{ queryId: '', conversationId: '', workspace, credential, reason: 'preferred', model: null },
      };
      const remainder = calls.remainder(call, caps, deps.consents.today(workspace));
      return remainder === null || remainder.leftNano === 0 ? null : usdOf(remainder.leftNano);
    },
    async admit(query, call, signal) {
      const { credential, reason, model, takesRemainder = false } = call;
      const { conversationId = '', workspace = '' } = query.scope;
      const most = mostOfCall(call.bound);
      const request = {
        queryId: query.queryId,
        conversationId,
        workspace,
        credential,
        reason,
        model,
        takesRemainder,
      };
      if (takesRemainder) for (const scope of deps.consents.today(workspace)) query.raisedCaps.add(scope);
      const giveUpAt = performance.now() + deps.roomPatienceMs;
      while (!signal.aborted) {
        const caps = capsNow(query.scope);
        let outcome: ReservedCall | CapExceeded;
        try {
          const reserving = { ...request, mostNano: most.nano };
          outcome = await calls.together(() => calls.reserve(reserving, caps, query.raisedCaps), true);
        } catch (error) {
          return notKept(error, deps.log);
        }
        if ('id' in outcome) return { do: 'send', call: admitted(query, call, outcome) };
        if (query.declinedCap !== null) return capReached(outcome);
        // Looked up where it is needed only: this lies in the way of every call.
        if (deps.consents.today(workspace).has(outcome.scope)) {
          query.raisedCaps.add(outcome.scope);
          continue;
        }
        if (inFlight > 0 && wouldFitAlone(outcome) && performance.now() < giveUpAt) {
          await sleep(lookAgainMs);
          continue;
        }
        await ask(query, call, outcome, most.unknownModel, signal);
        if (query.declinedCap !== null) return capReached(outcome);
      }
      return { do: 'aborted' };
    },
  };

  function capsNow({ policy }: QueryScope): Caps {
    return capsOf(capsWith(deps.settings.read().fallback, policy));
  }

  /** Until it is answered, its cap was raised or lifted elsewhere, or the call is no longer wanted. */
  async function ask(
    query: QueryState,
    { credential, preferred }: CallToSend,
    exceeded: CapExceeded,
    unknownModel: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    const { scope, capUsd } = exceeded;
    const question = {
      from: preferred,
      to: credential,
      reason: 'spend_cap_reached' as const,
      capUsd,
      spend: exceeded,
      unknownModel,
    };
    const { workspace = '' } = query.scope;
    using watch = watchQuestion(() => {
      const isSame = (capsNow(query.scope)[scope] ?? null) === capUsd;
      return isSame && !deps.consents.today(workspace).has(scope) ? 'open' : 'settled';
    });
    const isOver = AbortSignal.any([signal, watch.signal]);
    await deps.questions.put(query, `cap ${scope} ${capUsd}`, question, isOver, (answer) => {
      if (answer === 'no') query.declinedCap = scope;
      else query.raisedCaps.add(scope);
      if (answer === 'today') remember(scope, workspace);
    });
  }

  function remember(scope: CapScope, workspace: string): void {
    try {
      deps.consents.allowToday(scope, workspace);
    } catch (error) {
      // The yes holds for this turn; the user is asked again in the next one.
      deps.log(`consent not kept: ${loggableError(error)}`);
    }
  }
}

function endedCall(
  end: CallEnd,
  call: CallToSend,
  { mostNano }: ReservedCall,
): Omit<EndedCall, 'isFirst' | 'kept'> {
  if (end.type === 'not_charged') return { costUsd: 0, notReportedUsd: 0 };
  if (end.type === 'not_reported') return { costUsd: 0, notReportedUsd: usdOf(mostNano) };
  const { costNano, openNano } = costsOf(end, call, mostNano);
  return { costUsd: usdOf(costNano), notReportedUsd: usdOf(openNano) };
}

function costsOf(
  end: Extract<CallEnd, { type: 'used' | 'priced' | 'absurd' }>,
  { model }: CallToSend,
  mostNano: number,
): { readonly costNano: number; readonly openNano: number } {
  if (end.type === 'priced')
    return { costNano: nanoDollars(end.costUsd), openNano: nanoDollars(end.openUsd) };
  if (end.type === 'absurd') return { costNano: mostNano, openNano: 0 };
  const { nano } = priceOfCall(end.usage, end.model, model);
  if (end.unsaidTokens === 0) return { costNano: nano, openNano: 0 };
  const outputTokens = end.usage.outputTokens + end.unsaidTokens;
  const withUnsaid = priceOfCall({ ...end.usage, outputTokens }, end.model, model).nano;
  return { costNano: nano, openNano: Math.max(0, Math.min(withUnsaid, mostNano) - nano) };
}

/** A query's own cap does not lift the one in the settings. */
function capsWith(policy: FallbackPolicy, own: Partial<FallbackPolicy> = {}): FallbackPolicy {
  const turn = [policy.capUsdPerTurn, own.capUsdPerTurn].filter((cap) => cap != null);
  return turn.length === 0 ? policy : { ...policy, capUsdPerTurn: Math.min(...turn) };
}

/** Whether only other calls stand in its way. */
function wouldFitAlone({ capUsd, spentUsd, thisCallAtMostUsd }: CapExceeded): boolean {
  return spentUsd + thisCallAtMostUsd <= capUsd;
}

function capReached(exceeded: CapExceeded): Admission {
  return { do: 'stop', code: 'spend_cap_reached', detail: capReachedWords(exceeded) };
}

function notKept(error: unknown, log: (line: string) => void): Admission {
  log(`a call was not written down, so it was not sent: ${loggableError(error)}`);
  const code = error instanceof Failure ? error.code : 'internal_error';
  return { do: 'stop', code, detail: 'The call could not be written into the ledger, so it was not sent.' };
}
