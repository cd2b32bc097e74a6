import type { AuthStatus } from '@postern/contract';
import { Button, Countdown, Dialog, Notice, UnderWay } from '../controls/index.ts';
import { assertNever, kindNames } from '../format/index.ts';
import { sentences, storeSentence } from '../help/index.ts';
import type { PendingPage, Renewal, SignInStep } from '../state/sign-in-step.ts';
import { AddressBox, hostOf } from './address-box.tsx';
import { FailedSignIn } from './failed-sign-in.tsx';
import { Leave } from './leave.tsx';
import { NotConfigured } from './not-configured.tsx';
import type { SignInActions } from './sign-in-actions.ts';
import { SucceededSignIn } from './succeeded-sign-in.tsx';
import { WaitingInBrowser } from './waiting-in-browser.tsx';

interface SignInDialogProps {
  readonly step: SignInStep;
  readonly actions: SignInActions;
  /** What is known of the account that it signs in to; null before the first answer. */
  readonly status: Pick<AuthStatus, 'store' | 'billing'> | null;
  /** The two other ways, where there is no server to sign in at. */
  readonly onClaudeCode: () => void;
  readonly onKey: () => void;
}

/** Signing in, one named step at a time. A new step does not compile until it is drawn. */
export function SignInDialog({ step, ...rest }: SignInDialogProps) {
  if (step.step === 'closed') return null;
  const linked = rest.status?.billing === 'linked_organization';
  return (
    <Dialog title={linked ? 'Linked organization' : kindNames.oauth} onClose={rest.actions.close}>
      <SignInBody step={step} {...rest} />
    </Dialog>
  );
}

function SignInBody({
  step,
  actions,
  status,
  onClaudeCode,
  onKey,
}: SignInDialogProps & { step: Exclude<SignInStep, { step: 'closed' }> }) {
  switch (step.step) {
    case 'starting':
      return (
        <div className="stack">
          <UnderWay>Preparing the sign-in page…</UnderWay>
          <Leave label="Cancel" onLeave={actions.cancel} />
        </div>
      );
    case 'already_waiting': {
      const { page } = step;
      return (
        <div className="stack">
          <Notice tone="note" title="A sign-in is already open">
            <p>You started it earlier, here or somewhere else. Continue it, or start over.</p>
          </Notice>
          <div className="row dialog-actions">
            {page === null ? null : (
              <Button look="primary" onClick={() => actions.goOn(page)}>
                Continue
              </Button>
            )}
            <Button onClick={actions.startAgain}>Start over</Button>
            <Button look="quiet" onClick={actions.cancel}>
              Cancel
            </Button>
          </div>
        </div>
      );
    }
    case 'address_shown':
      return (
        <div className="stack">
          <p>{sentences.signInAddress}</p>
          <p className="link-host">{hostOf(step.page.authorizationUrl)}</p>
          <div className="row dialog-actions">
            <OpenLink page={step.page} look="primary" onOpen={actions.pageOpened} />
            <Button look="quiet" onClick={actions.cancel}>
              Cancel
            </Button>
          </div>
          <details className="fold">
            <summary>Show the full address</summary>
            <AddressBox address={step.page.authorizationUrl} onCopied={actions.pageOpened} />
          </details>
          <p className="small soft">
            {sentences.signIn} {status === null ? '' : storeSentence(status.store.kind)}
          </p>
        </div>
      );
    case 'waiting':
    case 'checking_code':
      return (
        <WaitingInBrowser
          title={step.step === 'waiting' ? 'Continue in your browser' : 'Checking the code'}
          address={step.page.authorizationUrl}
          link={<OpenLink page={step.page} look="plain" onOpen={actions.pageOpened} />}
          pasteFailure={step.step === 'waiting' ? step.pasteFailure : null}
          checking={step.step === 'checking_code'}
          onPaste={actions.paste}
          onCancel={actions.cancel}
        >
          {sentences.signInWaiting} The page expires in <Countdown until={step.page.expiresAt} />.
        </WaitingInBrowser>
      );
    case 'succeeded':
      return (
        <SucceededSignIn
          title={step.account === null ? 'You are signed in' : `Signed in as ${step.account}`}
          text={renewalSentences[step.renewal]}
          onClose={actions.close}
        />
      );
    case 'failed':
      return step.failure.code === 'oauth_not_configured' ? (
        <NotConfigured
          failure={step.failure}
          onClaudeCode={onClaudeCode}
          onKey={onKey}
          onAgain={actions.startAgain}
          onClose={actions.close}
        />
      ) : (
        <FailedSignIn failure={step.failure} onAgain={actions.startAgain} onClose={actions.close} />
      );
    default:
      return assertNever(step);
  }
}

const renewalSentences: Readonly<Record<Renewal, string>> = {
  automatic: 'Postern renews it automatically.',
  impossible: 'It can’t be renewed. When it has expired, sign in again.',
};

interface OpenLinkProps {
  readonly page: PendingPage;
  readonly look: 'primary' | 'plain';
  readonly onOpen: () => void;
}

/** A real link: no pop-up blocker stops it, and the new page gets no handle on this one. */
function OpenLink({ page, look, onOpen }: OpenLinkProps) {
  const address = URL.parse(page.authorizationUrl);
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:')) return null;
  return (
    <a
      className={`button button-${look} button-m`}
      href={address.href}
      target="_blank"
      rel="noopener noreferrer"
      onClick={() => {
        // The click must reach the link before the dialog's next step takes it away.
        setTimeout(onOpen, 0);
      }}
    >
      Open in browser
    </a>
  );
}
