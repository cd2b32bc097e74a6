import { PosternError } from '@postern/client';
import type { AppEvent } from '@postern/contract';
import type { Deps } from '../state/deps.ts';
import { everyFact, type FactName, type ReadFacts } from '../state/read-facts.ts';

const touched: Readonly<Record<AppEvent['event'], readonly FactName[]>> = {
  credential_changed: ['status', 'credentials', 'settings'],
  settings_changed: ['settings', 'credentials', 'status'],
  fallback: ['status', 'credentials'],
  usage_limits_changed: ['credentials', 'status'],
  usage_notice: [],
  conversation_changed: [],
  sign_in_changed: ['status', 'settings', 'credentials'],
};

/** Follows the app's events until aborted: each says that something changed, and the routes are asked what it is now. */
export async function followEvents(
  deps: Deps,
  readFacts: ReadFacts,
  onUsageChanged: () => void,
  onConversation: (changed: Extract<AppEvent, { event: 'conversation_changed' }>['data']) => void,
  signal: AbortSignal,
): Promise<void> {
  const { client, dispatch, getState } = deps;
  const onConnection = (connected: boolean) => {
    if (!connected) {
      dispatch({ type: 'connection_lost', atMs: Date.now() });
      return;
    }
    dispatch({ type: 'connection_opened' });
    void readFacts(everyFact);
  };
  try {
    for await (const event of client().events({ signal, onConnection })) {
      if (event.event === 'fallback') {
        const order = getState().facts.settings?.credentialOrder ?? [];
        dispatch({ type: 'switch_heard', ...event.data, order });
      }
      if (event.event === 'usage_notice') dispatch({ type: 'usage_notice_heard', notice: event.data });
      if (event.event === 'usage_limits_changed' || event.event === 'usage_notice') onUsageChanged();
      if (event.event === 'conversation_changed') onConversation(event.data);
      void readFacts(touched[event.event]);
    }
  } catch (thrown) {
    if (thrown instanceof PosternError && thrown.code === 'unauthorized')
      dispatch({ type: 'connection_refused' });
    else dispatch({ type: 'connection_lost', atMs: Date.now() });
  }
}
