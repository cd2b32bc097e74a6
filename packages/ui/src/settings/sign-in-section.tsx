import { type AuthStatus, errorTable, type StoreHealth } from '@postern/contract';
import { Badge, Button, Countdown, FailureNotice, HandFocusOn, HelpTip, Notice } from '../controls/index.ts';
import { kindNames } from '../format/index.ts';
import { sentences, storeSentence } from '../help/index.ts';
import type { Work } from '../state/pending-operation.ts';
import type { AccountActions } from './account-actions.ts';
import { Fact } from './fact.tsx';
import { signInView } from './sign-in-view.ts';

interface SignInSectionProps {
  readonly status: AuthStatus;
  readonly work: Work;
  /** While its dialog is open, the section leaves the actions to it. */
  readonly dialogOpen: boolean;
  /** False where no client is registered. */
  readonly configured: boolean;
  readonly actions: Pick<AccountActions, 'refresh' | 'signOut' | 'cancelPending' | 'noted'>;
  readonly onConnect: () => void;
}

/** The plan's sign-in: its status, whose it is, until when, where its secret is kept, and what can be done. */
export function SignInSection(props: SignInSectionProps) {
  const { status, work, dialogOpen, configured, actions, onConnect } = props;
  const noted = () => actions.noted('sign_in');
  const linked = status.billing === 'linked_organization';
  const view = signInView(status, work.doing === 'refreshing');
  return (
    <section className="card" aria-labelledby="sign-in-title">
      <div className="card-head">
        <h2 id="sign-in-title" tabIndex={-1}>
          {linked ? 'Linked organization' : kindNames.oauth}{' '}
          <HelpTip
            topic="sign-in"
            about={['signIn', 'permitted', linked ? 'linkedBilling' : 'permittedOauth']}
          />
        </h2>
        <div role="status" aria-label="Sign-in status">
          <Badge tone={view.tone}>{view.label}</Badge>
        </div>
      </div>
      <p>
        {view.sentence}
        {view.expiresAt === null ? null : (
          <span className="soft">
            {' '}
            {status.state === 'pending' ? 'The page expires in ' : 'Access ends in '}
            <Countdown until={view.expiresAt} />.
          </span>
        )}
      </p>
      {configured ? null : (
        <Notice tone="note" title={errorTable.oauth_not_configured.title}>
          <p>Use Claude Code or an API key instead. They work without a sign-in server.</p>
        </Notice>
      )}
      {view.failure === null ? null : <FailureNotice failure={view.failure} />}
      {status.activeCredential?.kind === 'api_key' && view.canConnect && status.state !== 'signed_in' ? (
        <Notice tone="warn" title="Your API key is in use">
          {configured ? (
            <p>
              {linked
                ? 'Link your organization to bill it first. The key stays as the backup.'
                : 'Sign in to use your plan first. The key stays as the backup.'}
            </p>
          ) : null}
        </Notice>
      ) : null}
      <StoreNotice store={status.store} />
      {work.failure === null || work.failure.code === view.failure?.code ? null : (
        <FailureNotice failure={work.failure} onDismiss={noted} />
      )}
      {work.outcome === null ? null : (
        <div role="status" aria-label="Outcome">
          <Notice tone="good" title={work.outcome} onDismiss={noted} />
        </div>
      )}
      <div className="row card-actions">
        {view.canConnect && !dialogOpen ? (
          <HandFocusOn to="sign-in-title">
            <Button look={configured ? 'primary' : 'plain'} onClick={onConnect}>
              {connectLabel(configured, linked)}
            </Button>
          </HandFocusOn>
        ) : null}
        {view.canRefresh ? (
          <Button icon="retry" busy={work.doing === 'refreshing'} onClick={actions.refresh}>
            Renew now
          </Button>
        ) : null}
        {view.canDisconnect ? (
          <HandFocusOn to="sign-in-title">
            <Button look="danger" busy={work.doing === 'disconnecting'} onClick={actions.signOut}>
              Sign out
            </Button>
          </HandFocusOn>
        ) : null}
        {view.canCancel && !dialogOpen ? (
          <Button look="quiet" onClick={actions.cancelPending}>
            Cancel
          </Button>
        ) : null}
      </div>
      <Facts status={status} />
      {linked ? <p className="small soft permitted">{sentences.linkedBilling}</p> : null}
    </section>
  );
}

/** “Link your Claude organization” is the wording that Anthropic asks for. Source: Anthropic’s pages on linked billing, beta, read on 2026-11-28. */
function connectLabel(configured: boolean, linked: boolean): string {
  if (!configured) return 'How to set it up…';
  return linked ? 'Link your Claude organization' : 'Sign in…';
}

/** Said where it is seen: what was signed in to would be lost, or cannot be reached. */
function StoreNotice({ store }: { readonly store: StoreHealth }) {
  if (store.healthy && (store.persisted || store.kind === 'memory')) return null;
  return (
    <Notice tone="warn" title={storeTrouble(store)}>
      <p>{store.detail}</p>
    </Notice>
  );
}

function storeTrouble({ kind, healthy }: StoreHealth): string {
  if (healthy) return 'Your sign-in is not saved yet';
  return kind === 'memory'
    ? 'Postern can’t write to its data directory'
    : 'Postern can’t reach its secret storage';
}

function Facts({ status }: { readonly status: AuthStatus }) {
  const { account, provider, scopes, store } = status;
  const signedIn = status.state !== 'signed_out' && status.state !== 'pending';
  return (
    <dl className="facts">
      {signedIn && account?.connectionId != null ? <Fact name="Link">{account.connectionId}</Fact> : null}
      {signedIn && account?.name != null ? <Fact name="Name">{account.name}</Fact> : null}
      {signedIn && account?.email != null ? <Fact name="Account">{account.email}</Fact> : null}
      {signedIn && account?.organization != null ? (
        <Fact name="Organization">{account.organization}</Fact>
      ) : null}
      {provider === null ? null : <Fact name="Server">{provider}</Fact>}
      {signedIn && scopes.length > 0 ? <Fact name="Permissions">{scopes.join(', ')}</Fact> : null}
      <Fact name="Stored">{storeSentence(store.kind)}</Fact>
    </dl>
  );
}
