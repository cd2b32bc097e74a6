import type { CredentialView, Settings } from '@postern/contract';
import { useId } from 'react';
import { HelpTip } from '../controls/index.ts';
import { kindNames } from '../format/index.ts';
import { sentences } from '../help/index.ts';
import { accountsOf } from '../state/accounts.ts';
import { chosenFor, workspacesListed } from './workspace-choice.ts';

interface WorkspaceSectionProps {
  readonly settings: Settings;
  readonly credentials: readonly CredentialView[];
  /** Those that were used before, most recent first. */
  readonly used: readonly string[];
  /** What a folder is called. */
  readonly nameOf: (workspace: string) => string;
  readonly onChange: (workspaceCredential: Record<string, string>) => void;
}

/** Which account is tried first in which workspace. */
export function WorkspaceSection({ settings, credentials, used, nameOf, onChange }: WorkspaceSectionProps) {
  const { shown, more } = workspacesListed(settings, used);
  const row = (workspace: string) => (
    <WorkspaceRow
      key={workspace}
      workspace={workspace}
      name={nameOf(workspace)}
      settings={settings}
      credentials={credentials}
      onChoose={(id) => onChange(chosenFor(settings, workspace, id))}
    />
  );
  return (
    <section className="card" aria-labelledby="workspaces-title">
      <h2 id="workspaces-title">
        Accounts by workspace <HelpTip topic="workspaces" about={['workspace', 'workspaceAccount']} />
      </h2>
      <p className="soft">{sentences.workspaceAccount}</p>
      {shown.length + more.length === 0 ? (
        <p className="small soft">Workspaces you use are listed here.</p>
      ) : null}
      {shown.map(row)}
      {more.length === 0 ? null : (
        <details className="fold">
          <summary>{more.length} more in the default order</summary>
          <div className="stack">{more.map(row)}</div>
        </details>
      )}
    </section>
  );
}

interface WorkspaceRowProps {
  readonly workspace: string;
  readonly name: string;
  readonly settings: Settings;
  readonly credentials: readonly CredentialView[];
  readonly onChoose: (id: string | null) => void;
}

function WorkspaceRow({ workspace, name, settings, credentials, onChoose }: WorkspaceRowProps) {
  const id = useId();
  const chosen = settings.workspaceCredential?.[workspace] ?? null;
  const kinds = settings.credentialOrder.map((kind) => ({
    kind,
    accounts: accountsOf(kind, credentials, settings).filter(
      ({ id: each, status }) => each === chosen || (status !== 'absent' && status !== 'not_configured'),
    ),
  }));
  const isThere = kinds.some(({ accounts }) => accounts.some((each) => each.id === chosen));
  return (
    <div className="labelled workspace-row">
      <label htmlFor={id} className="workspace-path" title={workspace}>
        {name}
      </label>
      <select
        id={id}
        className="select"
        value={chosen ?? ''}
        onChange={(event) => onChoose(event.target.value === '' ? null : event.target.value)}
      >
        <option value="">Default order</option>
        {chosen === null || isThere ? null : <option value={chosen}>{goneName(chosen)}</option>}
        {kinds.map(({ kind, accounts }) =>
          accounts.length === 0 ? null : (
            <optgroup key={kind} label={kindNames[kind]}>
              {accounts.map((account) => (
                <option key={account.id} value={account.id}>
                  {account.status === 'absent' ? `${account.label} (not signed in)` : account.label}
                </option>
              ))}
            </optgroup>
          ),
        )}
      </select>
    </div>
  );
}

/** An account that was removed, by what is left of it: its kind and what distinguished it from the others. */
function goneName(id: string): string {
  const [kind, name] = [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)];
  const known = Object.entries(kindNames).find(([each]) => each === kind);
  return `${known === undefined ? id : `${known[1]} “${name}”`} (removed)`;
}
