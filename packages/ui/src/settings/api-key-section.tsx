import type { Settings } from '@postern/contract';
import { type ReactNode, useState } from 'react';
import { Badge, Button, FailureNotice, HandFocusOn, HelpTip, Notice } from '../controls/index.ts';
import { sentences } from '../help/index.ts';
import type { Work } from '../state/pending-operation.ts';
import type { AccountActions } from './account-actions.ts';
import { ApiKeyField, whatIsWrong } from './api-key-field.tsx';

interface ApiKeySectionProps {
  readonly settings: Pick<Settings, 'hasApiKey' | 'apiKey'>;
  /** With a sign-in that works, the key is the backup and its field steps back. */
  readonly isBackup: boolean;
  readonly work: Work;
  readonly actions: Pick<AccountActions, 'saveKey' | 'removeKey' | 'noted'>;
}

/** The Console API key: one field, never shown again once saved. */
export function ApiKeySection({ settings, isBackup, work, actions }: ApiKeySectionProps) {
  const saved = settings.hasApiKey;
  const title = isBackup ? 'Backup API key' : 'API key';
  const busy = work.doing === 'saving';
  const noted = () => actions.noted('api_key');
  const remove = saved ? (
    <HandFocusOn to="api-key-title">
      <Button look="danger" busy={busy} onClick={actions.removeKey}>
        Remove key
      </Button>
    </HandFocusOn>
  ) : null;
  const form = (
    <KeyForm saved={saved} busy={busy} onSave={actions.saveKey}>
      {isBackup ? null : remove}
    </KeyForm>
  );
  return (
    <section className={isBackup ? 'card card-quiet' : 'card'}>
      <div className="card-head">
        <h2 id="api-key-title" tabIndex={-1}>
          {title} <HelpTip topic="keys" about={['apiKey', 'apiKeyConsent', 'privacy']} />
        </h2>
        <Badge tone={saved ? 'good' : 'note'}>
          {saved ? `Saved, ends in ${settings.apiKey?.last4 ?? '····'}` : 'Not set up'}
        </Badge>
      </div>
      <p className="soft">{sentences.apiKey}</p>
      {isBackup && saved ? <p className="small soft">{sentences.apiKeyConsent}</p> : null}
      {isBackup ? (
        <details className="fold">
          <summary>{saved ? 'Replace the key' : 'Add a backup key'}</summary>
          {form}
        </details>
      ) : (
        form
      )}
      {isBackup && saved ? <div className="row">{remove}</div> : null}
      {work.failure === null ? null : <FailureNotice failure={work.failure} onDismiss={noted} />}
      {work.outcome === null ? null : (
        <div role="status" aria-label="Outcome">
          <Notice tone="good" title={work.outcome} onDismiss={noted} />
        </div>
      )}
    </section>
  );
}

interface KeyFormProps {
  readonly saved: boolean;
  readonly busy: boolean;
  readonly onSave: AccountActions['saveKey'];
  /** What else can be done with the key. */
  readonly children: ReactNode;
}

function KeyForm({ saved, busy, onSave, children }: KeyFormProps) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const save = () => {
    const key = text.trim();
    const wrong = whatIsWrong(key);
    setProblem(wrong);
    if (wrong !== null) return;
    // A key that was refused stays, to be tried again or corrected; what was typed since is another.
    void onSave(key).then((saved) => {
      if (saved) setText((now) => (now.trim() === key ? '' : now));
    });
  };
  return (
    <form
      className="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <ApiKeyField
        text={text}
        placeholder={saved ? 'Enter a new key to replace it' : 'sk-ant-api…'}
        problem={problem}
        onText={setText}
      />
      <div className="row">
        <Button submit busy={busy}>
          Save key
        </Button>
        {children}
      </div>
    </form>
  );
}
