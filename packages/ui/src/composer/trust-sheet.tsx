import type { WorkspaceItem, WorkspaceLook } from '@postern/contract';
import { Button, Dialog, FailureNotice, VisibleText } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';

interface TrustSheetProps {
  readonly look: WorkspaceLook;
  readonly failure: Failure | null;
  readonly busy: boolean;
  readonly onTrust: (hash: string | null) => void;
  readonly onClose: () => void;
}

const kinds: Readonly<Record<WorkspaceItem['kind'], string>> = {
  instructions: 'Instructions',
  mcp_server: 'MCP server',
  skill: 'Skill',
  command: 'Command',
  agent: 'Subagent',
  hook: 'Hook',
  setting: 'Setting',
};

/** What in a folder would shape the agent: all that loads, openable, and all that does not, with why. One click trusts exactly that. */
export function TrustSheet({ look, failure, busy, onTrust, onClose }: TrustSheetProps) {
  const loading = look.items.filter(({ loads }) => loads);
  const never = look.items.filter(({ loads }) => !loads);
  return (
    <Dialog
      title={look.trust === 'trusted' ? 'You trust this folder' : 'Trust this folder?'}
      onClose={onClose}
    >
      <p>
        <bdi dir="ltr" className="picker-path">
          {look.path}
        </bdi>
      </p>
      {look.trust === 'changed' ? (
        <p>This folder has changed since you trusted it. Nothing loads until you trust it again.</p>
      ) : (
        <p className="soft">
          The agent follows these texts as if you wrote them. Postern asks again if they change.
        </p>
      )}
      {loading.some(({ kind }) => kind === 'mcp_server') ? (
        <p className="soft">
          Its MCP servers start with each conversation here. One that is a program runs with your rights.
        </p>
      ) : null}
      {loading.length === 0 ? <p>This folder has nothing to load.</p> : null}
      {loading.map((item) => (
        <details key={`${item.file} ${item.name}`} className="trust-item">
          <summary>
            {kinds[item.kind]}: <bdi dir="ltr">{item.kind === 'mcp_server' ? item.name : item.file}</bdi>{' '}
            <span className="soft">{item.summary}</span>
          </summary>
          {item.reason === null ? null : <p className="soft">{item.reason}</p>}
          <pre className="trust-text">
            <VisibleText text={item.text ?? ''} />
          </pre>
        </details>
      ))}
      {never.length === 0 ? null : (
        <details className="trust-item">
          <summary>Never loaded: {never.length}</summary>
          <ul className="trust-never">
            {never.map((item) => (
              <li key={`${item.kind} ${item.file} ${item.name}`}>
                {kinds[item.kind]} <bdi dir="auto">{item.name}</bdi>, <bdi dir="ltr">{item.file}</bdi>:{' '}
                {item.reason}
              </li>
            ))}
          </ul>
        </details>
      )}
      {failure === null ? null : <FailureNotice failure={failure} />}
      <div className="row dialog-actions">
        {look.trust === 'trusted' ? (
          <Button look="danger" busy={busy} onClick={() => onTrust(null)}>
            Stop trusting
          </Button>
        ) : (
          <Button
            look="primary"
            busy={busy}
            aria-disabled={loading.length === 0 || undefined}
            onClick={() => {
              if (loading.length > 0) onTrust(look.hash);
            }}
          >
            Trust this folder
          </Button>
        )}
        <Button look="quiet" onClick={onClose}>
          {look.trust === 'trusted' ? 'Close' : 'Don’t trust'}
        </Button>
      </div>
    </Dialog>
  );
}
