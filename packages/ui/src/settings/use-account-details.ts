import { useEffect, useState } from 'react';
import { type Failure, failureOfThrown } from '../format/index.ts';
import type { Account } from '../state/accounts.ts';
import type { AccountDetails, AccountListActions } from './account-list-actions.ts';

/** What is particular about an account, asked again when its status changes; null until it is known. */
export function useAccountDetails(
  account: Account,
  look: AccountListActions['look'],
): { readonly details: AccountDetails | null; readonly failure: Failure | null } {
  const [details, setDetails] = useState<AccountDetails | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another object for the same account is no reason to ask again
  useEffect(() => {
    let shown = true;
    look(account).then(
      (found) => {
        if (shown) setDetails(found);
      },
      (thrown: unknown) => {
        if (shown) setFailure(failureOfThrown(thrown));
      },
    );
    return () => {
      shown = false;
    };
  }, [account.id, account.status]);
  return { details, failure };
}
