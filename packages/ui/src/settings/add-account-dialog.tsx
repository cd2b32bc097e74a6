import { useState } from 'react';
import type { AccountListActions } from './account-list-actions.ts';
import { type AddedKind, addTexts } from './account-wording.ts';
import { ApiKeyField, whatIsWrong } from './api-key-field.tsx';
import { FormDialog } from './form-dialog.tsx';
import { NameField } from './name-field.tsx';
import { useRun } from './use-run.ts';

interface AddAccountDialogProps {
  readonly kind: AddedKind;
  readonly actions: AccountListActions;
  /** The account has its place; a sign-in is still to come. */
  readonly onSignIn: (id: string) => void;
  readonly onClose: () => void;
}

/** A further account: its name first, then its key or its sign-in. */
export function AddAccountDialog({ kind, actions, onSignIn, onClose }: AddAccountDialogProps) {
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const [problems, setProblems] = useState<{ name: string | null; key: string | null }>({
    name: null,
    key: null,
  });
  const run = useRun();
  const texts = addTexts[kind];
  const isKey = kind === 'api_key';
  const add = () => {
    const label = name.trim();
    const found = {
      name: label === '' ? 'Enter a name.' : null,
      key: isKey ? whatIsWrong(key.trim()) : null,
    };
    setProblems(found);
    if (found.name !== null || found.key !== null) return;
    if (isKey) run.start(() => actions.addKey(label, key.trim()), onClose);
    else run.start(async () => onSignIn(await actions.addSignIn(kind, label)));
  };
  return (
    <FormDialog
      title={texts.title}
      action={isKey ? 'Save key' : 'Continue to sign-in'}
      run={run}
      onSubmit={add}
      onClose={onClose}
    >
      <p className="soft">{texts.sentence}</p>
      <NameField text={name} placeholder="Work" problem={problems.name} onText={setName} />
      {isKey ? (
        <ApiKeyField text={key} placeholder="sk-ant-api…" problem={problems.key} onText={setKey} />
      ) : null}
    </FormDialog>
  );
}
