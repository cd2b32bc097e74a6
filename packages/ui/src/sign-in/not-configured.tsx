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
          <p>Postern has no client ID here.</p>
          <p>{sentences.permittedOauth}</p>
          <p className="code-line">
            <code>{failure.code}</code>
          </p>
        </Notice>
      </div>
      <h3>Ways that work now</h3>
      <p className="soft">{sentences.permitted}</p>
      <div className="row">
        <Button look="primary" onClick={onClaudeCode}>
          Use Claude Code
        </Button>
        <Button onClick={onKey}>Add an API key</Button>
      </div>
      <h3>To set it up</h3>
      <p className="soft">
        Your operator sets <code>POSTERN_OAUTH_ISSUER</code> and <code>POSTERN_OAUTH_CLIENT_ID</code> and
        restarts Postern. See docs/anthropic-oauth.md.
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
