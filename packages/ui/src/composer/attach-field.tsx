import { useRef, useState } from 'react';
import { Button, Field } from '../controls/index.ts';

interface AttachFieldProps {
  readonly onFiles: (files: Iterable<File>) => void;
  readonly onAttach: (path: string) => void;
  readonly onClose: () => void;
}

/** Takes files that are picked, which are sent to Postern, or the path of a file, which the agent reads where it is. */
export function AttachField({ onFiles, onAttach, onClose }: AttachFieldProps) {
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const attach = () => {
    const given = path.trim();
    if (!isAbsolutePath(given)) {
      setProblem('Enter the full path, starting at the root.');
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
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        aria-label="Files to attach"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be picked again.
          event.target.value = '';
        }}
      />
      <Button icon="file" onClick={() => picker.current?.click()}>
        Choose files…
      </Button>
      <p className="soft">You can also paste or drop images, PDFs and text files, up to 32 MiB each.</p>
      <Field label="File path" problem={problem}>
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
