import { type ReactNode, useId } from 'react';

/** What a field's input needs to be tied to its label and texts. */
export interface FieldWiring {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

interface FieldProps {
  readonly label: string;
  readonly help?: ReactNode;
  /** What is wrong with what was entered, and what to do. */
  readonly problem?: string | null;
  readonly children: (wiring: FieldWiring) => ReactNode;
}

/** A labelled input with help below it and a problem where there is one. */
export function Field({ label, help, problem = null, children }: FieldProps) {
  const id = useId();
  const helpId = `${id}-help`;
  const problemId = `${id}-problem`;
  const described = [help === undefined ? null : helpId, problem === null ? null : problemId].filter(
    (each) => each !== null,
  );
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': problem === null ? undefined : true,
      })}
      {help === undefined ? null : (
        <p id={helpId} className="field-help">
          {help}
        </p>
      )}
      {problem === null ? null : (
        <p id={problemId} className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
