import { type CredentialView, capDollars, capInWords, dollarsAtMost, reasonInWords } from '@postern/contract';
import { Button } from '../controls/index.ts';
import { credentialName, kindName, payerInWords } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import type { Question, SpendAgainstCap } from '../state/thread.ts';
import type { Answer } from './query-actions.ts';
import { QuestionSheet } from './question-sheet.tsx';
import { useSettled } from './use-settled.ts';

interface FallbackSheetProps {
  readonly question: Extract<Question, { type: 'fallback' }>;
  /** They tell which of several accounts of a kind is meant. */
  readonly credentials: readonly CredentialView[];
  readonly onAnswer: (answer: Answer) => void;
}

/** May another credential pay? Says what happened, who would pay, and up to how much. */
export function FallbackSheet({ question, credentials, onAnswer }: FallbackSheetProps) {
  const { requestId, from, to, reason, payer, capUsd, spend, answering } = question;
  const name = credentialName(to, credentials);
  const answer = (decision: Answer['decision'], remember: boolean) => () =>
    onAnswer({ requestId, decision, remember });
  const settled = useSettled();
  /** A yes; in the first moment it does nothing. */
  const yes = (remember: boolean) =>
    settled ? { onClick: answer('allow', remember) } : { 'aria-disabled': true };
  return (
    <QuestionSheet
      title={spend === null ? `Use the ${name} instead?` : `Go over the cap ${capInWords[spend.scope]}?`}
      about="Who would pay"
      expiresAt={question.expiresAt}
      failure={question.failure}
      actions={
        <>
          <Button look="primary" busy={answering} {...yes(false)}>
            {spend === null ? 'Allow once' : 'Allow for this turn'}
          </Button>
          <Button busy={answering} {...yes(true)}>
            Allow until midnight
          </Button>
          <Button busy={answering} onClick={answer('deny', false)}>
            Deny
          </Button>
        </>
      }
    >
      {spend === null ? (
        <p>
          {`The ${credentialName(from, credentials)} can’t be used. ${reasonInWords(reason)}. Postern can use the ${name} instead, paid by ${payerInWords(payer)}${capUsd === null ? ', without a daily cap.' : `, up to ${capDollars(capUsd)} a day.`}`}
        </p>
      ) : (
        <CapText spend={spend} payer={`${payerInWords(payer)}${name === kindName(to) ? '' : ` (${name})`}`} />
      )}
      <p className="small soft">{sentences.fallbackHeld}</p>
    </QuestionSheet>
  );
}

function CapText({ spend, payer }: { readonly spend: SpendAgainstCap; readonly payer: string }) {
  const { scope, capUsd, spentUsd, reservedUsd, thisCallAtMostUsd, unknownModel } = spend;
  const others =
    reservedUsd > 0 ? `, and up to ${dollarsAtMost(reservedUsd)} is under way or was never reported` : '';
  return (
    <>
      <p>
        {`The next call may cost up to ${dollarsAtMost(thisCallAtMostUsd)}. The cap ${capInWords[scope]} is ${capDollars(capUsd)}: ${dollarsAtMost(spentUsd)} is spent${others}. Most calls cost much less. Paid by ${payer}.`}
      </p>
      {unknownModel === null ? null : (
        <p className="small">{`The price of ${unknownModel} is not known here, so it counts as the dearest model.`}</p>
      )}
    </>
  );
}
