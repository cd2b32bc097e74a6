import { Notice } from '../controls/index.ts';
import { routeFragment } from '../state/route.ts';
import type { Threads } from '../state/threads.ts';

interface QuestionsElsewhereProps {
  readonly threads: Threads;
  /** Key of the conversation that is in sight; null: another place is. */
  readonly inSight: string | null;
}

/** The conversations whose questions are out of sight, with the way to each. They stand in a live region. */
export function QuestionsElsewhere({ threads, inSight }: QuestionsElsewhereProps) {
  return Object.values(threads.byKey)
    .filter(({ key, questions }) => key !== inSight && questions.length > 0)
    .map(({ key, title, conversationId }) => (
      <Notice
        key={key}
        tone="warn"
        title={`A question is waiting in ${title === null ? 'another conversation' : `“${title}”`}`}
        actions={
          <a className="button button-plain button-s" href={routeFragment({ place: 'ask', conversationId })}>
            Go to the question
          </a>
        }
      />
    ));
}
