import { PosternError } from '@postern/client';
import type { AppEvent } from '@postern/contract';
import type { Deps } from '../state/deps.ts';
import { everyFact, type FactName, type ReadFacts } from '../state/read-facts.ts';
import { createLeaseQuestionActions } from './lease-question-actions.ts';

const touched: Readonly<Record<AppEvent['event'], readonly FactName[]>> = {
  credential_changed: ['status', 'credentials', 'settings'],
  settings_changed: ['settings', 'credentials', 'status'],
  fallback: ['status', 'credentials'],
  usage_limits_changed: ['credentials', 'status'],
  usage_notice: [],
  lease_question: [],
  lease_question_closed: [],
  conversation_changed: [],
  sign_in_changed: ['status', 'settings', 'credentials'],
};

/** Follows the app's events until aborted: each says that something changed, and the routes are asked what it is now. */
export async function followEvents(
  deps: Deps,
  readFacts: ReadFacts,
  onUsageChanged: () => void,
  onConversation: (changed: Extract<AppEvent, { event: 'conversation_changed' }>['data']) => void,
  /** Events come from now on: what happened before came to no window. */
  onOpened: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { client, dispatch, getState } = deps;
  const { read: readLeaseQuestions } = createLeaseQuestionActions(deps);
  const onConnection = (connected: boolean) => {
    if (!connected) {
      dispatch({ type: 'connection_lost', atMs: Date.now() });
      return;
    }
    dispatch({ type: 'connection_opened' });
    void readFacts(everyFact);
    void readLeaseQuestions();
    onOpened();
  };
  try {
    for await (const event of client().events({ signal, onConnection, queries: true })) {
      if (event.event === 'fallback') {
        const order = getState().facts.settings?.credentialOrder ?? [];
        dispatch({ type: 'switch_heard', ...event.data, order });
      }
      if (event.event === 'usage_notice') dispatch({ type: 'usage_notice_heard', notice: event.data });
      if (event.event === 'usage_limits_changed' || event.event === 'usage_notice') onUsageChanged();
      if (event.event === 'lease_question') dispatch({ type: 'lease_question_heard', question: event.data });
      if (event.event === 'lease_question_closed')
        dispatch({ type: 'lease_question_closed', requestId: event.data.requestId });
      if (event.event === 'conversation_changed') onConversation(event.data);
      void readFacts(touched[event.event]);
    }
  } catch (thrown) {
    if (thrown instanceof PosternError && thrown.code === 'unauthorized')
      dispatch({ type: 'connection_refused' });
    else dispatch({ type: 'connection_lost', atMs: Date.now() });
  }
}
