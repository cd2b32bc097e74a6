import type { Choice } from '../credentials/index.ts';
import { loggableError } from '../errors/index.ts';
import type { FallbackConsents } from './fallback-consents.ts';
import type { QueryState } from './query-state.ts';
import { type SharedQuestions, watchQuestion } from './shared-questions.ts';

/** The policy says: ask. */
export type AskChoice = Extract<Choice, { do: 'ask' }>;

/** Puts the policy's question to the user and settles the answer in the query. */
export interface FallbackQuestions {
  /**
   * Waits for the answer, or until the policy no longer asks this; requests of one query that need the same one share a question. Never throws.
   * @param choose decides again, by the settings and consents of then
   */
  settle(
    query: QueryState,
    choice: AskChoice,
    choose: () => Promise<Choice>,
    capUsd: number | null,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Over the questions that requests share. */
export function createFallbackQuestions(deps: {
  readonly questions: SharedQuestions;
  readonly consents: FallbackConsents;
  readonly log: (line: string) => void;
}): FallbackQuestions {
  function remember(credentialId: string): void {
    try {
      deps.consents.allowToday(credentialId);
    } catch (error) {
      // The yes holds for this query; the user is asked again in the next one.
      deps.log(`consent not kept: ${loggableError(error)}`);
    }
  }

  return {
    async settle(query, { from, to, reason }, choose, capUsd, signal) {
      using watch = watchQuestion(async () => {
        const next = await choose();
        if (next.do === 'stop') return isFaultOfStore(next.code) ? 'open' : 'refused';
        return next.do === 'ask' && next.to.id === to.id ? 'open' : 'settled';
      });
      const isOver = AbortSignal.any([signal, watch.signal]);
      await deps.questions.put(query, to.id, { from, to, reason, capUsd }, isOver, (answer) => {
        if (answer === 'no') {
          query.declined.add(to.id);
          return;
        }
        query.consents.add(to.id);
        if (answer === 'today') remember(to.id);
      });
    },
  };
}

/** What cannot be read now says nothing about what may pay. */
function isFaultOfStore(code: string): boolean {
  return /^(?:credential_store|storage)_|^internal_error$/.test(code);
}
