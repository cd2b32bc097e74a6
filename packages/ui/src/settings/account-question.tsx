import { Button, Dialog, FailureNotice, UnderWay } from '../controls/index.ts';
import type { Account } from '../state/accounts.ts';
import type { AccountListActions } from './account-list-actions.ts';
import { removalSentences, signOutSentences } from './account-wording.ts';
import { useAccountDetails } from './use-account-details.ts';
import { useRun } from './use-run.ts';

interface AccountQuestionProps {
  readonly account: Account;
  readonly about: 'sign_out' | 'remove';
  readonly actions: AccountListActions;
  /** It is done. */
  readonly onDone: () => void;
  /** It is not to be done. */
  readonly onKeep: () => void;
}

/** Asks before an account is signed out or removed, and says first what ends with it. */
export function AccountQuestion({ account, about, actions, onDone, onKeep }: AccountQuestionProps) {
  const { details, failure } = useAccountDetails(account, actions.look);
  const run = useRun();
  const isRemoval = about === 'remove';
  // Only the program that holds the login knows who else uses it.
  const isKnown = details !== null || account.kind !== 'claude_code';
  const alsoEnds = details?.alsoEnds ?? null;
  const sentences = isRemoval
    ? removalSentences(account, alsoEnds)
    : signOutSentences(account.kind, alsoEnds);
  const problem = run.failure ?? failure;
  return (
    <Dialog title={isRemoval ? `Remove ${account.label}?` : `Sign out of ${account.label}?`} onClose={onKeep}>
      {isKnown ? (
        sentences.map((sentence) => <p key={sentence}>{sentence}</p>)
      ) : problem === null ? (
        <UnderWay>Checking what else this ends…</UnderWay>
      ) : null}
      {problem === null ? null : <FailureNotice failure={problem} />}
      <div className="row dialog-actions">
        <Button
          look="danger"
          busy={run.busy}
          disabled={!isKnown}
          onClick={() =>
            run.start(() => (isRemoval ? actions.remove(account) : actions.signOut(account)), onDone)
          }
        >
          {isRemoval ? 'Remove' : 'Sign out'}
        </Button>
        <Button look="quiet" onClick={onKeep}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}
