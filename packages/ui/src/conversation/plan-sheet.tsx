import { useRef } from 'react';
import { Button, Notice } from '../controls/index.ts';
import type { Question } from '../state/thread.ts';
import { MarkdownText } from './markdown.tsx';
import type { Answer } from './query-actions.ts';
import { QuestionSheet } from './question-sheet.tsx';
import { useSeenToEnd } from './use-seen-to-end.ts';
import { useSettled } from './use-settled.ts';

interface PlanSheetProps {
  readonly question: Extract<Question, { type: 'plan' }>;
  readonly onAnswer: (answer: Answer) => void;
}

/** The agent has made a plan: may it go ahead? Takes a yes only once the end of the plan has been in view. */
export function PlanSheet({ question, onAnswer }: PlanSheetProps) {
  const { requestId, plan, answering } = question;
  const end = useRef<HTMLDivElement>(null);
  const seen = useSeenToEnd(end, true);
  const settled = useSettled();
  const answer = (decision: Answer['decision']) => () => onAnswer({ requestId, decision, remember: false });
  return (
    <QuestionSheet
      title="Go ahead with this plan?"
      about="Plan"
      expiresAt={null}
      failure={question.failure}
      note={
        <p className="small soft">
          {seen
            ? 'From then on it may ask to change files and to run commands, in this turn.'
            : 'Read to the end, then it can go ahead.'}
        </p>
      }
      actions={
        <>
          <Button
            look="primary"
            busy={answering}
            {...(seen && settled ? { onClick: answer('allow') } : { 'aria-disabled': true })}
          >
            Go ahead
          </Button>
          <Button busy={answering} onClick={answer('deny')}>
            Keep planning
          </Button>
        </>
      }
    >
      {plan === null ? (
        <Notice tone="warn" title="It wrote no plan">
          <p>It asks to begin without one. Keep planning, and tell it to write its plan down.</p>
        </Notice>
      ) : (
        <MarkdownText text={plan} />
      )}
      <div ref={end} className="question-end" />
    </QuestionSheet>
  );
}
