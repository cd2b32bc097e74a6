import type { ReactNode } from 'react';
import { atTime, type Failure } from '../format/index.ts';
import { Notice } from './notice.tsx';
import { TimedText } from './timed-text.tsx';

interface FailureNoticeProps {
  readonly failure: Failure;
  /** False where another live region says the title, as for what stays in a conversation. */
  readonly isLive?: boolean;
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
}

/** What the user decided is no failure, though it ends what was under way. */
const decisions: ReadonlySet<string> = new Set(['fallback_refused', 'sign_in_cancelled', 'access_denied']);

/** What went wrong, what to do, and the code to look it up by; announced once. */
export function FailureNotice({ failure, isLive = true, actions, onDismiss }: FailureNoticeProps) {
  const { retryAt } = failure;
  return (
    <div role={isLive ? 'alert' : undefined}>
      <Notice
        tone={decisions.has(failure.code) ? 'note' : failure.retryable ? 'warn' : 'bad'}
        title={failure.title}
        {...(actions === undefined ? {} : { actions })}
        {...(onDismiss === undefined ? {} : { onDismiss })}
      >
        {failure.detail === null ? null : <p>{failure.detail}</p>}
        {retryAt === undefined ? null : (
          <p>
            <TimedText>{(nowMs) => `You can send it again ${atTime(retryAt, nowMs)}.`}</TimedText>
          </p>
        )}
        <p>{failure.nextStep}</p>
        <p className="code-line">
          <code>{failure.code}</code>
        </p>
      </Notice>
    </div>
  );
}
