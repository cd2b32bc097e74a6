import { readPastedServers, type Settings } from '@postern/contract';
import { useState } from 'react';
import { Button, Dialog, FailureNotice, Field } from '../controls/index.ts';
import { NameField } from './name-field.tsx';
import { useRun } from './use-run.ts';

type Servers = NonNullable<Settings['mcpServers']>;

interface AddServerDialogProps {
  readonly taken: readonly string[];
  readonly onAdd: (servers: Servers, secrets: Readonly<Record<string, string>>) => Promise<void>;
  readonly onClose: () => void;
}

/** A name, and what the server’s own page says to use. */
export function AddServerDialog({ taken, onAdd, onClose }: AddServerDialogProps) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const run = useRun();
  const add = () => {
    const pasted = readPastedServers(name.trim(), text);
    const twice =
      'problem' in pasted ? undefined : Object.keys(pasted.servers).find((each) => taken.includes(each));
    const wrong =
      'problem' in pasted
        ? pasted.problem
        : twice === undefined
          ? null
          : `There is a server ${twice} already.`;
    setProblem(wrong);
    // What the route refuses comes back as a failure.
    if (!('problem' in pasted) && wrong === null)
      run.start(() => onAdd(pasted.servers as Servers, pasted.secrets), onClose);
  };
  return (
    <Dialog title="Add an MCP server" onClose={onClose}>
      <form
        className="key-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!run.busy) add();
        }}
      >
        <p className="soft">A server that is a program runs with your rights. Add only what you trust.</p>
        <NameField
          text={name}
          placeholder="notes"
          help="Not needed where the JSON has one."
          onText={setName}
        />
        <Field
          label="Command, address or JSON"
          help="As the server’s own page gives it. Keys and tokens in the JSON are kept encrypted on this computer; Postern never shows them again."
          problem={problem}
        >
          {(wiring) => (
            <textarea
              {...wiring}
              rows={6}
              spellCheck={false}
              autoComplete="off"
              placeholder="npx -y @example/notes-server"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
        </Field>
        {run.failure === null ? null : <FailureNotice failure={run.failure} />}
        <div className="row dialog-actions">
          <Button look="primary" submit busy={run.busy}>
            Add
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface ServerSecretDialogProps {
  readonly name: string;
  readonly onSave: (value: string) => Promise<void>;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

/** One secret that a server refers to: given once, never shown. */
export function ServerSecretDialog({ name, onSave, onSaved, onClose }: ServerSecretDialogProps) {
  const [value, setValue] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const run = useRun();
  return (
    <Dialog title={`Save ${name}`} onClose={onClose}>
      <form
        className="key-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setProblem(value === '' ? 'Paste the secret first.' : null);
          if (value !== '' && !run.busy) run.start(() => onSave(value), onSaved);
        }}
      >
        <Field
          label="Secret"
          help="Kept encrypted on this computer, and given to this server only."
          problem={problem}
        >
          {(wiring) => (
            <input
              {...wiring}
              type="password"
              autoComplete="off"
              spellCheck={false}
              value={value}
              onChange={(event) => setValue(event.target.value)}
            />
          )}
        </Field>
        {run.failure === null ? null : <FailureNotice failure={run.failure} />}
        <div className="row dialog-actions">
          <Button look="primary" submit busy={run.busy}>
            Save
          </Button>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
