import { useId } from 'react';
import { RadioButton } from './radio-button.tsx';

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly value: Value;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    readonly detail?: string;
  }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few whole sentences, below each other. */
export function Choice<Value extends string>({ legend, value, options, onChange }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend>{legend}</legend>
      {options.map((option) => (
        <RadioButton
          key={option.value}
          className="choice-option"
          name={name}
          value={option.value}
          chosen={value}
          onChoose={onChange}
        >
          <span>
            <span className="choice-label">{option.label}</span>
            {option.detail === undefined ? null : <span className="choice-detail">{option.detail}</span>}
          </span>
        </RadioButton>
      ))}
    </fieldset>
  );
}
