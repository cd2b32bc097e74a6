import type { AgentQuestion } from '@postern/contract';
import { useId, useState } from 'react';
import { LongText, VisibleText } from '../controls/index.ts';
import { MarkdownText } from './markdown.tsx';

/** What was answered so far. */
interface Given {
  readonly chosen: readonly string[];
  readonly text: string;
}

interface AgentQuestionFieldProps {
  readonly question: AgentQuestion;
  readonly given: Given;
  readonly onGiven: (given: { chosen: string[]; text: string }) => void;
  /** Enter in a line of the user's own words. */
  readonly onEnter: () => void;
}

/** One question: its options as buttons of one group, and a line for other words where they are taken. */
export function AgentQuestionField({ question, given, onGiven, onEnter }: AgentQuestionFieldProps) {
  const { options, multiple, ownWords } = question;
  const name = useId();
  const { chosen } = given;
  const [other, setOther] = useState({ isChosen: options.length === 0, text: '' });
  const tell = (labels: readonly string[], words: typeof other) =>
    onGiven({ chosen: [...labels], text: words.isChosen ? words.text : '' });
  const choose = (label: string) => {
    const isChosen = chosen.includes(label);
    if (multiple) return tell(isChosen ? chosen.filter((each) => each !== label) : [...chosen, label], other);
    setOther({ ...other, isChosen: false });
    return tell([label], { ...other, isChosen: false });
  };
  const write = (words: typeof other) => {
    setOther(words);
    tell(multiple || !words.isChosen ? chosen : [], words);
  };
  const line = (
    <input
      className="question-words"
      type="text"
      inputMode={ownWords === 'text' ? 'text' : 'decimal'}
      aria-label={options.length === 0 ? question.text : `Another answer to: ${question.text}`}
      placeholder={placeholders[ownWords]}
      dir="auto"
      value={other.text}
      onFocus={() => {
        if (!other.isChosen && other.text !== '') write({ ...other, isChosen: true });
      }}
      onChange={(event) => write({ isChosen: event.target.value !== '', text: event.target.value })}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) onEnter();
      }}
    />
  );
  const shown = options.find(({ label, preview }) => chosen.includes(label) && preview !== undefined);
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
            checked={other.isChosen}
            onChange={() => write({ ...other, isChosen: multiple ? !other.isChosen : true })}
          />
          {line}
        </div>
      )}
      {shown?.preview === undefined ? null : (
        <section className="agent-question-preview" aria-label="Preview">
          <MarkdownText text={shown.preview} />
        </section>
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
