import { readPastedServers, type Settings } from '@postern/contract';
import { useState } from 'react';
import { Field } from '../controls/index.ts';
import { FormDialog } from './form-dialog.tsx';
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
    <FormDialog title="Add an MCP server" action="Add" run={run} onSubmit={add} onClose={onClose}>
      <p className="soft">A server that is a program runs with your rights. Add only what you trust.</p>
      <NameField text={name} placeholder="notes" help="Not needed where the JSON has one." onText={setName} />
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
    </FormDialog>
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
  const save = () => {
    setProblem(value === '' ? 'Paste the secret first.' : null);
    if (value !== '') run.start(() => onSave(value), onSaved);
  };
  return (
    <FormDialog title={`Save ${name}`} action="Save" run={run} onSubmit={save} onClose={onClose}>
      <Field
        label="Secret"
        help="Kept encrypted on this computer, and given only to servers that refer to it."
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
    </FormDialog>
  );
}
