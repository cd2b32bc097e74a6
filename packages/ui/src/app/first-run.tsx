import type { Health } from '@postern/contract';
import { Button, Icon, type IconName, Mark } from '../controls/index.ts';
import { sentences } from '../help/index.ts';

interface FirstRunProps {
  readonly mode: Health['mode'];
  /** False where no client is registered: the first choice says what is missing. */
  readonly signInConfigured: boolean;
  /** The sign-in bills an organization, by request. */
  readonly linkedBilling: boolean;
  readonly onConnect: () => void;
  readonly onClaudeCode: () => void;
  readonly onKey: () => void;
}

/** The first thing the user sees: three ways in, what each costs, and who holds what. */
export function FirstRun({
  mode,
  signInConfigured,
  linkedBilling,
  onConnect,
  onClaudeCode,
  onKey,
}: FirstRunProps) {
  return (
    <section className="first-run" aria-labelledby="first-run-title">
      <div className="first-run-head">
        <Mark size={52} />
        <div>
          <h1 id="first-run-title">How would you like to pay for answers?</h1>
          <p className="soft">
            You can change this at any time, and have more than one: the others step in when one fails.
          </p>
        </div>
      </div>
      <ul className="ways">
        <Way
          icon="person"
          title={linkedBilling ? 'Link your Claude organization' : 'Sign in with your plan'}
          costs={
            mode === 'sandbox'
              ? 'Nothing: this is the sandbox.'
              : linkedBilling
                ? 'Your organization is billed for each request.'
                : 'What your plan already covers.'
          }
          holds="Postern holds a token, sealed on this computer."
          note={
            signInConfigured
              ? null
              : 'Not set up in this installation: it needs a client that your operator registered.'
          }
        >
          <Button look={signInConfigured ? 'primary' : 'plain'} onClick={onConnect}>
            {signInConfigured ? 'Connect…' : 'What is missing…'}
          </Button>
        </Way>
        <Way
          icon="terminal"
          title="Claude Code login"
          costs="What your Claude plan already covers."
          holds="Claude Code holds the login; Postern never sees it."
          note={mode === 'sandbox' ? sentences.noRealAccount : null}
        >
          <Button
            look={signInConfigured ? 'plain' : 'primary'}
            disabled={mode === 'sandbox'}
            onClick={onClaudeCode}
          >
            Use Claude Code
          </Button>
        </Way>
        <Way
          icon="key"
          title="Paste an API key"
          costs={
            mode === 'sandbox'
              ? 'Nothing: this is the sandbox.'
              : 'Billed by use to its Console organization.'
          }
          holds="Postern holds the key, sealed, and shows its last four characters."
          note={null}
        >
          <Button onClick={onKey}>Enter a key</Button>
        </Way>
      </ul>
      <div className="small soft permitted">
        <p>{sentences.permitted}</p>
        <p>{sentences.permittedOauth}</p>
      </div>
    </section>
  );
}

interface WayProps {
  readonly icon: IconName;
  readonly title: string;
  readonly costs: string;
  readonly holds: string;
  readonly note: string | null;
  readonly children: React.ReactNode;
}

function Way({ icon, title, costs, holds, note, children }: WayProps) {
  return (
    <li className="way">
      <h2>
        <Icon name={icon} /> {title}
      </h2>
      <dl>
        <dt>Costs</dt>
        <dd>{costs}</dd>
        <dt>Who holds what</dt>
        <dd>{holds}</dd>
      </dl>
      {note === null ? null : <p className="small way-note">{note}</p>}
      <div className="way-action">{children}</div>
    </li>
  );
}
