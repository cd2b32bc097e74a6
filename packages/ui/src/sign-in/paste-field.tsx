import { useState } from 'react';
import { Button, Field } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';
import { sentences } from '../help/index.ts';

interface PasteFieldProps {
  readonly failure: Failure | null;
  readonly busy: boolean;
  readonly onPaste: (text: string) => void;
}

/** Takes the code that the provider's page shows where the browser cannot come back. */
export function PasteField({ failure, busy, onPaste }: PasteFieldProps) {
  const [text, setText] = useState('');
  return (
    <form
      className="paste-field"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '' && !busy) onPaste(text.trim());
      }}
    >
      <Field
        label="Code from the page"
        help={sentences.signInPaste}
        problem={failure === null ? null : `${failure.title}. ${failure.nextStep}`}
      >
        {(wiring) => (
          <input
            {...wiring}
            type="text"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button submit busy={busy} aria-disabled={text.trim() === ''}>
        Submit code
      </Button>
    </form>
  );
}
