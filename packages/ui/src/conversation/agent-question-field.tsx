import { type AgentQuestion, visibleText } from '@postern/contract';
import { useId } from 'react';
import { LongText, takenByInputMethod, VisibleText } from '../controls/index.ts';
import type { AnswerDraft } from '../state/thread.ts';
import { MarkdownText } from './markdown.tsx';

interface AgentQuestionFieldProps {
  readonly question: AgentQuestion;
  readonly draft: AnswerDraft;
  readonly onDraft: (draft: AnswerDraft) => void;
  /** The element that says what is wrong with it; undefined: nothing is. */
  readonly problemId: string | undefined;
  /** Enter in a line of the user's own words. */
  readonly onEnter: () => void;
}

/** One question: its options as buttons of one group, and a line for other words where they are taken. */
export function AgentQuestionField(props: AgentQuestionFieldProps) {
  const { question, draft, onDraft, problemId, onEnter } = props;
  const { options, multiple, ownWords } = question;
  const name = useId();
  const { chosen, words, hasWords } = draft;
  const choose = (label: string) => {
    if (!multiple) onDraft({ words, hasWords: false, chosen: [label] });
    else if (chosen.includes(label)) onDraft({ ...draft, chosen: chosen.filter((each) => each !== label) });
    else onDraft({ ...draft, chosen: [...chosen, label] });
  };
  const write = (text: string, isChosen: boolean) =>
    onDraft({ words: text, hasWords: isChosen, chosen: multiple || !isChosen ? chosen : [] });
  const line = (
    <input
      className="question-words"
      type="text"
      inputMode={ownWords === 'text' ? 'text' : 'decimal'}
      aria-label={options.length === 0 ? question.text : `Another answer to: ${question.text}`}
      placeholder={placeholders[ownWords]}
      dir="auto"
      aria-invalid={problemId !== undefined || undefined}
      aria-describedby={problemId}
      value={words}
      onChange={(event) => write(event.target.value, event.target.value !== '')}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !takenByInputMethod(event)) onEnter();
      }}
    />
  );
  return (
    <fieldset className="choice agent-question">
      <legend>
        {question.header === '' ? null : (
          <span className="tool-label">
            <VisibleText text={question.header} />
          </span>
        )}
        <span className="agent-question-text">
          <LongText text={question.text} />
        </span>
        {multiple ? <span className="small soft"> Several may be chosen.</span> : null}
      </legend>
      {options.map(({ label, description }, index) => (
        <label key={optionKey(index)} className="choice-option">
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={name}
            checked={chosen.includes(label)}
            onChange={() => choose(label)}
          />
          <span>
            <span className="choice-label">
              <VisibleText text={label} />
            </span>
            {description === '' ? null : (
              <span className="choice-detail">
                <VisibleText text={description} />
              </span>
            )}
          </span>
        </label>
      ))}
      {ownWords === 'none' ? null : options.length === 0 ? (
        line
      ) : (
        <div className="choice-option">
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={name}
            aria-label="Other"
            checked={hasWords}
            onChange={() => write(words, !multiple || !hasWords)}
          />
          {line}
        </div>
      )}
      {options.map(({ label, preview }, index) =>
        preview === undefined || !chosen.includes(label) ? null : (
          <section
            key={optionKey(index)}
            className="agent-question-preview"
            aria-label={multiple ? `Preview of ${visibleText(label)}` : 'Preview'}
          >
            <MarkdownText text={preview} />
          </section>
        ),
      )}
    </fieldset>
  );
}

const placeholders: Readonly<Record<AgentQuestion['ownWords'], string>> = {
  none: '',
  text: 'Other, in your words',
  number: 'A number',
  integer: 'A whole number',
};

/** Two options may have one label; their places differ, and do not change. */
function optionKey(index: number): string {
  return `o${index}`;
}
