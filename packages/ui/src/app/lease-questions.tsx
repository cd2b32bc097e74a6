import type { CredentialView } from '@postern/contract';
import { useEffect } from 'react';
import { VisibleText } from '../controls/index.ts';
import { FallbackSheet } from '../conversation/fallback-sheet.tsx';
import type { Answer } from '../conversation/query-actions.ts';
import type { ShownLeaseQuestion } from '../state/lease-questions.ts';
import type { Notifications } from './notifications.ts';

interface LeaseQuestionsProps {
  readonly questions: readonly ShownLeaseQuestion[];
  readonly credentials: readonly CredentialView[];
  readonly notifications: Notifications;
  readonly onAnswer: (answer: Answer) => void;
}

/** The oldest question of a program that runs with a lease, wherever one is in the app: the program waits for the answer. */
export function LeaseQuestions({ questions, credentials, notifications, onAnswer }: LeaseQuestionsProps) {
  const [first] = questions;
  const requestId = first?.question.requestId ?? null;
  useEffect(() => {
    if (requestId !== null)
      notifications.tell(
        'lease question',
        'A program needs an answer',
        'Open the window to see who would pay.',
      );
  }, [notifications, requestId]);
  if (first === undefined) return null;
  return (
    <FallbackSheet key={requestId} question={first.question} credentials={credentials} onAnswer={onAnswer} />
  );
}

/** Which program it is, in words that do not change while it waits: they stand in a live region. */
export function LeaseWaits({ label }: Pick<ShownLeaseQuestion, 'label'>) {
  return (
    <p>
      <VisibleText text={label} />, started with <code>postern run</code>, is waiting for your answer.
    </p>
  );
}
