import { Button, Notice } from '../controls/index.ts';
import { payerInWords } from '../format/index.ts';

interface InterruptedNoteProps {
  /** What was asked and has no answer: it waited for a plan's reset when Postern stopped, or ended before it was sent; null: there is none. */
  readonly prompt: string | null;
  /** Who pays if it is sent now; null while that is not known. */
  readonly payer: string | null;
  readonly onContinue: (prompt: string) => void;
  readonly onDismiss: () => void;
}

const longestShown = 200;

/** What has no answer yet does not continue automatically: what continuing does, and who pays. */
export function InterruptedNote({ prompt, payer, onContinue, onDismiss }: InterruptedNoteProps) {
  if (prompt === null) return null;
  return (
    <Notice
      tone="warn"
      title="This message has no answer yet"
      actions={
        <>
          <Button size="s" icon="retry" onClick={() => onContinue(prompt)}>
            Continue
          </Button>
          <Button look="quiet" size="s" onClick={onDismiss}>
            Dismiss
          </Button>
        </>
      }
    >
      <p dir="auto">
        “{prompt.slice(0, longestShown)}
        {prompt.length > longestShown ? '…' : ''}”
      </p>
      <p>
        Nothing continues automatically. Continue has it answered; the model gets it once
        {payer === null ? '.' : `. Paid by ${payerInWords(payer)}.`}
      </p>
    </Notice>
  );
}
