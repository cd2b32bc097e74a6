import { useEffect, useRef, useState } from 'react';
import { waitingInWords } from '../conversation/waiting-in-words.ts';
import { resetAwaited } from '../state/thread.ts';
import type { ThreadItem } from '../state/thread-item.ts';
import { shownThread, type Threads } from '../state/threads.ts';

interface AnnouncerProps {
  readonly threads: Threads;
  /** Whether the shown conversation is in sight; where it is not, the notices say that a question waits. */
  readonly inSight: boolean;
}

/** Tells a screen reader the few things worth hearing without looking: a question waits, it waits, the answer is there, it failed. */
export function Announcer({ threads, inSight }: AnnouncerProps) {
  const [said, setSaid] = useState('');
  const thread = shownThread(threads);
  const before = useRef({ key: thread.key, running: thread.run !== null, questions: 0, awaited: '' });
  const running = thread.run !== null;
  const reset = resetAwaited(thread);
  const awaited = reset?.key ?? '';
  const waiting = thread.run?.place != null || reset !== null;
  const questions = thread.questions.length;
  const isAsked = Object.values(threads.byKey).some((each) => each.questions.length > 0);
  const end = endInWords(thread.items.at(-1));
  const wait = reset === null ? '' : waitingInWords(reset, Date.now());
  useEffect(() => {
    const last = before.current;
    before.current = { key: thread.key, running, questions, awaited };
    if (last.key !== thread.key) setSaid('');
    else if (questions > last.questions) setSaid(inSight ? 'Postern needs an answer from you.' : '');
    else if (last.running && !running) setSaid(end);
    else if (awaited !== last.awaited) setSaid(wait);
    // The same words are read out again only if they were gone in between.
    else if (running && (!last.running || questions < last.questions)) setSaid('');
  }, [thread.key, running, questions, awaited, wait, end, inSight]);
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

/** How a query ended, by what stands last. What stands in the conversation is no live region: it comes and goes as one scrolls. */
function endInWords(last: ThreadItem | undefined): string {
  if (last?.type === 'error') return `${last.failure.title}.`;
  return last?.type === 'stopped' ? 'Stopped.' : 'The answer is complete.';
}
