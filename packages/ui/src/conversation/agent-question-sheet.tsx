import { type AgentQuestion, answerFault, answerTo, type GivenAnswers, visibleText } from '@postern/contract';
import { useId, useState } from 'react';
import { Button, LongText, VisibleText } from '../controls/index.ts';
import type { Question } from '../state/thread.ts';
import { AgentQuestionField } from './agent-question-field.tsx';
import type { AnswerInWords } from './query-actions.ts';
import { QuestionSheet } from './question-sheet.tsx';
import { SafeLink } from './safe-link.tsx';
import { useSettled } from './use-settled.ts';

interface AgentQuestionSheetProps {
  readonly question: Extract<Question, { type: 'words' }>;
  readonly onAnswer: (answer: AnswerInWords) => void;
}

/** What the agent, or an MCP server it uses, wants to know: to choose from, or in the user's own words. */
export function AgentQuestionSheet({ question, onAnswer }: AgentQuestionSheetProps) {
  const { requestId, from, message, url, questions, answering } = question;
  const [given, setGiven] = useState<GivenAnswers>({});
  const settled = useSettled();
  const noteId = useId();
  const fault = answerFault(questions, given);
  const answered = questions.filter((each) => isAnswered(given, each)).length;
  const canAnswer = fault === null && (questions.length === 0 || answered > 0);
  const note = canAnswer ? leftOut(questions.length - answered) : wanted(questions, answered, fault);
  const send = () => {
    if (canAnswer && settled && !answering) onAnswer({ requestId, answers: given });
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
            onClick={send}
          >
            {url === null ? 'Answer' : 'I have done it'}
          </Button>
          <Button busy={answering} onClick={() => onAnswer({ requestId, answers: null })}>
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
          given={answerTo(given, each)}
          onGiven={(answer) => setGiven({ ...given, [each.id]: answer })}
          onEnter={send}
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

function leftOut(count: number): string | null {
  if (count === 0) return null;
  return count === 1
    ? 'One question is left out: the agent decides it.'
    : `${count} questions are left out: the agent decides them.`;
}

function wanted(questions: readonly AgentQuestion[], answered: number, fault: string | null): string | null {
  if (questions.length === 0) return null;
  return answered === 0 || fault === null ? 'Choose an answer, or write your own.' : visibleText(fault);
}
