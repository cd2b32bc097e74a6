import type { ReactNode } from 'react';

interface RadioButtonProps<Value extends string> {
  /** Of its group. */
  readonly name: string;
  readonly value: Value;
  /** The one of the group that is set. */
  readonly chosen: Value;
  readonly onChoose: (value: Value) => void;
  readonly className?: string;
  /** What it is called. */
  readonly children: ReactNode;
}

/** A radio button of a fieldset, with its label. What is set is shown, also after a press that changed nothing: a browser may have refused it. */
export function RadioButton<Value extends string>(props: RadioButtonProps<Value>) {
  const { name, value, chosen, onChoose, className, children } = props;
  return (
    <label className={className}>
      <input
        type="radio"
        name={name}
        value={value}
        checked={value === chosen}
        onChange={({ currentTarget }) => {
          onChoose(value);
          // The browser shows the press, and nothing is drawn again where the choice stays as it was.
          const group = currentTarget.closest('fieldset')?.querySelectorAll('input') ?? [];
          for (const each of group) each.checked = each.value === chosen;
        }}
      />
      {children}
    </label>
  );
}
