import { useState } from 'react';
import { Button, Field } from '../controls/index.ts';

interface AttachFieldProps {
  readonly onAttach: (path: string) => void;
  readonly onClose: () => void;
}

/** Takes the path of a file: a page cannot see paths, and the agent reads the file itself. */
export function AttachField({ onAttach, onClose }: AttachFieldProps) {
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const attach = () => {
    const given = path.trim();
    if (!isAbsolutePath(given)) {
      setProblem('Give the whole path, from the root of the disk.');
      return;
    }
    onAttach(given);
    setPath('');
    setProblem(null);
  };
  return (
    <form
      className="attach-field"
      onSubmit={(event) => {
        event.preventDefault();
        attach();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <Field label="Path of the file" problem={problem}>
        {(wiring) => (
          <input
            {...wiring}
            type="text"
            autoComplete="off"
            spellCheck={false}
            placeholder="/home/you/notes.md"
            value={path}
            ref={focusOnce}
            onChange={(event) => setPath(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        <Button submit>Attach file</Button>
        <Button look="quiet" onClick={onClose}>
          Done
        </Button>
      </div>
    </form>
  );
}

function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}

function isAbsolutePath(path: string): boolean {
  return path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
}
