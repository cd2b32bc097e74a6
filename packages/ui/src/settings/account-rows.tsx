import { Badge, Button, HandFocusOn, IconButton, useFocusThroughMoves } from '../controls/index.ts';
import type { Account } from '../state/accounts.ts';
import { credentialBadge } from './credential-wording.ts';
import { NextStep } from './next-step.tsx';

interface AccountRowsProps {
  readonly accounts: readonly Account[];
  readonly activeId: string | null;
  readonly nowMs: number;
  readonly onMove: (account: Account, to: number) => void;
  readonly onManage: (account: Account) => void;
}

/** The accounts of one kind in the order in which they are tried. */
export function AccountRows({ accounts, activeId, nowMs, onMove, onManage }: AccountRowsProps) {
  const noteButton = useFocusThroughMoves(accounts.map(({ id }) => id).join(' '));
  return (
    <ol className="account-rows">
      {accounts.map((account, index) => {
        const { id, label, view } = account;
        const badge = view === null ? null : credentialBadge(view, nowMs);
        const pays = id === activeId && view?.status === 'active';
        return (
          <li key={id} className="account-row">
            <div className="account-name">
              <span className="account-label">{label}</span>
              <Badge tone={badge?.tone ?? 'note'}>{pays ? 'In use' : (badge?.text ?? 'Not signed in')}</Badge>
            </div>
            <div className="account-actions">
              <HandFocusOn to="order-title">
                {accounts.length < 2 ? null : (
                  <>
                    <IconButton
                      icon="up"
                      label={`Try ${label} earlier`}
                      aria-disabled={index === 0}
                      onClick={({ currentTarget }) => {
                        noteButton(currentTarget);
                        onMove(account, index - 1);
                      }}
                    />
                    <IconButton
                      icon="down"
                      label={`Try ${label} later`}
                      aria-disabled={index === accounts.length - 1}
                      onClick={({ currentTarget }) => {
                        noteButton(currentTarget);
                        onMove(account, index + 1);
                      }}
                    />
                  </>
                )}
                <Button size="s" aria-label={`Manage ${label}`} onClick={() => onManage(account)}>
                  Manage
                </Button>
              </HandFocusOn>
            </div>
            {view === null ? null : <NextStep credential={view} />}
          </li>
        );
      })}
    </ol>
  );
}
