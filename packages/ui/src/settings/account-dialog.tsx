import { useState } from 'react';
import { Badge, Button, Dialog, FailureNotice } from '../controls/index.ts';
import { dayAndTime, kindNames, payerInWords } from '../format/index.ts';
import type { Account } from '../state/accounts.ts';
import type { AccountDetails, AccountListActions } from './account-list-actions.ts';
import { canRefresh, canRemove, canSignOut } from './account-wording.ts';
import { credentialBadge } from './credential-wording.ts';
import { Fact } from './fact.tsx';
import { NameField } from './name-field.tsx';
import { useAccountDetails } from './use-account-details.ts';
import { type Run, useRun } from './use-run.ts';

interface AccountDialogProps {
  readonly account: Account;
  readonly nowMs: number;
  readonly actions: AccountListActions;
  /** Opens the sign-in of this account; null if sign-in is not possible from here. */
  readonly onSignIn: (() => void) | null;
  readonly onSignOut: () => void;
  readonly onRemove: () => void;
  readonly onClose: () => void;
}

/** One account: whose it is, what it is called, and what can be done with it. */
export function AccountDialog(props: AccountDialogProps) {
  const { account, nowMs, actions, onSignIn, onSignOut, onRemove, onClose } = props;
  const { details, failure } = useAccountDetails(account, actions.look);
  const run = useRun();
  const problem = run.failure ?? failure;
  return (
    <Dialog title={account.label} onClose={onClose}>
      <AccountFacts account={account} details={details} nowMs={nowMs} />
      <NameForm
        account={account}
        run={run}
        onSave={(label) => run.start(() => actions.rename(account, label))}
      />
      {problem === null ? null : <FailureNotice failure={problem} />}
      <div className="row dialog-actions">
        {onSignIn === null ? null : (
          <Button look="primary" onClick={onSignIn}>
            Sign in…
          </Button>
        )}
        {canRefresh(account) ? (
          <Button icon="retry" busy={run.busy} onClick={() => run.start(() => actions.refresh(account.id))}>
            Renew now
          </Button>
        ) : null}
        {canSignOut(account) ? (
          <Button look="danger" onClick={onSignOut}>
            Sign out…
          </Button>
        ) : null}
        {canRemove(account) ? (
          <Button look="danger" onClick={onRemove}>
            Remove…
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

function AccountFacts({
  account,
  details,
  nowMs,
}: Pick<AccountDialogProps, 'account' | 'nowMs'> & { readonly details: AccountDetails | null }) {
  const { id, kind, view } = account;
  return (
    <>
      <div>
        <Badge {...(view === null ? { tone: 'note' } : { tone: credentialBadge(view, nowMs).tone })}>
          {view === null ? 'Not signed in' : credentialBadge(view, nowMs).text}
        </Badge>
      </div>
      <dl className="facts">
        <Fact name="Kind">{kindNames[kind]}</Fact>
        {details?.email == null ? null : <Fact name="Account">{details.email}</Fact>}
        {details?.organization == null ? null : <Fact name="Organization">{details.organization}</Fact>}
        {view === null ? null : <Fact name="Paid by">{payerInWords(view.payer)}</Fact>}
        {view?.expiresAt == null ? null : <Fact name="Expires">{dayAndTime(view.expiresAt, nowMs)}</Fact>}
        <Fact name="ID">{id}</Fact>
      </dl>
    </>
  );
}

interface NameFormProps {
  readonly account: Account;
  readonly run: Run;
  readonly onSave: (label: string | null) => void;
}

function NameForm({ account, run, onSave }: NameFormProps) {
  const [text, setText] = useState(account.ownLabel ?? '');
  const wanted = text.trim() === '' ? null : text.trim();
  return (
    <form
      className="key-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== account.ownLabel && !run.busy) onSave(wanted);
      }}
    >
      <NameField
        text={text}
        placeholder={account.label}
        help="Shown here and in the terminal. Leave empty to use the original name."
        onText={setText}
      />
      <Button submit busy={run.busy} aria-disabled={wanted === account.ownLabel}>
        Save name
      </Button>
    </form>
  );
}
