import { loggableError } from '../errors/index.ts';
import type { FallbackAnswer, FallbackQuestion } from './query.ts';
import type { QueryState } from './query-state.ts';

/** Questions to the user while requests are held; those of one query that need the same answer share one. */
export interface SharedQuestions {
  /**
   * Waits until the question is answered and `settle` has run with the answer, or `signal` is aborted. With the last request that waits the
   * question is withdrawn, and nothing is settled. Never throws.
   */
  put(
    query: QueryState,
    key: string,
    question: FallbackQuestion,
    signal: AbortSignal,
    settle: (answer: FallbackAnswer) => void,
  ): Promise<void>;
}

/** Why the signal of a question is aborted that was answered, or came to its end without an answer: that is a no. */
export const questionOver = new Error('the question is over');
/** The same of one that no longer holds its request: by the settings, an answer in another turn, or a new sign-in. */
export const settledElsewhere = new Error('the question was settled elsewhere');

/** How an open question stands by what the user did elsewhere. `settled`: the request goes on, waits, or is asked about otherwise. */
export type Standing = 'open' | 'settled' | 'refused';

/** How often that is looked at. */
const lookMs = 500;

/** A signal that is aborted once a question is no longer open, with `settledElsewhere` where it is settled. A look that fails is followed by another. */
export function watchQuestion(
  standing: () => Standing | Promise<Standing>,
): { readonly signal: AbortSignal } & Disposable {
  const over = new AbortController();
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const now = await standing();
      if (now !== 'open') over.abort(...(now === 'settled' ? [settledElsewhere] : []));
    } catch {
      // The settings cannot be read just now.
    }
    isLooking = false;
  };
  const timer = setInterval(() => void look(), lookMs);
  return { signal: over.signal, [Symbol.dispose]: () => clearInterval(timer) };
}

interface Waiting {
  readonly answered: Promise<void>;
  readonly withdrawal: AbortController;
  requests: number;
}

/** @param deps.expiresAfterMs an unanswered question means no after this long */
export function createSharedQuestions(deps: {
  readonly expiresAfterMs: number;
  readonly log: (line: string) => void;
}): SharedQuestions {
  const waitingOf = new WeakMap<QueryState, Map<string, Waiting>>();

  async function answerOf(
    query: QueryState,
    question: FallbackQuestion,
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
      withdrawal.abort(questionOver);
    }
  }

  return {
    async put(query, key, question, signal, settle) {
      const waiting = waitingOf.get(query) ?? new Map<string, Waiting>();
      waitingOf.set(query, waiting);
      let shared = waiting.get(key);
      if (shared === undefined) {
        const withdrawal = new AbortController();
        const answered = answerOf(query, question, withdrawal)
          .then((answer) => {
            // No request is waiting for it: that is not an answer.
            if (answer !== null) settle(answer);
          })
          .finally(() => waiting.delete(key));
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
      if (signal.aborted && shared.requests === 0) withdrawal.abort(signal.reason);
    },
  };
}
