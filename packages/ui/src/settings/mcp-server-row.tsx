import type { McpServerView, McpSignInStarted } from '@postern/contract';
import { Badge, Button, IconButton, LongText, type Tone } from '../controls/index.ts';

const kinds: Readonly<Record<McpServerView['kind'], string>> = {
  stdio: 'Program on this computer',
  http: 'Over HTTP',
  sse: 'Over HTTP (SSE)',
};

interface McpServerRowProps {
  readonly server: McpServerView;
  /** Whether a change is being saved. */
  readonly busy: boolean;
  /** The sign-in page that waits, where it was begun in this window. */
  readonly page: McpSignInStarted | null;
  readonly onSignIn: () => void;
  readonly onSignOut: () => void;
  readonly onSecret: (name: string) => void;
  readonly onSwitch: () => void;
  readonly onRemove: () => void;
}

/** One of the user's own MCP servers, and what can be done about it. */
export function McpServerRow({
  server,
  busy,
  page,
  onSignIn,
  onSignOut,
  onSecret,
  onSwitch,
  onRemove,
}: McpServerRowProps) {
  const { name, kind, target, enabled, status, reason, nextStep, missingSecrets, signIn } = server;
  const isKnown = server.offersSignIn === true || status === 'needs_sign_in';
  const { tone, text } = badgeOf(server);
  const isBroken = enabled && status !== null && status !== 'connected' && missingSecrets.length === 0;
  const signInWord = signIn === 'signed_out' ? 'Sign in' : 'Sign in again';
  const takesSignIn = enabled && signIn !== 'none' && (isKnown || signIn === 'waiting');
  return (
    <li className="account-row mcp-server">
      <div className="account-name">
        <span className="account-label">{name}</span>
        <Badge tone={tone}>{text}</Badge>
      </div>
      <div className="account-actions">
        {missingSecrets.map((secret) => (
          <Button key={secret} size="s" onClick={() => onSecret(secret)}>
            {`Save ${secret}…`}
          </Button>
        ))}
        {takesSignIn ? (
          <Button size="s" busy={busy} aria-label={`${signInWord} to ${name}`} onClick={onSignIn}>
            {signInWord}
          </Button>
        ) : null}
        {signIn === 'signed_in' ? (
          <Button size="s" busy={busy} aria-label={`Sign out of ${name}`} onClick={onSignOut}>
            Sign out
          </Button>
        ) : null}
        <Button
          size="s"
          busy={busy}
          aria-label={`${enabled ? 'Switch off' : 'Switch on'} ${name}`}
          onClick={onSwitch}
        >
          {enabled ? 'Switch off' : 'Switch on'}
        </Button>
        <IconButton
          icon="remove"
          label={`Remove ${name}`}
          aria-disabled={busy || undefined}
          onClick={busy ? undefined : onRemove}
        />
      </div>
      <p className="small soft">
        {kinds[kind]}:{' '}
        <code>
          <LongText text={target} dir="ltr" />
        </code>
      </p>
      {signIn === 'waiting' ? <WaitingForBrowser name={name} page={page} /> : null}
      {isBroken && signIn !== 'waiting' ? (
        <p className="small">{[reason, takesSignIn ? null : nextStep].filter(Boolean).join(' ')}</p>
      ) : null}
    </li>
  );
}

function badgeOf({ enabled, status, missingSecrets, signIn }: McpServerView): { tone: Tone; text: string } {
  if (!enabled) return { tone: 'note', text: 'Off' };
  if (missingSecrets.length > 0) return { tone: 'bad', text: 'A secret is missing' };
  if (signIn === 'waiting') return { tone: 'note', text: 'Signing in' };
  if (status === null) return { tone: 'note', text: signIn === 'signed_in' ? 'Signed in' : 'Not used yet' };
  if (status === 'connected') return { tone: 'good', text: 'Worked' };
  return { tone: 'bad', text: status === 'needs_sign_in' ? 'Needs a sign-in' : 'Does not work' };
}

interface WaitingForBrowserProps {
  readonly name: string;
  readonly page: McpSignInStarted | null;
}

/** A real link, which no pop-up blocker stops; nothing is opened before it is pressed. */
function WaitingForBrowser({ name, page }: WaitingForBrowserProps) {
  const address = page === null ? null : URL.parse(page.authorizationUrl);
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:'))
    return <p className="small">A sign-in waits in another window. You can begin again here.</p>;
  return (
    <p className="small" role="status">
      <a href={address.href} target="_blank" rel="noopener noreferrer">
        Open the sign-in page of {name}
      </a>{' '}
      at <code>{address.host}</code>. Postern waits for it to come back.
    </p>
  );
}
