import { Field } from '../controls/index.ts';

interface NameFieldProps {
  readonly text: string;
  readonly placeholder: string;
  readonly help?: string;
  readonly problem?: string | null;
  readonly onText: (text: string) => void;
}

/** What the user calls an account. */
export function NameField({ text, placeholder, problem = null, onText, ...rest }: NameFieldProps) {
  return (
    <Field label="Name" problem={problem} {...rest}>
      {(wiring) => (
        <input
          {...wiring}
          type="text"
          autoComplete="off"
          maxLength={80}
          placeholder={placeholder}
          value={text}
          onChange={(event) => onText(event.target.value)}
        />
      )}
    </Field>
  );
}
