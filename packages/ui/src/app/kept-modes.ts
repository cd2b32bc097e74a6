import type { PermissionMode } from '@postern/contract';
import type { Action, AppState } from '../state/app-state.ts';
import type { Store } from '../state/store.ts';
import { shownThread } from '../state/threads.ts';
import type { TabMemory } from './session-storage.ts';

interface Seen {
  readonly place: string;
  readonly mode: PermissionMode | null;
}

/** Keeps in the tab what was chosen for a conversation, so that a reload neither loosens nor tightens it. A new one begins without a choice. */
export function keepModes(
  store: Store<AppState, Action>,
  memory: Pick<TabMemory, 'mode' | 'keepMode'>,
): void {
  const seen = new Map<string, Seen>();
  const restore = (key: string, place: string): void => {
    const mode = memory.mode(place);
    seen.set(key, { place, mode });
    if (mode !== null) store.dispatch({ type: 'mode_chosen', key, mode });
  };

  const first = shownThread(store.getState().threads);
  restore(first.key, first.conversationId ?? 'new');
  store.subscribe(() => {
    for (const { key, conversationId, permissionMode } of Object.values(store.getState().threads.byKey)) {
      const place = conversationId ?? 'new';
      const before = seen.get(key);
      if (before === undefined && conversationId !== null && permissionMode === null) restore(key, place);
      else if (before?.place !== place || before.mode !== permissionMode) {
        if (before !== undefined && before.place !== place) memory.keepMode(before.place, null);
        seen.set(key, { place, mode: permissionMode });
        memory.keepMode(place, permissionMode);
      }
    }
  });
}
