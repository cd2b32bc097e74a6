import type { CredentialView } from '@postern/contract';
import { Button, ErrorBoundary, FailureNotice, Notice } from '../controls/index.ts';
import { AgentQuestionSheet } from '../conversation/agent-question-sheet.tsx';
import { FallbackSheet } from '../conversation/fallback-sheet.tsx';
import { PermissionSheet } from '../conversation/permission-sheet.tsx';
import { PlanSheet } from '../conversation/plan-sheet.tsx';
import type { Answer, AnswerInWords } from '../conversation/query-actions.ts';
import { assertNever } from '../format/index.ts';
import type { Question, WrittenAnswers } from '../state/thread.ts';

interface QuestionListProps {
  readonly questions: readonly Question[];
  readonly credentials: readonly CredentialView[];
  readonly onAnswer: (answer: Answer | AnswerInWords) => void;
  /** Keeps what is written so far with its question, over a visit to another conversation or place. */
  readonly onWrite: (requestId: string, written: WrittenAnswers) => void;
}

/**
 * The question that is next; those behind it follow once it is answered, so that each has space. One that cannot be drawn can only be
 * denied: there is no yes to what was not seen.
 */
export function QuestionList({ questions, credentials, onAnswer, onWrite }: QuestionListProps) {
  const [question, ...others] = questions;
  if (question === undefined) return null;
  return (
    <>
      {others.length === 0 ? null : (
        <p className="small soft">
          {others.length === 1
            ? '1 more question after this.'
            : `${others.length} more questions after this.`}
        </p>
      )}
      <ErrorBoundary
        key={question.requestId}
        fallback={() => (
          <Notice
            tone="bad"
            title="A question could not be shown"
            actions={
              <Button
                look="danger"
                size="s"
                busy={question.answering}
                onClick={() => onAnswer({ requestId: question.requestId, decision: 'deny', remember: false })}
              >
                Deny
              </Button>
            }
          >
            <p>You can’t allow what you can’t see. Deny it, or answer in another window.</p>
            {question.failure === null ? null : <FailureNotice failure={question.failure} />}
          </Notice>
        )}
      >
        <Sheet question={question} credentials={credentials} onAnswer={onAnswer} onWrite={onWrite} />
      </ErrorBoundary>
    </>
  );
}

interface SheetProps extends Omit<QuestionListProps, 'questions'> {
  readonly question: Question;
}

function Sheet({ question, credentials, onAnswer, onWrite }: SheetProps) {
  switch (question.type) {
    case 'permission':
      return <PermissionSheet question={question} onAnswer={onAnswer} />;
    case 'fallback':
      return <FallbackSheet question={question} credentials={credentials} onAnswer={onAnswer} />;
    case 'words':
      return (
        <AgentQuestionSheet
          question={question}
          onAnswer={onAnswer}
          onWrite={(written) => onWrite(question.requestId, written)}
        />
      );
    case 'plan':
      return <PlanSheet question={question} onAnswer={onAnswer} />;
    default:
      return assertNever(question);
  }
}
