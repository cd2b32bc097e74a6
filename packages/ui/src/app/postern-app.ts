import { createPosternClient, type PosternClient } from '@postern/client';
import { createUploads, type Uploads } from '../composer/uploads.ts';
import { createHistoryActions, type HistoryActions } from '../conversation/history-actions.ts';
import { createQueryActions, type QueryActions } from '../conversation/query-actions.ts';
import { type AccountActions, createAccountActions } from '../settings/account-actions.ts';
import { type AccountListActions, createAccountListActions } from '../settings/account-list-actions.ts';
import { type ClaudeCodeActions, createClaudeCodeActions } from '../sign-in/claude-code-actions.ts';
import { createSignInActions, type SignInActions } from '../sign-in/sign-in-actions.ts';
import { type Action, type AppState, initialState, reduceApp } from '../state/app-state.ts';
import type { Deps } from '../state/deps.ts';
import { createReadFacts, everyFact } from '../state/read-facts.ts';
import { parseRoute, type Route, routeFragment } from '../state/route.ts';
import { createStore, type Store } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import { createLedgerActions, type LedgerActions } from '../usage/ledger-actions.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { followEvents } from './follow-events.ts';
import { keepModes } from './kept-modes.ts';
import { createLeaseQuestionActions, type LeaseQuestionActions } from './lease-question-actions.ts';
import { createNotifications, type Notifications, type NotifyingWindow } from './notifications.ts';
import { keepQueued } from './queued-memory.ts';
import { startSession, takeOpening } from './session.ts';
import type { TabMemory } from './session-storage.ts';

/** The app without its screens: the state, and everything that can be done. */
export interface PosternApp {
  readonly store: Store<AppState, Action>;
  readonly memory: TabMemory;
  readonly drafts: Drafts;
  readonly uploads: Uploads;
  readonly notifications: Notifications;
  readonly client: () => PosternClient;
  readonly account: AccountActions;
  readonly accounts: AccountListActions;
  readonly signIn: SignInActions;
  readonly claudeCode: ClaudeCodeActions;
  readonly query: QueryActions;
  readonly history: HistoryActions;
  readonly ledger: LedgerActions;
  readonly leaseQuestions: LeaseQuestionActions;
  /** Asks again for everything that is shown as fact. */
  readonly readAgain: () => Promise<void>;
  readonly go: (route: Route) => void;
  /** Begins: swaps the ticket, reads what is so, follows what changes. Gives a function that ends it. */
  readonly start: () => () => void;
}

/** The app over a window. Nothing is sent before `start`. */
export function createPosternApp(view: Window & NotifyingWindow, memory: TabMemory): PosternApp {
  const { origin } = view.location;
  const takeTicket = (): string | null => {
    const opening = takeOpening(view);
    if (opening !== null && opening.workspace !== null) openIn(memory, opening.workspace);
    return opening?.ticket ?? null;
  };
  let ticket = takeTicket();
  let client = createPosternClient({ baseUrl: origin, token: memory.token() });
  const store = createStore(reduceApp, initialState(parseRoute(view.location.hash)));
  keepQueued(store, memory);
  const drafts = createDrafts(store, memory);
  keepModes(store, memory);
  const { dispatch, getState } = store;
  let session = Promise.resolve();
  const deps: Deps = { client: () => client, session: () => session, dispatch, getState };
  const readFacts = createReadFacts(deps);
  const history = createHistoryActions(deps, (conversationId, turn) => query.takeUp(conversationId, turn));
  const ledger = createLedgerActions(deps);
  let following = new AbortController();

  const show = (route: Route) => {
    dispatch({ type: 'route_changed', route });
    if (route.place === 'usage') ledger.read();
    if (route.place !== 'ask') return;
    dispatch({ type: 'thread_shown', conversationId: route.conversationId });
    const { key, loaded } = shownThread(getState().threads);
    if (loaded.state === 'loading') history.loadShown();
    else history.catchUp(key);
  };
  const query = createQueryActions(
    deps,
    readFacts,
    history.settled,
    (key, conversationId) => {
      const { route, threads } = getState();
      if (route.place !== 'ask' || threads.shown !== key || route.conversationId === conversationId) return;
      // The conversation has a name now; the place is the same, so the way back does not grow.
      const named: Route = { place: 'ask', conversationId };
      view.history.replaceState(null, '', routeFragment(named));
      dispatch({ type: 'route_changed', route: named });
    },
    history.reload,
    history.missed,
  );

  async function connect(): Promise<void> {
    const given = ticket;
    ticket = null;
    following.abort();
    following = new AbortController();
    const { signal } = following;
    dispatch({ type: 'session_started' });
    try {
      client = await startSession(origin, given, memory);
    } catch {
      dispatch({ type: 'connection_refused' });
      return;
    }
    const readLeft = () => {
      const { route } = getState();
      if (route.place === 'settings' && route.at === 'paying') ledger.readUsage();
    };
    const onUsageChanged = () => {
      if (getState().route.place === 'usage') ledger.read();
      readLeft();
    };
    const onConversation: typeof query.follow = (changed) => {
      query.follow(changed);
      if (!changed.running) onUsageChanged();
    };
    let openings = 0;
    const onOpened = () => {
      openings += 1;
      if (openings > 1) {
        history.reload();
        onUsageChanged();
      }
      history.missed(null);
    };
    void followEvents(deps, readFacts, onUsageChanged, onConversation, onOpened, signal);
    history.reload();
    const { route } = getState();
    show(route);
  }

  const onHashChange = () => {
    ticket = takeTicket();
    if (ticket === null) show(parseRoute(view.location.hash));
    else {
      // `postern open` in this very tab: the place it was at is kept.
      view.history.replaceState(null, '', routeFragment(getState().route));
      session = connect();
    }
  };

  return {
    store,
    memory,
    drafts,
    uploads: createUploads((file) => client.attach(file), drafts.addFile),
    notifications: createNotifications(view),
    client: () => client,
    account: createAccountActions(deps, readFacts),
    accounts: createAccountListActions(deps, readFacts),
    signIn: createSignInActions(deps, readFacts),
    claudeCode: createClaudeCodeActions(deps, readFacts),
    query,
    history,
    ledger,
    leaseQuestions: createLeaseQuestionActions(deps),
    readAgain: () => readFacts(everyFact),
    go: (route) => {
      view.location.hash = routeFragment(route);
    },
    start: () => {
      view.addEventListener('hashchange', onHashChange);
      session = connect();
      return () => {
        view.removeEventListener('hashchange', onHashChange);
        following.abort();
      };
    },
  };
}

/** The folder of the tab from here on, also for what was being written when it was opened again. */
function openIn(memory: TabMemory, workspace: string): void {
  memory.keepWorkspace(workspace);
  const parts = memory.draftParts('new');
  if (parts !== null) memory.keepDraftParts('new', { ...parts, workspace });
}
