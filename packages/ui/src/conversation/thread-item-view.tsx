import { type CredentialView, reasonInWords, windowInWords } from '@postern/contract';
import type { ReactNode } from 'react';
import { Button, Countdown, FailureNotice, Icon, LongText, TimedText } from '../controls/index.ts';
import {
  assertNever,
  atTime,
  credentialName,
  limitInWords,
  payerInWords,
  windowTitle,
} from '../format/index.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { Fold } from './disclosure-state.tsx';
import { MarkdownText } from './markdown.tsx';
import { ReceiptLine } from './receipt-line.tsx';
import { TaskCard } from './task-card.tsx';
import { ToolCard } from './tool-card.tsx';
import { waitingInWords } from './waiting-in-words.ts';

/** What an item is drawn with. */
export interface ThreadItemViewProps {
  readonly item: ThreadItem;
  readonly running: boolean;
  /** The tools that the user is being asked about. */
  readonly asked: ReadonlySet<string>;
  /** They tell which of several accounts of a kind is meant. */
  readonly credentials: readonly CredentialView[];
  /** Offered at the last item, where sending again makes sense. */
  readonly onRetry: (() => void) | null;
  /** Another credential pays instead of waiting for a plan's reset; null where that cannot be said here. */
  readonly onLetPay?: (() => void) | null;
  /** Reads what the subagent of a call did. */
  readonly onInside?: (toolUseId: string) => void;
  /** Stops the command of a call that runs in the background. */
  readonly onStopCommand?: (toolUseId: string) => void;
}

/** One thing in a conversation. A new kind does not compile until it is drawn. */
export function ThreadItemView({
  item,
  running,
  asked,
  credentials,
  onRetry,
  onLetPay = null,
  onInside,
  onStopCommand,
}: ThreadItemViewProps) {
  switch (item.type) {
    case 'user':
      return (
        <article className="said said-user" aria-label="You">
          <div className="said-text" dir="auto">
            <LongText text={item.text} />
          </div>
          {item.files.length === 0 ? null : (
            <ul className="row said-files" aria-label="Attached">
              {item.files.map((name, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two may have one name, and none of them moves.
                <li key={index}>
                  <Icon name="file" size={14} /> <code>{name}</code>
                </li>
              ))}
            </ul>
          )}
        </article>
      );
    case 'text':
      return (
        <article
          className={`said said-model${item.withheld ? ' said-withheld' : ''}`}
          aria-label={item.withheld ? 'Stopped answer' : 'Answer'}
          dir="auto"
        >
          <MarkdownText text={item.text} />
          {item.withheld ? (
            <AsideLine icon="stop">The model’s safeguards stopped this text. It is not an answer.</AsideLine>
          ) : null}
        </article>
      );
    case 'note':
      return <AsideLine icon="note">{item.text}</AsideLine>;
    case 'thinking':
      return (
        <Fold
          name={item.key}
          className="thinking"
          summary={
            <span className="row">
              <Icon name="thought" size={16} /> Thinking
            </span>
          }
        >
          <MarkdownText text={item.text} />
        </Fold>
      );
    case 'tool':
      return <ToolCard tool={item} {...{ running, asked, onInside, onStopCommand }} />;
    case 'tasks':
      return <TaskCard tasks={item.tasks} running={running} />;
    case 'compacted':
      return (
        <AsideLine icon="note">{`What was said so far was summarized, to make space: ${tokens(item.beforeTokens)} ${item.afterTokens === null ? 'became a shorter summary' : `became ${tokens(item.afterTokens)}`}. It is all still shown here; the model knows the summary.`}</AsideLine>
      );
    case 'denied':
      return (
        <AsideLine icon="close">{`Not allowed: ${typeof item.what === 'string' ? item.what : `going on with the ${credentialName(item.what, credentials)}`}`}</AsideLine>
      );
    case 'answered_elsewhere':
      return (
        <AsideLine icon="note">The question was answered elsewhere. Nothing was sent from here.</AsideLine>
      );
    case 'switched':
      return (
        <AsideLine icon="switch">
          {`Switched from ${credentialName(item.from, credentials)} to ${credentialName(item.to, credentials)}. ${reasonInWords(item.reason)}. Now paid by ${payerInWords(item.to.payer)}.`}
        </AsideLine>
      );
    case 'limit':
      return (
        <AsideLine icon="clock">
          <TimedText>{(nowMs) => limitLine(item, nowMs)}</TimedText>
        </AsideLine>
      );
    case 'model':
      return (
        <AsideLine icon="switch">
          {`${item.from} did not answer, so Claude Code used ${item.to} at that model’s price. Your next message goes to the model you chose.`}
        </AsideLine>
      );
    case 'waiting':
      return item.isOver ? (
        <AsideLine icon="clock">{`Waited for the reset of the ${windowInWords(item.window)}.`}</AsideLine>
      ) : (
        <p className="aside-line">
          <Icon name="clock" size={16} />
          <span>
            <TimedText>{(nowMs) => `${waitingInWords(item, nowMs)} `}</TimedText>
            <Countdown until={item.until} />
          </span>
          {onLetPay === null ? null : (
            <Button size="s" onClick={onLetPay}>
              Use another account now
            </Button>
          )}
        </p>
      );
    case 'stopped':
      return <AsideLine icon="stop">Stopped. You can continue the conversation.</AsideLine>;
    case 'error':
      return (
        <FailureNotice
          failure={item.failure}
          isLive={false}
          {...(onRetry === null
            ? {}
            : {
                actions: (
                  <Button icon="retry" size="s" onClick={onRetry}>
                    Try again
                  </Button>
                ),
              })}
        />
      );
    case 'receipt':
      return <ReceiptLine receipt={item} />;
    default:
      return assertNever(item);
  }
}

function limitLine(item: Extract<ThreadItem, { type: 'limit' }>, nowMs: number): string {
  const resets = item.resetsAt === null ? '' : `, resets ${atTime(item.resetsAt, nowMs)}`;
  return `${windowTitle(item.window)}: ${limitInWords(item.status).toLowerCase()}${resets}.`;
}

function tokens(count: number): string {
  return `${count.toLocaleString('en')} tokens`;
}

interface AsideLineProps {
  readonly icon: 'close' | 'note' | 'switch' | 'clock' | 'stop';
  readonly children: ReactNode;
}

function AsideLine({ icon, children }: AsideLineProps) {
  return (
    <p className="aside-line">
      <Icon name={icon} size={16} />
      <span>{children}</span>
    </p>
  );
}
