import type { Revocation, SettingsPatch } from '@postern/contract';
import type { Deps } from '../app/deps.ts';
import type { ReadFacts } from '../app/read-facts.ts';
import { failureOfThrown } from '../format/index.ts';
import { signInShown } from './account.ts';
import type { Work, WorkPlace } from './work.ts';

/** What a person does in Settings. */
export interface AccountActions {
  readonly refresh: () => void;
  readonly disconnect: () => void;
  /** Ends a sign-in that waits, where no dialog is open. */
  readonly cancelPending: () => void;
  readonly saveKey: (apiKey: string) => void;
  readonly removeKey: () => void;
  readonly change: (patch: SettingsPatch) => void;
  /** What was told has been read. */
  readonly noted: () => void;
}

/** How signing out ended, as a person should hear it: it is over here in any case. */
export const revocationSentences: Readonly<Record<Revocation, string>> = {
  done: 'Signed out here, and revoked at the server.',
  pending: 'Signed out here. The server did not answer; Postern tries the revocation again.',
  unsupported: 'Signed out here. This server has no way to revoke a token, so it ends by itself.',
};

/** The effects of Settings. */
export function createAccountActions(deps: Deps, readFacts: ReadFacts): AccountActions {
  const { client, dispatch, getState } = deps;
  const shown = () => ({ credential: signInShown(getState().facts.credentials ?? []) });

  async function work(
    place: WorkPlace,
    doing: NonNullable<Work['doing']>,
    act: () => Promise<string | null>,
  ): Promise<void> {
    dispatch({ type: 'work_started', place, doing });
    try {
      const outcome = await act();
      await readFacts(['status', 'settings', 'credentials']);
      dispatch({ type: 'work_done', outcome });
    } catch (thrown) {
      dispatch({ type: 'work_failed', failure: failureOfThrown(thrown) });
      await readFacts(['status', 'settings', 'credentials']);
    }
  }

  const update = (
    place: WorkPlace,
    patch: SettingsPatch,
    outcome: string | null,
    takeBack: () => void = () => undefined,
  ) =>
    work(place, 'saving', async () => {
      try {
        dispatch({ type: 'facts_loaded', facts: { settings: await client().updateSettings(patch) } });
      } catch (thrown) {
        takeBack();
        throw thrown;
      }
      return outcome;
    });

  /** A choice shows at once; the answer puts it right. Gives what takes it back where there is none. */
  const show = ({ apiKey: _, fallback, ...chosen }: SettingsPatch): (() => void) => {
    const { settings } = getState().facts;
    if (settings === null) return () => undefined;
    dispatch({
      type: 'facts_loaded',
      facts: {
        settings: withDefined(settings, {
          ...chosen,
          fallback: withDefined(settings.fallback, fallback ?? {}),
        }),
      },
    });
    return () => dispatch({ type: 'facts_loaded', facts: { settings } });
  };

  return {
    refresh: () =>
      void work('sign_in', 'refreshing', async () => {
        dispatch({ type: 'facts_loaded', facts: { status: await client().auth.refresh(shown()) } });
        return 'The sign-in was renewed.';
      }),
    disconnect: () =>
      void work('sign_in', 'disconnecting', async () => {
        const { revocation } = await client().auth.signOut(shown());
        return revocationSentences[revocation];
      }),
    cancelPending: () =>
      void work('sign_in', 'saving', async () => {
        await client().auth.cancel();
        return null;
      }),
    saveKey: (apiKey) => void update('api_key', { apiKey }, 'The key is saved.'),
    removeKey: () => void update('api_key', { apiKey: null }, 'The key is removed.'),
    change: (patch) => {
      void update('preferences', patch, null, show(patch));
    },
    noted: () => dispatch({ type: 'work_noted' }),
  };
}

/** What is undefined in `changes` changes nothing. */
function withDefined<Whole extends object>(
  whole: Whole,
  changes: { readonly [Name in keyof Whole]?: Whole[Name] | undefined },
): Whole {
  return {
    ...whole,
    ...Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)),
  };
}
