import type { CredentialKind, CredentialView, Settings } from '@postern/contract';
import { useState } from 'react';
import { Badge, Button, FailureNotice } from '../controls/index.ts';
import { payerInWords } from '../format/index.ts';
import { accountsOf } from '../state/accounts.ts';
import { AccountDialog } from './account-dialog.tsx';
import type { AccountListActions } from './account-list-actions.ts';
import { AccountQuestion } from './account-question.tsx';
import { AccountRows } from './account-rows.tsx';
import { type AddedKind, addTexts, canAdd, canSignIn } from './account-wording.ts';
import { AddAccountDialog } from './add-account-dialog.tsx';
import { CredentialCards } from './credential-cards.tsx';
import { moved } from './credential-order.ts';
import { credentialBadge } from './credential-wording.ts';
import { NextStep } from './next-step.tsx';
import { useRun } from './use-run.ts';

interface CredentialsSectionProps {
  readonly settings: Settings;
  readonly credentials: readonly CredentialView[];
  readonly activeId: string | null;
  readonly nowMs: number;
  readonly actions: AccountListActions;
  readonly onOrder: (order: readonly CredentialKind[]) => void;
  readonly onSignIn: (kind: 'oauth' | 'claude_code', id: string) => void;
}

/** What lies over the page: one account, a question about it, or a further one. */
type Open =
  | { readonly about: 'account' | 'sign_out' | 'remove'; readonly id: string }
  | { readonly about: 'add'; readonly kind: AddedKind };

/** Every way to pay and every account of it, in the order they are tried. */
export function CredentialsSection(props: CredentialsSectionProps) {
  const { settings, credentials, activeId, nowMs, actions, onOrder, onSignIn } = props;
  const [open, setOpen] = useState<Open | null>(null);
  const moving = useRun();
  const [movedKind, setMovedKind] = useState<CredentialKind | null>(null);
  const own = (kind: CredentialKind) => accountsOf(kind, credentials, settings);
  /** The one view of a kind of which nothing has been set up. */
  const emptyView = (kind: CredentialKind) => {
    const [only, ...others] = own(kind);
    const isEmpty = only?.status === 'absent' || only?.status === 'not_configured';
    return isEmpty && others.length === 0 ? only.view : null;
  };
  const signInTo = (id: string, kind: CredentialKind) => {
    setOpen(null);
    if (kind === 'oauth' || kind === 'claude_code') onSignIn(kind, id);
  };
  const shown =
    open === null || open.about === 'add'
      ? null
      : (settings.credentialOrder.flatMap(own).find(({ id }) => id === open.id) ?? null);
  return (
    <>
      <CredentialCards
        order={settings.credentialOrder}
        onOrder={onOrder}
        payerOf={(kind) => {
          const payer = credentials.find((each) => each.kind === kind)?.payer;
          return payer === undefined ? '–' : payerInWords(payer);
        }}
        stateOf={(kind) => {
          const view = emptyView(kind);
          const badge = view === null ? null : credentialBadge(view, nowMs);
          return badge === null ? null : <Badge tone={badge.tone}>{badge.text}</Badge>;
        }}
        accountsOf={(kind) => {
          const accounts = own(kind);
          const view = emptyView(kind);
          return (
            <>
              {view === null ? (
                <AccountRows
                  accounts={accounts}
                  activeId={activeId}
                  nowMs={nowMs}
                  onMove={(account, to) => {
                    setMovedKind(kind);
                    moving.start(() => actions.reorder(moved(accounts, account, to)));
                  }}
                  onManage={({ id }) => setOpen({ about: 'account', id })}
                />
              ) : (
                <NextStep credential={view} />
              )}
              {moving.failure !== null && movedKind === kind ? (
                <FailureNotice failure={moving.failure} />
              ) : null}
              <div className="row">
                {kind === 'claude_code' && view !== null ? (
                  <Button
                    size="s"
                    disabled={view.status === 'not_configured'}
                    onClick={() => onSignIn(kind, view.id)}
                  >
                    Use Claude Code
                  </Button>
                ) : null}
                {canAdd(kind, accounts) ? (
                  <Button size="s" icon="plus" onClick={() => setOpen({ about: 'add', kind })}>
                    {addTexts[kind].button}
                  </Button>
                ) : null}
              </div>
            </>
          );
        }}
      />
      {open?.about === 'add' ? (
        <AddAccountDialog
          kind={open.kind}
          actions={actions}
          onSignIn={(id) => signInTo(id, open.kind)}
          onClose={() => setOpen(null)}
        />
      ) : null}
      {shown === null || open === null || open.about === 'add' ? null : open.about === 'account' ? (
        <AccountDialog
          account={shown}
          nowMs={nowMs}
          actions={actions}
          onSignIn={canSignIn(shown) ? () => signInTo(shown.id, shown.kind) : null}
          onSignOut={() => setOpen({ about: 'sign_out', id: shown.id })}
          onRemove={() => setOpen({ about: 'remove', id: shown.id })}
          onClose={() => setOpen(null)}
        />
      ) : (
        <AccountQuestion
          account={shown}
          about={open.about}
          actions={actions}
          onDone={() => setOpen(null)}
          onKeep={() => setOpen({ about: 'account', id: shown.id })}
        />
      )}
    </>
  );
}
