import { type ReactNode, useEffect, useId, useRef } from 'react';
import { Countdown, FailureNotice } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';

interface QuestionSheetProps {
  readonly title: string;
  /** Null: it waits for the person. */
  readonly expiresAt: string | null;
  readonly failure: Failure | null;
  readonly children: ReactNode;
  readonly actions: ReactNode;
}

/**
 * A question of the running query, above the composer. It takes the focus only from where nobody is typing, and puts it on
 * itself, never on a button: a key that was meant for something else must not answer.
 */
export function QuestionSheet({ title, expiresAt, failure, children, actions }: QuestionSheetProps) {
  const sheet = useRef<HTMLElement>(null);
  const titleId = useId();
  useEffect(() => {
    const focused = document.activeElement;
    const isTyping =
      (focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement) && focused.value !== '';
    const inDialog = focused?.closest('dialog') != null;
    if (!isTyping && !inDialog) sheet.current?.focus({ preventScroll: true });
    return () => {
      const last = document.activeElement;
      if (last === null || last === document.body || sheet.current?.contains(last) === true)
        document.getElementById('prompt')?.focus();
    };
  }, []);
  return (
    <section className="question-sheet" ref={sheet} aria-labelledby={titleId} tabIndex={-1}>
      <div className="question-head">
        <h2 id={titleId}>{title}</h2>
        {expiresAt === null ? null : (
          <span className="small soft">
            No answer means no, in <Countdown until={expiresAt} />
          </span>
        )}
      </div>
      <div className="question-body">{children}</div>
      {failure === null ? null : <FailureNotice failure={failure} />}
      <div className="row question-actions">{actions}</div>
    </section>
  );
}
