import type { Revocation, SettingsPatch } from '@postern/contract';
import { failureOfThrown } from '../format/index.ts';
import { signInShown } from '../state/accounts.ts';
import type { Deps } from '../state/deps.ts';
import type { Work, WorkPlace } from '../state/pending-operation.ts';
import type { ReadFacts } from '../state/read-facts.ts';

/** What the user does in Settings. */
export interface AccountActions {
  readonly refresh: () => void;
  readonly signOut: () => void;
  /** Ends a sign-in that waits, where no dialog is open. */
  readonly cancelPending: () => void;
  /** Whether it was saved. */
  readonly saveKey: (apiKey: string) => Promise<boolean>;
  readonly removeKey: () => void;
  readonly change: (patch: SettingsPatch) => void;
  /** The notice in that place has been read. */
  readonly noted: (place: WorkPlace) => void;
}

/** How signing out ended, as the user should read it: it is over here in any case. */
export const revocationSentences: Readonly<Record<Revocation, string>> = {
  done: 'Signed out, and revoked at the server.',
  pending: 'Signed out. The server did not respond, so Postern will retry the revocation.',
  unsupported: 'Signed out. The server cannot revoke the sign-in. It expires there on its own.',
};

/** The effects of Settings. */
export function createAccountActions(deps: Deps, readFacts: ReadFacts): AccountActions {
  const { client, dispatch, getState } = deps;
  const shown = () => ({ credential: signInShown(getState().facts.credentials ?? []) });

  async function work(
    place: WorkPlace,
    doing: NonNullable<Work['doing']>,
    act: () => Promise<string | null>,
  ): Promise<boolean> {
    dispatch({ type: 'work_started', place, doing });
    try {
      const outcome = await act();
      await readFacts(['status', 'settings', 'credentials']);
      dispatch({ type: 'work_done', place, outcome });
      return true;
    } catch (thrown) {
      dispatch({ type: 'work_failed', place, failure: failureOfThrown(thrown) });
      await readFacts(['status', 'settings', 'credentials']);
      return false;
    }
  }

  const setKey = (apiKey: string | null, outcome: string) =>
    work('api_key', 'saving', async () => {
      dispatch({ type: 'facts_loaded', facts: { settings: await client().updateSettings({ apiKey }) } });
      return outcome;
    });

  /** Choices go out one after the other: two of one setting must arrive in the order they were made. */
  let sending: Promise<unknown> = Promise.resolve();

  /** A choice shows until it is answered; what it became is then in the answer, or, after a refusal, it is as it was. */
  const change = (patch: SettingsPatch) => {
    const answer = sending.then(() => client().updateSettings(patch));
    sending = answer.catch(() => undefined);
    dispatch({ type: 'choice_made', patch });
    return work('preferences', 'saving', async () => {
      try {
        dispatch({ type: 'facts_loaded', facts: { settings: await answer } });
      } finally {
        dispatch({ type: 'choice_answered', patch });
      }
      return null;
    });
  };

  return {
    refresh: () =>
      void work('sign_in', 'refreshing', async () => {
        dispatch({ type: 'facts_loaded', facts: { status: await client().auth.refresh(shown()) } });
        return 'Sign-in renewed.';
      }),
    signOut: () =>
      void work('sign_in', 'disconnecting', async () => {
        const { revocation } = await client().auth.signOut(shown());
        return revocationSentences[revocation];
      }),
    cancelPending: () =>
      void work('sign_in', 'saving', async () => {
        await client().auth.cancel(shown());
        return null;
      }),
    saveKey: (apiKey) => setKey(apiKey, 'API key saved.'),
    removeKey: () => void setKey(null, 'API key removed.'),
    change: (patch) => void change(patch),
    noted: (place) => dispatch({ type: 'work_noted', place }),
  };
}
