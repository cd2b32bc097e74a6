import type { LeaseQuestion } from '@postern/contract';
import type { Failure } from '../format/index.ts';
import { fallbackQuestion } from './questions.ts';
import type { Question } from './thread.ts';

/** A question of a program that runs with a lease: it has no conversation here. */
export interface ShownLeaseQuestion {
  /** The program, as its lease names it. */
  readonly label: string;
  readonly question: Extract<Question, { type: 'fallback' }>;
}

/** What changes them. */
export type LeaseQuestionAction =
  /** All that wait, read again. */
  | { readonly type: 'lease_questions_read'; readonly questions: readonly LeaseQuestion[] }
  | { readonly type: 'lease_question_heard'; readonly question: LeaseQuestion }
  | { readonly type: 'lease_question_closed'; readonly requestId: string }
  | { readonly type: 'lease_question_answering'; readonly requestId: string }
  | { readonly type: 'lease_question_failed'; readonly requestId: string; readonly failure: Failure };

/** Those that wait, oldest first. */
export function reduceLeaseQuestions(
  shown: readonly ShownLeaseQuestion[],
  action: LeaseQuestionAction,
): readonly ShownLeaseQuestion[] {
  switch (action.type) {
    case 'lease_questions_read':
      return shown.length + action.questions.length === 0 ? shown : action.questions.map(shownOf);
    case 'lease_question_heard':
      return [...without(shown, action.question.requestId), shownOf(action.question)];
    case 'lease_question_closed':
      return without(shown, action.requestId);
    case 'lease_question_answering':
      return changed(shown, action.requestId, { answering: true, failure: null });
    case 'lease_question_failed':
      return changed(shown, action.requestId, { answering: false, failure: action.failure });
    default:
      return shown;
  }
}

function shownOf({ leaseId: _, label, ...data }: LeaseQuestion): ShownLeaseQuestion {
  return { label, question: fallbackQuestion(data) };
}

function without(shown: readonly ShownLeaseQuestion[], requestId: string): readonly ShownLeaseQuestion[] {
  return shown.filter(({ question }) => question.requestId !== requestId);
}

function changed(
  shown: readonly ShownLeaseQuestion[],
  requestId: string,
  change: Partial<ShownLeaseQuestion['question']>,
): readonly ShownLeaseQuestion[] {
  return shown.map((each) =>
    each.question.requestId === requestId ? { ...each, question: { ...each.question, ...change } } : each,
  );
}
