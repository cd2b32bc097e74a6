import type { Health, StoreHealth } from '@postern/contract';
import { Button, Icon, type IconName, Mark } from '../controls/index.ts';
import { sentences } from '../help/index.ts';

interface FirstRunProps {
  readonly mode: Health['mode'];
  readonly store: StoreHealth['kind'];
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
  store,
  signInConfigured,
  linkedBilling,
  onConnect,
  onClaudeCode,
  onKey,
}: FirstRunProps) {
  const holds =
    store === 'memory' ? 'Postern, in memory until it stops.' : 'Postern, encrypted on this computer.';
  return (
    <section className="first-run" aria-labelledby="first-run-title">
      <div className="first-run-head">
        <Mark size={52} />
        <div>
          <h1 id="first-run-title">Choose how to pay</h1>
          <p className="soft">{sentences.whatItIs} Pick one to begin; you can add others later.</p>
        </div>
      </div>
      <ul className="ways">
        <Way
          icon="person"
          title={linkedBilling ? 'Link your Claude organization' : 'Sign in with your plan'}
          costs={
            mode === 'sandbox'
              ? 'Nothing. This is the sandbox.'
              : linkedBilling
                ? 'Your organization is billed for each request.'
                : 'Included in your plan.'
          }
          holds={holds}
          note={signInConfigured ? null : 'Not available yet. Your operator has to register Postern first.'}
        >
          <Button look={signInConfigured ? 'primary' : 'plain'} onClick={onConnect}>
            {signInConfigured ? 'Sign in…' : 'How to set it up…'}
          </Button>
        </Way>
        <Way
          icon="terminal"
          title="Claude Code login"
          costs="Included in your Claude plan."
          holds="Claude Code. Postern never sees it."
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
          title="Use an API key"
          costs={
            mode === 'sandbox'
              ? 'Nothing. This is the sandbox.'
              : 'Billed to the key’s organization, per use.'
          }
          holds={holds}
          note={null}
        >
          <Button onClick={onKey}>Add a key</Button>
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
        <dt>Cost</dt>
        <dd>{costs}</dd>
        <dt>Stored by</dt>
        <dd>{holds}</dd>
      </dl>
      {note === null ? null : <p className="small way-note">{note}</p>}
      <div className="way-action">{children}</div>
    </li>
  );
}
