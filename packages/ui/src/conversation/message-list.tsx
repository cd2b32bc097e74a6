import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { Button, ScrollRegion } from '../controls/index.ts';
import { KeptOpenProvider } from './kept-open.tsx';
import type { Thread } from './thread.ts';
import { ThreadItemView } from './thread-item-view.tsx';

interface MessageListProps {
  readonly thread: Thread;
  readonly onRetry: () => void;
  /** The person came near the beginning of what is loaded. */
  readonly onOlder: () => void;
}

const nearTheTopPx = 600;
const guessPx = 96;
const atEndPx = 48;

/** A conversation of any length: only what is in sight is on the page. It follows the end while the person is there. */
export function MessageList({ thread, onRetry, onOlder }: MessageListProps) {
  const scroller = useRef<HTMLElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const { items, loaded, run, questions } = thread;
  const askedAbout = new Set(
    questions.flatMap((each) => (each.type === 'permission' ? [each.toolName] : [])),
  );
  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: () => guessPx,
    overscan: 6,
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: atEndPx,
    paddingStart: 24,
    paddingEnd: 24,
  });
  useEffect(() => {
    // A conversation opens at its end.
    list.scrollToEnd();
  }, [list]);
  const onScroll = () => {
    setAtEnd(list.isAtEnd(atEndPx));
    const top = scroller.current?.scrollTop ?? 0;
    if (loaded.state === 'more' && top < nearTheTopPx) onOlder();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    // The browser's own way there is animated, and ends early where heights turn out other than guessed.
    if (event.key === 'Home') list.scrollToIndex(0, { align: 'start' });
    else if (event.key === 'End') list.scrollToEnd();
    else return;
    event.preventDefault();
  };
  return (
    <div className="message-list">
      <ScrollRegion
        className="message-scroll"
        ref={scroller}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        aria-label="Conversation"
      >
        <KeptOpenProvider>
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
                  <ThreadItemView
                    item={item}
                    running={run !== null}
                    asking={item.type === 'tool' && askedAbout.has(item.name)}
                    onRetry={place.index === items.length - 1 && run === null ? onRetry : null}
                  />
                </div>
              );
            })}
          </div>
        </KeptOpenProvider>
      </ScrollRegion>
      {atEnd ? null : (
        <div className="to-the-end">
          <Button size="s" icon="down" onClick={() => list.scrollToEnd({ behavior: 'auto' })}>
            Latest
          </Button>
        </div>
      )}
    </div>
  );
}
