import { Button, HelpTip, ScrollRegion } from '../controls/index.ts';
import { sentences } from '../help/index.ts';
import { DiffView } from './diff-view.tsx';
import type { Answer } from './query-actions.ts';
import { QuestionSheet } from './question-sheet.tsx';
import type { Question } from './thread.ts';
import { inputText, toolWording } from './tool-wording.ts';

interface PermissionSheetProps {
  readonly question: Extract<Question, { type: 'permission' }>;
  /** Where "always" would hold; null is the conversation's own folder. */
  readonly workspace: string | null;
  readonly onAnswer: (answer: Answer) => void;
}

/** May this tool do this? Shows the whole of it, and says what "always" will mean. */
export function PermissionSheet({ question, workspace, onAnswer }: PermissionSheetProps) {
  const { requestId, toolName, input, path, diff, answering } = question;
  const { does, target } = toolWording(toolName, input);
  const answer = (decision: Answer['decision'], remember: boolean) => () =>
    onAnswer({ requestId, decision, remember });
  return (
    <QuestionSheet
      title={`Allow it to ${does.charAt(0).toLowerCase()}${does.slice(1)}?`}
      expiresAt={question.expiresAt}
      failure={question.failure}
      actions={
        <>
          <Button look="primary" busy={answering} onClick={answer('allow', false)}>
            Allow once
          </Button>
          <Button busy={answering} onClick={answer('allow', true)}>
            Always allow here
          </Button>
          <Button look="danger" busy={answering} onClick={answer('deny', false)}>
            Deny
          </Button>
        </>
      }
    >
      {diff === null ? (
        <ScrollRegion className="question-input" aria-label="What it would do">
          <pre>{inputText(input)}</pre>
        </ScrollRegion>
      ) : (
        <DiffView diff={diff} path={path ?? target} />
      )}
      <p className="small soft question-meaning">
        “Always” means: {toolName} may do this kind of thing in{' '}
        {workspace === null ? 'this conversation’s own folder' : <code>{workspace}</code>} without being
        asked. {sentences.permissionAlways} <HelpTip topic="permissions" about={['permission']} />
      </p>
    </QuestionSheet>
  );
}
