import type { Draft } from '../composer/composer.tsx';
import type { Action, AppState } from '../state/app-state.ts';
import { createStore, type Store } from '../state/store.ts';
import type { Thread } from '../state/thread.ts';
import { leftOver, takeLeftOver } from './queued-memory.ts';
import type { TabMemory } from './session-storage.ts';

type DraftsByKey = Readonly<Record<string, Draft>>;
type ThreadOfDraft = Pick<Thread, 'key' | 'conversationId'>;

/** The drafts of all conversations. They are kept here, whatever is shown, and in the tab, so that a reload does not lose them. */
export interface Drafts {
  readonly kept: Pick<Store<DraftsByKey, never>, 'getState' | 'subscribe'>;
  /** The draft of a conversation; until something of it was chosen or written, what the tab and the settings say. */
  readonly of: (thread: ThreadOfDraft) => Draft;
  readonly set: (thread: ThreadOfDraft, draft: Draft) => void;
  /** Puts the path of a file into the draft of a conversation, as that is by now; nothing where the conversation is gone. */
  readonly addFile: (key: string, path: string) => void;
  /** Begins the draft of a new conversation in this folder. The folder of the tab is the one that `postern open` gave it. */
  readonly beginIn: (thread: ThreadOfDraft, workspace: string) => void;
}

/** The drafts over the app's state. A draft goes on where its conversation gets a name meanwhile. */
export function createDrafts(store: Store<AppState, Action>, memory: TabMemory): Drafts {
  const drafts = createStore<DraftsByKey, DraftsByKey>((all, changed) => ({ ...all, ...changed }), {});
  const places = new Map<string, string>();
  /** Keys of drafts that were begun before the settings were known. */
  const early = new Set<string>();

  const of = ({ key, conversationId }: ThreadOfDraft): Draft => {
    const kept = drafts.getState()[key];
    if (kept !== undefined) return kept;
    const { facts, threads } = store.getState();
    const { settings } = facts;
    const place = conversationId ?? 'new';
    const { workspace, model, files } = memory.draftParts(place) ?? {
      workspace: memory.workspace() ?? settings?.workspace ?? '',
      ...{ model: settings?.model ?? '', files: [] },
    };
    const prompt = together(leftOver(memory, threads, place), memory.draft(place));
    return { prompt, mayBeCommand: false, workspace, model, files };
  };
  const keep = (place: string, { prompt, workspace, model, files }: Draft) => {
    memory.keepDraft(place, prompt);
    // With nothing written there is nothing that would go to another folder or model after a reload.
    const isWritten = prompt !== '' || files.length > 0;
    memory.keepDraftParts(place, isWritten ? { workspace, model, files } : null);
  };

  /** What was not chosen is what the settings say, also where one writes before they are there. */
  function settleEarly(): void {
    const { settings } = store.getState().facts;
    if (settings === null || early.size === 0) return;
    const keys = [...early];
    early.clear();
    for (const key of keys) {
      const draft = drafts.getState()[key];
      if (draft === undefined) continue;
      const workspace = draft.workspace === '' ? (settings.workspace ?? '') : draft.workspace;
      const model = draft.model === '' ? (settings.model ?? '') : draft.model;
      const settled = { ...draft, workspace, model };
      keep(places.get(key) ?? 'new', settled);
      drafts.dispatch({ [key]: settled });
    }
  }

  store.subscribe(() => {
    settleEarly();
    for (const { key, conversationId } of Object.values(store.getState().threads.byKey)) {
      const before = places.get(key);
      const draft = drafts.getState()[key];
      const now = conversationId ?? 'new';
      if (before === undefined || before === now || draft === undefined) continue;
      places.set(key, now);
      memory.keepDraft(before, '');
      memory.keepDraftParts(before, null);
      keep(now, draft);
    }
  });
  const set = ({ key, conversationId }: ThreadOfDraft, draft: Draft) => {
    const place = conversationId ?? 'new';
    takeLeftOver(memory, store.getState().threads, place);
    const isFirst = drafts.getState()[key] === undefined && memory.draftParts(place) === null;
    if (isFirst && store.getState().facts.settings === null) early.add(key);
    places.set(key, place);
    keep(place, draft);
    drafts.dispatch({ [key]: draft });
  };
  return {
    kept: drafts,
    of,
    set,
    addFile: (key, path) => {
      const thread = store.getState().threads.byKey[key];
      if (thread === undefined) return;
      const draft = of(thread);
      set(thread, { ...draft, files: [...new Set([...draft.files, path])] });
    },
    beginIn: (thread, workspace) => drafts.dispatch({ [thread.key]: { ...of(thread), workspace } }),
  };
}

/** What was queued and what is written after it. */
export function together(queued: string, written: string): string {
  return [queued, written].filter((each) => each.trim() !== '').join('\n\n');
}
