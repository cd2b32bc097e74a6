import { memo, useState } from 'react';
import { Button, ErrorBoundary, LongText, Notice } from '../controls/index.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { ThreadItemView, type ThreadItemViewProps } from './thread-item-view.tsx';

interface DrawnItemProps extends ThreadItemViewProps {
  /** The message of the turn that ends here, where its changes to files can be undone. */
  readonly undo?: string | null;
  readonly onUndo?: (promptId: string) => void;
}

/** One thing in a conversation; as text where it cannot be drawn, so that it takes nothing around it with it. */
export const DrawnItem = memo(function DrawnItem({ undo = null, onUndo, ...props }: DrawnItemProps) {
  const [asText, setAsText] = useState(false);
  if (asText)
    return (
      <article className="as-text" aria-label="As text">
        <LongText text={textOfItem(props.item)} />
      </article>
    );
  return (
    <ErrorBoundary
      fallback={() => (
        <Notice
          tone="warn"
          title="This message could not be shown"
          actions={
            <Button size="s" onClick={() => setAsText(true)}>
              Show as text
            </Button>
          }
        >
          <p>Nothing is lost. You can still read it as text.</p>
        </Notice>
      )}
    >
      <ThreadItemView {...props} />
      {undo === null ? null : (
        <p className="undo-line">
          <Button size="s" look="quiet" icon="undo" onClick={() => onUndo?.(undo)}>
            Undo file changes…
          </Button>
        </p>
      )}
    </ErrorBoundary>
  );
});

function textOfItem(item: ThreadItem): string {
  return 'text' in item ? item.text : JSON.stringify(item, null, 2);
}
