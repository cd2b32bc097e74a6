import type { ConversationSummary } from '@postern/contract';
import type { ReactNode } from 'react';

/** Characters before the first word that was found: the list is narrow, and what comes after tells more. */
const mostBefore = 24;

/** A piece of what was said, with the words that were looked for marked. */
export function Snippet({ snippet = '', marks = [] }: Pick<ConversationSummary, 'snippet' | 'marks'>) {
  const from = startOf(snippet, marks[0]?.start ?? 0);
  const parts: ReactNode[] = from === 0 ? [] : ['…'];
  let at = from;
  for (const { start, end } of marks) {
    parts.push(plain(snippet.slice(at, start)), <mark key={start}>{snippet.slice(start, end)}</mark>);
    at = end;
  }
  return (
    <span className="conversation-snippet">
      {parts}
      {plain(snippet.slice(at))}
    </span>
  );
}

/** Where to begin, so that the mark is seen: at a word. */
function startOf(snippet: string, mark: number): number {
  if (mark <= mostBefore) return 0;
  const space = snippet.indexOf(' ', mark - mostBefore);
  return space >= 0 && space < mark ? space + 1 : mark;
}

/** Without the marks by which Markdown makes bold, code and headings. What was found keeps them: they may be what was looked for. */
function plain(text: string): string {
  return text.replace(/\*\*|`+|(?<!\S)#{1,6} /g, '');
}
