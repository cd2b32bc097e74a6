import { Button, Notice } from '../controls/index.ts';
import type { Failure } from '../format/index.ts';
import { sentences } from '../help/index.ts';

interface NotConfiguredProps {
  readonly failure: Failure;
  /** The two ways that need no server of their own. */
  readonly onClaudeCode: () => void;
  readonly onKey: () => void;
  /** It was configured meanwhile. */
  readonly onAgain: () => void;
  readonly onClose: () => void;
}

/** There is no server to sign in at: what is missing, who can change that, and what works without. */
export function NotConfigured({ failure, onClaudeCode, onKey, onAgain, onClose }: NotConfiguredProps) {
  return (
    <div className="stack">
      <div role="alert">
        <Notice tone="note" title={failure.title}>
          <p>Postern ships without a client id, and none is set here.</p>
          <p>{sentences.permittedOauth}</p>
          <p className="code-line">
            <code>{failure.code}</code>
          </p>
        </Notice>
      </div>
      <h3>Use what works now</h3>
      <p className="soft">{sentences.permitted}</p>
      <div className="row">
        <Button look="primary" onClick={onClaudeCode}>
          Use my Claude Code login
        </Button>
        <Button onClick={onKey}>Enter an API key</Button>
      </div>
      <h3>Or have it configured</h3>
      <p className="soft">
        The operator of this Postern sets <code>POSTERN_OAUTH_ISSUER</code> and{' '}
        <code>POSTERN_OAUTH_CLIENT_ID</code> in its environment and starts it again. docs/anthropic-oauth.md
        says where they come from.
      </p>
      <div className="row dialog-actions">
        <Button look="quiet" onClick={onAgain}>
          Try again
        </Button>
        <Button look="quiet" onClick={onClose}>
          Not now
        </Button>
      </div>
    </div>
  );
}
