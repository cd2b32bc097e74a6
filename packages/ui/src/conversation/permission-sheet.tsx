import { describeToolCall, type ToolCallPart, visibleText } from '@postern/contract';
import { useId, useMemo, useRef, useState } from 'react';
import { Button, HelpTip, LongText, Notice } from '../controls/index.ts';
import { sentences } from '../help/index.ts';
import type { Question } from '../state/thread.ts';
import { cautionWording } from './caution-wording.ts';
import { diffShownAtOnce, QuestionDiff } from './diff-view.tsx';
import { outlineDiff } from './parse-diff.ts';
import type { Answer } from './query-actions.ts';
import { QuestionPlace } from './question-place.tsx';
import { QuestionSheet } from './question-sheet.tsx';
import { ToolInput } from './tool-input.tsx';
import { useSeenToEnd } from './use-seen-to-end.ts';
import { useSettled } from './use-settled.ts';

type PermissionQuestion = Extract<Question, { type: 'permission' }>;

interface PermissionSheetProps {
  readonly question: PermissionQuestion;
  readonly onAnswer: (answer: Answer) => void;
}

/** How much of the view “Show the rest” goes on by, so that a line is seen twice rather than never. */
const pageShare = 0.85;

/** May this tool do this? Shows all of what would run, and takes a yes only once its end has been in view. */
export function PermissionSheet({ question, onAnswer }: PermissionSheetProps) {
  const { requestId, diff, call, remember, answering } = question;
  const body = useRef<HTMLElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const reasonId = useId();
  const [unfolded, setUnfolded] = useState(false);
  const outline = useMemo(() => (diff === null ? null : outlineDiff(diff)), [diff]);
  const lines = outline?.lines ?? 0;
  const isFolded = lines > diffShownAtOnce && !unfolded;
  const beside = useMemo(() => partsBeside(question), [question]);
  const seen = useSeenToEnd(end, !isFolded);
  const settled = useSettled();
  const action = visibleText(call.action);
  const answer = (decision: Answer['decision'], isRemembered: boolean) => () =>
    onAnswer({ requestId, decision, remember: isRemembered });
  /** A yes; until the end was seen it does nothing, and says why. In the first moment it does nothing, either. */
  const yes = (isRemembered: boolean) =>
    seen && settled
      ? { onClick: answer('allow', isRemembered) }
      : { 'aria-disabled': true, ...(seen ? {} : { 'aria-describedby': reasonId }) };
  const showMore = () => {
    if (isFolded) setUnfolded(true);
    else body.current?.scrollBy({ top: body.current.clientHeight * pageShare });
  };
  return (
    <QuestionSheet
      title={`Allow the agent to ${action.charAt(0).toLowerCase()}${action.slice(1)}?`}
      about="What it would do"
      bodyRef={body}
      expiresAt={question.expiresAt}
      failure={question.failure}
      note={
        seen ? null : (
          <div className="row question-rest">
            <Button size="s" icon="down" onClick={showMore}>
              {isFolded ? `Show all ${lines} lines` : 'Show the rest'}
            </Button>
            <span id={reasonId} className="small soft">
              Read to the end to allow it.
            </span>
          </div>
        )
      }
      actions={
        <>
          <Button look="primary" busy={answering} {...yes(false)}>
            Allow once
          </Button>
          {remember === null ? null : (
            <Button busy={answering} {...yes(true)}>
              Always allow
            </Button>
          )}
          <Button busy={answering} onClick={answer('deny', false)}>
            Deny
          </Button>
        </>
      }
    >
      <Cautions question={question} />
      <QuestionPlace question={question} />
      {outline === null ? null : <QuestionDiff outline={outline} path={question.path} all={!isFolded} />}
      {beside.length === 0 && (diff !== null || question.path !== null) ? null : <ToolInput parts={beside} />}
      <RememberNote question={question} />
      <div ref={end} className="question-end" />
    </QuestionSheet>
  );
}

function Cautions({
  question: { cautions, path, call, outside },
}: {
  readonly question: PermissionQuestion;
}) {
  const texts = [path ?? '', ...call.parts.map(({ text }) => text)];
  const shown =
    outside && !cautions.includes('outside_workspace')
      ? ['outside_workspace' as const, ...cautions]
      : cautions;
  return shown.map((caution) => {
    const { title, advice } = cautionWording(caution, texts);
    return (
      <Notice key={caution} tone="warn" title={title}>
        <p>{advice}</p>
      </Notice>
    );
  });
}

function RememberNote({ question: { remember } }: { readonly question: PermissionQuestion }) {
  return (
    <div className="small soft question-meaning">
      {remember === null ? (
        'Postern asks every time.'
      ) : (
        <>
          “Always allow” means: The agent may{' '}
          <span className="remembered-words">
            <LongText text={remember.words} />
          </span>
          , without asking, in this workspace. {sentences.permissionAlways}
        </>
      )}{' '}
      <HelpTip topic="permissions" about={['permissionAsked']} />
    </div>
  );
}

/** What a diff shows already, by tool; it is not shown twice. */
const shownByDiff: Readonly<Record<string, readonly string[]>> = {
  Write: ['content'],
  Edit: ['old_string', 'new_string'],
  MultiEdit: ['edits'],
  NotebookEdit: ['new_source'],
};

/** The parts of the input that nothing else in the question shows. */
function partsBeside({ toolName, input, call, diff, path }: PermissionQuestion): readonly ToolCallPart[] {
  const covered =
    diff === null ? [] : Object.hasOwn(shownByDiff, toolName) ? (shownByDiff[toolName] ?? []) : [];
  const rest = Object.entries(input).filter(([member]) => !covered.includes(member));
  const { parts } = covered.length === 0 ? call : describeToolCall(toolName, Object.fromEntries(rest));
  return path === null ? parts : parts.filter(({ kind, text }) => kind !== 'path' || text !== path);
}
