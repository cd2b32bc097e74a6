import { randomUUID } from 'node:crypto';
import type { LeaseQuestion } from '@postern/contract';
import { type Clock, instant, type Report } from '../../credentials/index.ts';
import { type FallbackAnswer, type FallbackQuestion, settledElsewhere } from '../../selection/index.ts';

/** Which program asks, and for which of its sessions. */
export interface LeaseAsker {
  readonly leaseId: string;
  readonly label: string;
  /** Its conversation; calls of one session share a question. */
  readonly session: string;
}

/** Questions of programs with a lease: they have no user of their own, so every window is asked, and no answer means no. */
export interface LeaseQuestions {
  /** Waits for the answer; `signal` says that this call no longer does. With the last call the question is withdrawn. Never rejects. */
  ask(asker: LeaseAsker, question: FallbackQuestion, signal: AbortSignal): Promise<FallbackAnswer>;
  /** False where there is no such question. */
  answer(requestId: string, answer: FallbackAnswer): boolean;
  /** Those that wait, oldest first. */
  of(leaseId: string): readonly LeaseQuestion[];
  /** The lease has ended: no to all of them. */
  close(leaseId: string): void;
}

interface Waiting {
  readonly question: LeaseQuestion;
  readonly answered: Promise<FallbackAnswer>;
  readonly settle: (answer: FallbackAnswer) => void;
  calls: number;
}

/** @param deps.expiresAfterMs an unanswered question means no after this long */
export function createLeaseQuestions(deps: {
  readonly report: Report;
  readonly clock: Clock;
  readonly expiresAfterMs: number;
}): LeaseQuestions {
  /** By what is asked, of which session. */
  const waiting = new Map<string, Waiting>();

  function begin(key: string, asker: LeaseAsker, asked: FallbackQuestion): Waiting {
    const { promise, resolve } = Promise.withResolvers<FallbackAnswer>();
    const question = viewOf(asker, asked, instant(deps.clock() + deps.expiresAfterMs));
    const timer = setTimeout(() => settle('no'), deps.expiresAfterMs).unref();
    const settle = (answer: FallbackAnswer): void => {
      clearTimeout(timer);
      if (!waiting.delete(key)) return;
      const { requestId, leaseId } = question;
      deps.report({ type: 'lease_question_closed', requestId, leaseId, allowed: answer !== 'no' });
      resolve(answer);
    };
    const begun = { question, answered: promise, settle, calls: 0 };
    waiting.set(key, begun);
    deps.report({ type: 'lease_question', question });
    return begun;
  }

  return {
    async ask(asker, asked, signal) {
      if (signal.aborted) return 'no';
      const key = JSON.stringify([
        asker.leaseId,
        asker.session,
        asked.to.id,
        asked.spend?.scope,
        asked.spend?.capUsd,
      ]);
      const one = waiting.get(key) ?? begin(key, asker, asked);
      one.calls += 1;
      const left = Promise.withResolvers<FallbackAnswer>();
      const leave = (): void => left.resolve('no');
      signal.addEventListener('abort', leave, { once: true });
      const answer = await Promise.race([one.answered, left.promise]);
      signal.removeEventListener('abort', leave);
      one.calls -= 1;
      if (signal.aborted && one.calls === 0) one.settle(signal.reason === settledElsewhere ? 'once' : 'no');
      return answer;
    },
    answer(requestId, answer) {
      const one = [...waiting.values()].find(({ question }) => question.requestId === requestId);
      one?.settle(answer);
      return one !== undefined;
    },
    of: (leaseId) =>
      [...waiting.values()].map(({ question }) => question).filter((each) => each.leaseId === leaseId),
    close(leaseId) {
      for (const one of [...waiting.values()]) if (one.question.leaseId === leaseId) one.settle('no');
    },
  };
}

function viewOf(
  { leaseId, label }: LeaseAsker,
  { from, to, reason, capUsd, spend, unknownModel }: FallbackQuestion,
  expiresAt: string,
): LeaseQuestion {
  return {
    ...{ requestId: randomUUID(), leaseId, label },
    ...{ from, to, reason, payer: to.payer, capUsd, expiresAt },
    ...spend,
    ...(unknownModel == null ? {} : { unknownModel }),
  };
}
