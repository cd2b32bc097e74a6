import type { Action, AppState } from '../state/app-state.ts';
import type { Store } from '../state/store.ts';
import type { Threads } from '../state/threads.ts';
import type { TabMemory } from './session-storage.ts';

const keyOf = (place: string): string => `${place}.queued`;

/** Keeps each queued message in the tab for as long as it is queued, whatever is shown: a reload must not lose it. */
export function keepQueued(store: Store<AppState, Action>, memory: TabMemory): void {
  const kept = new Map<string, { readonly place: string; readonly text: string }>();
  store.subscribe(() => {
    for (const { key, conversationId, queued } of Object.values(store.getState().threads.byKey)) {
      const now = { place: conversationId ?? 'new', text: queued?.prompt ?? '' };
      const before = kept.get(key) ?? { place: now.place, text: '' };
      if (before.place === now.place && before.text === now.text) continue;
      kept.set(key, now);
      if (before.text !== '') memory.keepDraft(keyOf(before.place), '');
      memory.keepDraft(keyOf(now.place), now.text);
    }
  });
}

/** What was queued at a place before a reload; empty where a conversation of this window has it still. */
export function leftOver(memory: TabMemory, { byKey }: Threads, place: string): string {
  const isQueued = Object.values(byKey).some(
    ({ conversationId, queued }) => (conversationId ?? 'new') === place && queued !== null,
  );
  return isQueued ? '' : memory.draft(keyOf(place));
}

/** It is part of the draft from here on. */
export function takeLeftOver(memory: TabMemory, threads: Threads, place: string): void {
  if (leftOver(memory, threads, place) !== '') memory.keepDraft(keyOf(place), '');
}
