import { useEffect, useRef, useState } from 'react';
import { waitsForReset } from '../state/thread.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { shownThread, type Threads } from '../state/threads.ts';

interface AnnouncerProps {
  readonly threads: Threads;
  /** Whether the shown conversation is in sight; where it is not, the notices say that a question waits. */
  readonly inSight: boolean;
}

/** Tells a screen reader the few things worth hearing without looking: a question waits, the answer is there, it failed. */
export function Announcer({ threads, inSight }: AnnouncerProps) {
  const [said, setSaid] = useState('');
  const thread = shownThread(threads);
  const before = useRef({ key: thread.key, running: thread.run !== null, questions: 0 });
  const running = thread.run !== null;
  const waiting = thread.run?.place != null || waitsForReset(thread);
  const questions = thread.questions.length;
  const isAsked = Object.values(threads.byKey).some((each) => each.questions.length > 0);
  const end = endInWords(thread.items.at(-1)?.type);
  useEffect(() => {
    const last = before.current;
    before.current = { key: thread.key, running, questions };
    if (last.key !== thread.key) setSaid('');
    else if (questions > last.questions) setSaid(inSight ? 'Postern needs an answer from you.' : '');
    else if (last.running && !running) setSaid(end);
    // The same words are read out again only if they were gone in between.
    else if (running && (!last.running || questions < last.questions)) setSaid('');
  }, [thread.key, running, questions, end, inSight]);
  useEffect(() => {
    const doing = isAsked ? 'Question · ' : waiting ? 'Waiting · ' : running ? 'Answering · ' : '';
    document.title = `${doing}Postern`;
  }, [isAsked, waiting, running]);
  return (
    <p className="visually-hidden" role="status" aria-label="Announcements">
      {said}
    </p>
  );
}

/** How a query ended, by what stands last. An error has a live region of its own. */
function endInWords(last: ThreadItem['type'] | undefined): string {
  if (last === 'error') return '';
  return last === 'stopped' ? 'Stopped.' : 'The answer is complete.';
}
