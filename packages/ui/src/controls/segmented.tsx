import { useId } from 'react';
import { RadioButton } from './radio-button.tsx';

interface SegmentedProps<Value extends string> {
  readonly legend: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: Value) => void;
}

/** One of a few, side by side; radio buttons underneath, so that arrows and screen readers work as usual. */
export function Segmented<Value extends string>(props: SegmentedProps<Value>) {
  const name = useId();
  return (
    <fieldset className="segmented" disabled={props.disabled}>
      <legend className="visually-hidden">{props.legend}</legend>
      {props.options.map((option) => (
        <RadioButton
          key={option.value}
          name={name}
          value={option.value}
          chosen={props.value}
          onChoose={props.onChange}
        >
          <span>{option.label}</span>
        </RadioButton>
      ))}
    </fieldset>
  );
}
