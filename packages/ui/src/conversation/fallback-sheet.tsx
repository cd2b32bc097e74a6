import { Button } from '../controls/index.ts';
import { dollars, kindName, payerInWords, reasonInWords } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import type { Question } from '../state/thread.ts';
import type { Answer } from './query-actions.ts';
import { QuestionSheet } from './question-sheet.tsx';
import { useSettled } from './use-settled.ts';

interface FallbackSheetProps {
  readonly question: Extract<Question, { type: 'fallback' }>;
  readonly onAnswer: (answer: Answer) => void;
}

/** May another credential pay? Says what happened, who would pay, and up to how much. */
export function FallbackSheet({ question, onAnswer }: FallbackSheetProps) {
  const { requestId, from, to, reason, payer, capUsd, answering } = question;
  const answer = (decision: Answer['decision'], remember: boolean) => () =>
    onAnswer({ requestId, decision, remember });
  const settled = useSettled();
  /** A yes; in the first moment it does nothing. */
  const yes = (remember: boolean) =>
    settled ? { onClick: answer('allow', remember) } : { 'aria-disabled': true };
  return (
    <QuestionSheet
      title={`Go on with the ${kindName(to)}?`}
      about="Who would pay"
      expiresAt={question.expiresAt}
      failure={question.failure}
      actions={
        <>
          <Button look="primary" busy={answering} {...yes(false)}>
            Allow once
          </Button>
          <Button busy={answering} {...yes(true)}>
            Allow until midnight
          </Button>
          <Button look="danger" busy={answering} onClick={answer('deny', false)}>
            Deny
          </Button>
        </>
      }
    >
      <p>
        {reason === 'spend_cap_reached'
          ? `Today’s spending cap${capUsd === null ? '' : ` of ${dollars(capUsd)}`} is reached. The ${kindName(to)} goes on only if you say so. Would pay: ${payerInWords(payer)}.`
          : `The ${kindName(from)} cannot be used. ${reasonInWords(reason)}. The ${kindName(to)} could take over. Would pay: ${payerInWords(payer)}${capUsd === null ? ', without a daily cap.' : `, up to ${dollars(capUsd)} a day.`}`}
      </p>
      <p className="small soft">{sentences.fallbackCap}</p>
    </QuestionSheet>
  );
}
