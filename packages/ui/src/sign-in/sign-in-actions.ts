import { PosternError } from '@postern/client';
import { failureOfThrown } from '../format/index.ts';
import { signInShown } from '../state/accounts.ts';
import type { Deps } from '../state/deps.ts';
import type { ReadFacts } from '../state/read-facts.ts';
import type { PendingPage } from '../state/sign-in-step.ts';

/** What the user does in the sign-in dialog. */
export interface SignInActions {
  /** Opens the dialog and asks for an address; without an id, for the sign-in that Settings shows first. */
  readonly open: (credentialId?: string) => void;
  /** Ends the pending one, and starts over. */
  readonly startAgain: () => void;
  /** Goes on with one that another window began. */
  readonly goOn: (page: PendingPage) => void;
  /** The browser was opened, or the address copied. */
  readonly pageOpened: () => void;
  readonly paste: (text: string) => void;
  /** Ends the sign-in and closes the dialog. */
  readonly cancel: () => void;
  /** Closes the dialog; a sign-in that waits goes on waiting. */
  readonly close: () => void;
}

/** How long the dialog waits at most for the page behind it, where a route does not answer. */
const longestSettleMs = 2_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The sign-in dialog's effects. An answer that belongs to an earlier attempt changes nothing: the reducer sees to it. */
export function createSignInActions(deps: Deps, readFacts: ReadFacts): SignInActions {
  const { client, dispatch, getState } = deps;
  let waiting = new AbortController();
  /** The last attempt that was cancelled: its sign-in may only come into being after that. */
  let cancelled = -1;
  /** The account that the dialog is about. */
  let credential: string | undefined;
  const attempt = () => getState().signIn.attempt;
  const settle = () => readFacts(['status', 'settings', 'credentials']);

  async function wait(page: PendingPage): Promise<void> {
    const own = attempt();
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    try {
      const status = await client().auth.waitUntilSignedIn({ credential, signInId: page.signInId, signal });
      const account = status.account?.email ?? status.account?.organization ?? null;
      const renewal = status.refreshable ? 'automatic' : 'impossible';
      // What is behind the dialog shows it first: it would change while the user looks at it.
      await Promise.race([settle(), pause(longestSettleMs)]);
      dispatch({ type: 'sign_in_succeeded', attempt: own, account, renewal });
    } catch (thrown) {
      if (signal.aborted) return;
      dispatch({ type: 'sign_in_failed', attempt: own, failure: failureOfThrown(thrown) });
      await settle();
    }
  }

  async function begin(restart: boolean): Promise<void> {
    waiting.abort();
    dispatch({ type: 'sign_in_opened' });
    const own = attempt();
    try {
      const page = await client().auth.start({ credential, restart });
      // Unless a later attempt has taken its place meanwhile: that one would be ended.
      if (cancelled === own && getState().signIn.step === 'closed') return cancelPending();
      dispatch({ type: 'sign_in_address', attempt: own, page });
      if (attempt() === own) await wait(page);
    } catch (thrown) {
      if (thrown instanceof PosternError && thrown.code === 'sign_in_in_progress') {
        const status = await client()
          .auth.status({ credential })
          .catch(() => null);
        dispatch({ type: 'sign_in_already_waiting', attempt: own, page: status?.pendingSignIn ?? null });
      } else dispatch({ type: 'sign_in_failed', attempt: own, failure: failureOfThrown(thrown) });
    }
  }

  async function cancelPending(): Promise<void> {
    await client()
      .auth.cancel({ credential })
      .catch(() => undefined);
    await settle();
  }

  async function paste(text: string): Promise<void> {
    const own = attempt();
    const state = getState().signIn;
    if (state.step !== 'waiting' && state.step !== 'address_shown') return;
    dispatch({ type: 'sign_in_code_pasted' });
    try {
      await client().auth.completePasted(text);
    } catch (thrown) {
      const failure = failureOfThrown(thrown);
      const status = await client()
        .auth.status({ credential })
        .catch(() => null);
      const stillWaits = status?.pendingSignIn?.signInId === state.page.signInId;
      dispatch({ type: stillWaits ? 'sign_in_code_refused' : 'sign_in_failed', attempt: own, failure });
    }
  }

  return {
    open: (credentialId) => {
      credential = credentialId ?? signInShown(getState().facts.credentials ?? []);
      void begin(false);
    },
    startAgain: () => void begin(true),
    goOn: (page) => {
      dispatch({ type: 'sign_in_address', attempt: attempt(), page });
      void wait(page);
    },
    pageOpened: () => dispatch({ type: 'sign_in_page_opened' }),
    paste: (text) => void paste(text),
    cancel: () => {
      waiting.abort();
      cancelled = attempt();
      dispatch({ type: 'sign_in_closed' });
      void cancelPending();
    },
    close: () => {
      waiting.abort();
      dispatch({ type: 'sign_in_closed' });
    },
  };
}
