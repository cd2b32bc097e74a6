import type { Choice } from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import type { FallbackConsents } from './fallback-consents.ts';
import type { FallbackAnswer } from './query.ts';
import type { QueryState } from './query-state.ts';

/** The policy says: ask. */
export type AskChoice = Extract<Choice, { do: 'ask' }>;

/** Puts the policy's question to the person and settles the answer in the query. */
export interface FallbackQuestions {
  /** Waits for the answer; requests of one query that need the same one share a question. Never throws. */
  settle(query: QueryState, choice: AskChoice, capUsd: number | null, signal: AbortSignal): Promise<void>;
}

interface Waiting {
  readonly answered: Promise<void>;
  readonly withdrawal: AbortController;
  requests: number;
}

/** @param deps.expiresAfterMs an unanswered question means no after this long */
export function createFallbackQuestions(deps: {
  readonly consents: FallbackConsents;
  readonly expiresAfterMs: number;
  readonly log: (line: string) => void;
}): FallbackQuestions {
  const waitingOf = new WeakMap<QueryState, Map<string, Waiting>>();

  async function put(
    query: QueryState,
    choice: AskChoice,
    capUsd: number | null,
    withdrawal: AbortController,
  ): Promise<void> {
    const { from, to, reason, pastCap } = choice;
    const answer = await answerOf(query, { from, to, reason, capUsd }, withdrawal);
    // Nobody is waiting any more: that is no answer.
    if (answer === null) return;
    if (answer === 'no') {
      query.declined.add(to.id);
      return;
    }
    query.consents.set(to.id, { pastCap });
    if (answer === 'today') remember(to.id, pastCap);
  }

  async function answerOf(
    query: QueryState,
    question: Parameters<QueryState['listener']['ask']>[0],
    withdrawal: AbortController,
  ): Promise<FallbackAnswer | null> {
    const { promise: ended, resolve } = Promise.withResolvers<FallbackAnswer | null>();
    const timer = setTimeout(() => resolve('no'), deps.expiresAfterMs);
    withdrawal.signal.addEventListener('abort', () => resolve(null), { once: true });
    const ask = async (): Promise<FallbackAnswer> => {
      try {
        return await query.listener.ask(question, withdrawal.signal);
      } catch (error) {
        deps.log(`fallback question failed: ${loggableError(error)}`);
        return 'no';
      }
    };
    try {
      const answer = await Promise.race([ask(), ended]);
      return withdrawal.signal.aborted ? null : answer;
    } finally {
      clearTimeout(timer);
      withdrawal.abort();
    }
  }

  function remember(credentialId: string, pastCap: boolean): void {
    try {
      deps.consents.allowToday(credentialId, pastCap);
    } catch (error) {
      // The yes holds for this query; the person is asked again in the next one.
      deps.log(`consent not kept: ${loggableError(error)}`);
    }
  }

  return {
    async settle(query, choice, capUsd, signal) {
      const waiting = waitingOf.get(query) ?? new Map<string, Waiting>();
      waitingOf.set(query, waiting);
      const key = `${choice.to.id} ${choice.pastCap}`;
      let shared = waiting.get(key);
      if (shared === undefined) {
        const withdrawal = new AbortController();
        const answered = put(query, choice, capUsd, withdrawal).finally(() => waiting.delete(key));
        shared = { answered, withdrawal, requests: 0 };
        waiting.set(key, shared);
      }
      const { answered, withdrawal } = shared;
      shared.requests += 1;
      const left = Promise.withResolvers<void>();
      const leave = (): void => left.resolve();
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      await Promise.race([answered, left.promise]);
      signal.removeEventListener('abort', leave);
      shared.requests -= 1;
      if (signal.aborted && shared.requests === 0) withdrawal.abort();
    },
  };
}
