import type { Answer } from '../conversation/query-actions.ts';
import { failureOfThrown } from '../format/index.ts';
import type { Deps } from '../state/deps.ts';

/** What the user does about questions of programs with a lease, and how they get here. */
export interface LeaseQuestionActions {
  /** Reads those that wait. */
  readonly read: () => Promise<void>;
  readonly answer: (answer: Answer) => Promise<void>;
}

/** Over the sidecar's leases. */
export function createLeaseQuestionActions({ client, dispatch }: Deps): LeaseQuestionActions {
  return {
    async read() {
      try {
        const leases = await client().leases();
        dispatch({ type: 'lease_questions_read', questions: leases.flatMap(({ questions }) => questions) });
      } catch {
        // The connection's own state says so, and they are read again once it is back.
      }
    },
    async answer({ requestId, decision, remember }) {
      dispatch({ type: 'lease_question_answering', requestId });
      try {
        await client().approve({ requestId, decision, ...(remember ? { remember } : {}) });
      } catch (thrown) {
        const failure = failureOfThrown(thrown);
        if (failure.code === 'request_not_found') dispatch({ type: 'lease_question_closed', requestId });
        else dispatch({ type: 'lease_question_failed', requestId, failure });
      }
    },
  };
}
