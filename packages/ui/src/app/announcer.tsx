import { useEffect, useRef, useState } from 'react';
import { waitsForReset } from '../state/thread.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { shownThread, type Threads } from '../state/threads.ts';

interface AnnouncerProps {
  readonly threads: Threads;
}

/** Tells a screen reader the few things worth hearing without looking: a question waits, the answer is there, it failed. */
export function Announcer({ threads }: AnnouncerProps) {
  const [said, setSaid] = useState('');
  const thread = shownThread(threads);
  const before = useRef({ key: thread.key, running: thread.run !== null, questions: 0 });
  const running = thread.run !== null;
  const waiting = thread.run?.place != null || waitsForReset(thread);
  const questions = thread.questions.length;
  const end = endInWords(thread.items.at(-1)?.type);
  useEffect(() => {
    const last = before.current;
    before.current = { key: thread.key, running, questions };
    if (last.key !== thread.key) setSaid('');
    else if (questions > last.questions) setSaid('Postern needs an answer from you.');
    else if (last.running && !running) setSaid(end);
    // The same words are read out again only if they were gone in between.
    else if (running && (!last.running || questions < last.questions)) setSaid('');
  }, [thread.key, running, questions, end]);
  useEffect(() => {
    const doing = questions > 0 ? 'Question · ' : waiting ? 'Waiting · ' : running ? 'Answering · ' : '';
    document.title = `${doing}Postern`;
  }, [questions, waiting, running]);
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
