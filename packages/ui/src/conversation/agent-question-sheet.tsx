import {
  type AgentQuestion,
  type Asker,
  answerFault,
  answerTo,
  type GivenAnswers,
  visibleText,
} from '@postern/contract';
import { useId } from 'react';
import { Button, LongText, VisibleText } from '../controls/index.ts';
import type { AnswerDraft, Question, WrittenAnswers } from '../state/thread.ts';
import { AgentQuestionField } from './agent-question-field.tsx';
import type { AnswerInWords } from './query-actions.ts';
import { QuestionSheet } from './question-sheet.tsx';
import { SafeLink } from './safe-link.tsx';
import { useSettled } from './use-settled.ts';

interface AgentQuestionSheetProps {
  readonly question: Extract<Question, { type: 'words' }>;
  readonly onAnswer: (answer: AnswerInWords) => void;
  readonly onWrite: (written: WrittenAnswers) => void;
}

/** What the agent, or an MCP server it uses, wants to know: to choose from, or in the user's own words. */
export function AgentQuestionSheet({ question, onAnswer, onWrite }: AgentQuestionSheetProps) {
  const { requestId, from, message, url, questions, written, answering } = question;
  const given = givenBy(written);
  const settled = useSettled();
  const noteId = useId();
  const fault = answerFault(questions, given);
  const answered = questions.filter((each) => isAnswered(given, each)).length;
  const canAnswer = fault === null && (questions.length === 0 || answered > 0);
  const note = canAnswer
    ? leftOut(questions.length - answered, from.type)
    : wanted(questions, answered, fault);
  /** In the first moment, a click or a key was meant for what stood there before. */
  const send = (answers: GivenAnswers | null) => {
    if (settled && !answering) onAnswer({ requestId, answers });
  };
  const answer = () => {
    if (canAnswer) send(given);
  };
  return (
    <QuestionSheet
      title={titleOf(question)}
      about={from.type === 'agent' ? 'What it asks' : 'What the server asks'}
      expiresAt={null}
      failure={question.failure}
      note={
        <p id={noteId} className="small soft">
          {note}
        </p>
      }
      actions={
        <>
          <Button
            look="primary"
            busy={answering}
            aria-disabled={!canAnswer || !settled || undefined}
            aria-describedby={noteId}
            onClick={answer}
          >
            {url === null ? 'Answer' : 'I have done it'}
          </Button>
          <Button busy={answering} aria-disabled={!settled || undefined} onClick={() => send(null)}>
            {from.type === 'agent' ? 'Skip' : 'Decline'}
          </Button>
        </>
      }
    >
      {message === null ? null : (
        <p className="question-message">
          <LongText text={message} />
        </p>
      )}
      {url === null ? null : (
        <p className="question-place">
          <span className="tool-label">Page</span>
          <SafeLink href={url}>
            <VisibleText text={url} dir="ltr" />
          </SafeLink>
        </p>
      )}
      {questions.map((each) => (
        <AgentQuestionField
          key={each.id}
          question={each}
          draft={written[each.id] ?? noDraft}
          onDraft={(draft) => onWrite({ ...written, [each.id]: draft })}
          problemId={isWrong(each, written) ? noteId : undefined}
          onEnter={() => {
            // The others may still be meant to be answered: only the button leaves them out.
            if (answered === questions.length) answer();
          }}
        />
      ))}
    </QuestionSheet>
  );
}

function titleOf({ from, questions, url }: AgentQuestionSheetProps['question']): string {
  if (from.type === 'agent')
    return questions.length === 1 ? 'The agent has a question' : 'The agent has questions';
  const server = `The MCP server ${visibleText(from.name)}`;
  return url === null ? `${server} asks for information` : `${server} asks you to open a page`;
}

function isAnswered(given: GivenAnswers, question: AgentQuestion): boolean {
  const { chosen, text } = answerTo(given, question);
  return chosen.length > 0 || text !== '';
}

const noDraft: AnswerDraft = { chosen: [], words: '', hasWords: false };

function givenBy(written: WrittenAnswers): GivenAnswers {
  return Object.fromEntries(
    Object.entries(written).map(([id, { chosen, words, hasWords }]) => [
      id,
      { chosen: [...chosen], text: hasWords ? words : '' },
    ]),
  );
}

function isWrong(question: AgentQuestion, written: WrittenAnswers): boolean {
  const given = givenBy({ [question.id]: written[question.id] ?? noDraft });
  return isAnswered(given, question) && answerFault([question], given) !== null;
}

function leftOut(count: number, asker: Asker['type']): string | null {
  if (count === 0) return null;
  const left = count === 1 ? 'One question is left out' : `${count} questions are left out`;
  if (asker !== 'agent') return `${left}.`;
  return `${left}: the agent decides ${count === 1 ? 'it' : 'them'}.`;
}

function wanted(questions: readonly AgentQuestion[], answered: number, fault: string | null): string | null {
  if (questions.length === 0) return null;
  if (answered > 0 && fault !== null) return fault;
  if (questions.every(({ ownWords }) => ownWords === 'none')) return 'Choose an answer.';
  return questions.every(({ options }) => options.length === 0)
    ? 'Enter an answer.'
    : 'Choose an answer, or write your own.';
}
