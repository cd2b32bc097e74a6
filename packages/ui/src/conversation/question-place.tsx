import { VisibleText } from '../controls/index.ts';
import type { Question } from '../state/thread.ts';

interface QuestionPlaceProps {
  readonly question: Extract<Question, { type: 'permission' }>;
}

/** Where a call would act: the real path, whole, and what the agent called it where that leads through a link. */
export function QuestionPlace({ question: { path, call, cautions, outside } }: QuestionPlaceProps) {
  if (path === null) return null;
  const named = call.parts.find(({ kind }) => kind === 'path')?.text ?? null;
  const isLinked = cautions.includes('through_link') && named !== null && named !== path;
  return (
    <p className="question-place">
      <span className="tool-label">{outside ? 'Outside this folder' : 'Path'}</span>
      <code className="question-path">
        <VisibleText text={path} dir="ltr" />
      </code>
      {isLinked ? (
        <span className="small">
          named as{' '}
          <code>
            <VisibleText text={named} dir="ltr" />
          </code>
          , a link to this place
        </span>
      ) : null}
    </p>
  );
}
