import type { ConversationSummary } from '@postern/contract';
import type { ReactNode } from 'react';

/** A piece of what was said, with the words that were looked for marked. */
export function Snippet({ snippet = '', marks = [] }: Pick<ConversationSummary, 'snippet' | 'marks'>) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { start, end } of marks) {
    parts.push(snippet.slice(at, start), <mark key={start}>{snippet.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <span className="conversation-snippet">
      {parts}
      {snippet.slice(at)}
    </span>
  );
}
