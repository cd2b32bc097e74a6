import type { CredentialView } from '@postern/contract';
import { elementScroll, observeElementRect, useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { Button, ScrollRegion } from '../controls/index.ts';
import type { Question, Thread } from '../state/thread.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { undoableTurns } from '../state/undoable-turns.ts';
import { DisclosureStateProvider } from './disclosure-state.tsx';
import { DrawnItem } from './drawn-item.tsx';
import { useStickToBottom } from './use-stick-to-bottom.ts';

interface MessageListProps {
  readonly thread: Thread;
  /** They tell which of several accounts of a kind is meant. */
  readonly credentials: readonly CredentialView[];
  readonly onRetry: () => void;
  /** Another credential pays instead of waiting for a plan's reset. */
  readonly onLetPay: () => void;
  /** Reads what a subagent did. */
  readonly onInside: (toolUseId: string) => void;
  /** Stops a command that runs in the background. */
  readonly onStopCommand: (toolUseId: string) => void;
  /** The user wants to undo what was done to files since a message. */
  readonly onUndo: (promptId: string) => void;
  /** The user came near the beginning of what is loaded. */
  readonly onOlder: () => void;
}

const nearTheTopPx = 600;
const guessPx = 96;
const atEndPx = 48;
const noTools: ReadonlySet<string> = new Set();
const noCredentials: readonly CredentialView[] = [];
const none: ReadonlyMap<number, string> = new Map();

/** A conversation of any length: only what is in sight is on the page. It follows the end while the user is there. */
export function MessageList({ thread, credentials, onOlder, ...actions }: MessageListProps) {
  const { onRetry, onLetPay, onInside, onStopCommand, onUndo } = actions;
  const scroller = useRef<HTMLElement>(null);
  const { following, isFollowing, follow, moved, handlers } = useStickToBottom(scroller, atEndPx, () =>
    list.cancelScroll(),
  );
  const { items, loaded, run, questions } = thread;
  const mayRetry = run === null && thread.lastRequest !== null;
  const asked = useMemo(() => new Set(questions.flatMap(askedTools)), [questions]);
  const undoable = useMemo(() => (run === null ? undoableTurns(items) : none), [items, run]);
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: () => guessPx,
    overscan: 6,
    anchorTo: 'end',
    followOnAppend: true,
    // The list's own judgement, by distance, is wrong as soon as the window shrinks: it follows when we say so.
    scrollEndThreshold: following ? Number.POSITIVE_INFINITY : -1,
    paddingStart: 24,
    paddingEnd: 24,
    scrollToFn: (...to) => {
      elementScroll(...to);
      moved();
    },
    observeElementRect: (instance, tell) =>
      observeElementRect(instance, (rect) => {
        tell(rect);
        keepAtEnd();
      }),
  });
  const keepAtEnd = () => {
    if (isFollowing() && !list.isAtEnd(1)) list.scrollToEnd();
  };
  // After every rendering, since any of them may have changed a height. A conversation opens at its end, too.
  useLayoutEffect(keepAtEnd);
  const toTheEnd = () => {
    follow();
    list.scrollToEnd();
  };
  const onScroll = () => {
    handlers.onScroll();
    if (loaded.state === 'more' && (scroller.current?.scrollTop ?? 0) < nearTheTopPx) onOlder();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    handlers.onKeyDown(event);
    if (event.target !== scroller.current) return;
    // The browser's own way there is animated, and ends early where heights turn out other than guessed.
    if (event.key === 'Home') list.scrollToIndex(0, { align: 'start' });
    else if (event.key === 'End') toTheEnd();
    else return;
    event.preventDefault();
  };
  return (
    <div className="message-list">
      {/* Before the list: behind it, a keyboard would go through every message to come to it. */}
      {following ? null : (
        <div className="to-the-end">
          <Button
            size="s"
            icon="down"
            onClick={() => {
              toTheEnd();
              // The button goes away; the keys then move what it stood in.
              scroller.current?.focus({ preventScroll: true });
            }}
          >
            Newest
          </Button>
        </div>
      )}
      <ScrollRegion
        className="message-scroll"
        ref={scroller}
        {...handlers}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        aria-label="Conversation"
      >
        <DisclosureStateProvider>
          <div className="message-canvas" style={{ height: list.getTotalSize() }}>
            {list.getVirtualItems().map((place) => {
              const item = items[place.index];
              return item === undefined ? null : (
                <div
                  key={place.key}
                  ref={list.measureElement}
                  data-index={place.index}
                  className="message-place"
                  style={{ transform: `translateY(${place.start}px)` }}
                >
                  <DrawnItem
                    item={item}
                    running={run !== null}
                    asked={item.type === 'tool' ? asked : noTools}
                    credentials={namesAccounts(item) ? credentials : noCredentials}
                    onLetPay={onLetPay}
                    onInside={onInside}
                    onStopCommand={onStopCommand}
                    undo={undoable.get(place.index) ?? null}
                    onUndo={onUndo}
                    onRetry={place.index === items.length - 1 && mayRetry ? onRetry : null}
                  />
                </div>
              );
            })}
          </div>
        </DisclosureStateProvider>
      </ScrollRegion>
    </div>
  );
}

/** The others are not drawn again when an account changes. */
function namesAccounts({ type }: ThreadItem): boolean {
  return type === 'switched' || type === 'denied';
}

/** The tools whose calls may be what a question is about. */
function askedTools(question: Question): readonly string[] {
  if (question.type === 'permission') return [question.toolName];
  if (question.type === 'plan') return ['ExitPlanMode'];
  return question.type === 'words' && question.from.type === 'agent' ? ['AskUserQuestion'] : [];
}
