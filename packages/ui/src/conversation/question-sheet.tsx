import { type ReactNode, type Ref, useId, useLayoutEffect, useRef } from 'react';
import { Countdown, FailureNotice, ScrollRegion } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';

interface QuestionSheetProps {
  readonly title: string;
  /** Names the part that scrolls. */
  readonly about: string;
  /** Null: the question does not expire. */
  readonly expiresAt: string | null;
  readonly failure: Failure | null;
  readonly bodyRef?: Ref<HTMLElement>;
  readonly children: ReactNode;
  /** Between what is asked and the buttons. */
  readonly note?: ReactNode;
  readonly actions: ReactNode;
}

/**
 * A question of the running query, above the composer: what is asked scrolls, its buttons stay. It takes the focus only from where
 * nothing is being typed, and puts it on itself, never on a button: a key that was meant for something else must not answer.
 */
export function QuestionSheet(props: QuestionSheetProps) {
  const { title, about, expiresAt, failure, bodyRef, children, note, actions } = props;
  const sheet = useRef<HTMLElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = sheet.current;
    const focused = document.activeElement;
    const isTyping =
      (focused instanceof HTMLTextAreaElement || focused instanceof HTMLInputElement) && focused.value !== '';
    const inDialog = focused?.closest('dialog') != null;
    if (!isTyping && !inDialog) element?.focus({ preventScroll: true });
    return () => {
      const last = document.activeElement;
      if (last === null || last === document.body || element?.contains(last) === true)
        // Away from where one asks, there is no prompt.
        (document.getElementById('prompt') ?? document.getElementById('main'))?.focus();
    };
  }, []);
  return (
    <section className="question-sheet" ref={sheet} aria-labelledby={titleId} tabIndex={-1}>
      <div className="question-head">
        <h2 id={titleId}>{title}</h2>
        <span className="small soft">
          {expiresAt === null ? (
            'Waits until you answer'
          ) : (
            <>
              Answer within <Countdown until={expiresAt} />
            </>
          )}
        </span>
      </div>
      <ScrollRegion
        className="question-body"
        aria-label={about}
        {...(bodyRef === undefined ? {} : { ref: bodyRef })}
      >
        {children}
      </ScrollRegion>
      {failure === null ? null : <FailureNotice failure={failure} />}
      {note}
      <div className="row question-actions">{actions}</div>
    </section>
  );
}
