import { Notice } from '../controls/index.ts';
import { routeFragment } from '../state/route.ts';
import type { Threads } from '../state/threads.ts';

interface QuestionsElsewhereProps {
  readonly threads: Threads;
  /** Key of the conversation that is in sight; null: another place is. */
  readonly inSight: string | null;
}

/**
 * A conversation whose question is out of sight, with the way to it, and how many others there are: the list marks each. It stands in
 * a live region.
 */
export function QuestionsElsewhere({ threads, inSight }: QuestionsElsewhereProps) {
  const [first, ...others] = Object.values(threads.byKey).filter(
    ({ key, questions }) => key !== inSight && questions.length > 0,
  );
  if (first === undefined) return null;
  const { title, conversationId } = first;
  return (
    <Notice
      tone="warn"
      title={`A question is waiting in ${title === null ? 'another conversation' : `“${title}”`}`}
      actions={
        <a className="button button-plain button-s" href={routeFragment({ place: 'ask', conversationId })}>
          Go to the question
        </a>
      }
    >
      {others.length === 0 ? undefined : (
        <p>
          {others.length === 1
            ? '1 more conversation has a question.'
            : `${others.length} more conversations have a question.`}
        </p>
      )}
    </Notice>
  );
}
