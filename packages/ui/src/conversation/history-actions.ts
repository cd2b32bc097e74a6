import type { Conversation, RunningTurn } from '@postern/contract';
import { type Failure, failureOfCode, failureOfThrown } from '../format/index.ts';
import type { Deps } from '../state/deps.ts';
import { shownThread } from '../state/threads.ts';
import type { UndoAnswer } from './undo-dialog.tsx';

/** What the user does with earlier conversations. */
export interface HistoryActions {
  /** Reads the list from its newest. */
  readonly reload: () => void;
  readonly more: () => void;
  readonly search: (text: string) => void;
  /** Reads the shown conversation's items, or the ones before those that are here. */
  readonly loadShown: () => void;
  /**
   * Something of a conversation, or of all (null), came to no window: a turn of another window, or one that runs. The shown one is read again now,
   * others when they are shown.
   */
  readonly missed: (conversationId: string | null) => void;
  /** Reads a thread again, where something of it was missed. */
  readonly catchUp: (key: string) => void;
  /** Once a thread's history is as far as it can be: what is being read has come or failed, and so has what was missed. */
  readonly settled: (key: string) => Promise<void>;
  /** Reads what a subagent of the shown conversation did, by the call that started it. */
  readonly loadSubagent: (toolUseId: string) => void;
  /**
   * Says which files of the shown conversation go back to what they were before a message; with the `state` that this gave, does it.
   */
  readonly rewind: (promptId: string, state: string | null) => Promise<UndoAnswer>;
  /** Gives what went wrong, or null. */
  readonly rename: (id: string, title: string) => Promise<Failure | null>;
  /** The prompt of the shown conversation that has no answer is not kept any longer. */
  readonly dismissPending: () => void;
  /** Deletes it from this computer. Gives what went wrong, or null. */
  readonly remove: (id: string) => Promise<Failure | null>;
}

const listLimit = 40;
const itemLimit = 120;
const searchPauseMs = 180;

/** A turn that was under way when a conversation was read. */
export type OnRunning = (conversationId: string, turn: RunningTurn) => void;

/** The effects of the conversation list. */
export function createHistoryActions(
  { client, dispatch, getState }: Deps,
  onRunning: OnRunning,
): HistoryActions {
  let typing: ReturnType<typeof setTimeout> | undefined;
  const loading = new Map<string, Promise<void>>();
  /** Threads that may have missed something. */
  const behind = new Set<string>();

  /** One read of a place at a time. */
  function once(place: string, read: () => Promise<void>): Promise<void> {
    const earlier = loading.get(place);
    if (earlier !== undefined) return earlier;
    const reading = read().finally(() => loading.delete(place));
    loading.set(place, reading);
    return reading;
  }

  async function read(before: string | null): Promise<void> {
    const { search } = getState().history;
    dispatch({ type: 'history_loading' });
    try {
      const page = await client().conversations({
        limit: listLimit,
        ...(before === null ? {} : { before }),
        ...(search === '' ? {} : { search }),
      });
      dispatch({ type: 'history_page', search, page, before });
    } catch (thrown) {
      dispatch({ type: 'history_failed', search, failure: failureOfThrown(thrown) });
    }
  }

  /** A page, without what a running turn has written of itself: its events say that from the first on. */
  async function pageOf(id: string, before: string | null): Promise<Conversation> {
    const read = (from: string | null): Promise<Conversation> =>
      client().conversation(id, { limit: itemLimit, ...(from === null ? {} : { before: from }) });
    const page = await read(before);
    const { running } = page;
    return running?.before === undefined ? page : { ...(await read(running.before)), running };
  }

  async function loadPage(key: string): Promise<void> {
    dispatch({ type: 'thread_loading', key });
    const { conversationId = null, loaded } = getState().threads.byKey[key] ?? {};
    if (conversationId === null || loaded?.state !== 'loading') return;
    try {
      const page = await pageOf(conversationId, loaded.before);
      dispatch({ type: 'thread_page', key, page });
      if (page.running !== undefined) onRunning(conversationId, page.running);
    } catch (thrown) {
      const failure = failureOfThrown(thrown);
      dispatch({ type: 'thread_page_failed', key, failure });
      // Deleted elsewhere, which no event says.
      if (failure.code === 'conversation_not_found') void read(null);
    }
  }

  /** Until nothing more of it was missed meanwhile; what runs, or is read otherwise, is looked at again later. */
  async function readAgain(key: string): Promise<void> {
    const mayChange = (): boolean => {
      const thread = getState().threads.byKey[key];
      const isBegun = thread?.run != null && thread.run.queryId !== null;
      return thread !== undefined && !isBegun && thread.loaded.state !== 'loading';
    };
    const conversationId = getState().threads.byKey[key]?.conversationId ?? null;
    if (conversationId === null || !mayChange()) return;
    behind.delete(key);
    try {
      const page = await pageOf(conversationId, null);
      if (!mayChange()) throw new Error('its turn has begun meanwhile');
      dispatch({ type: 'thread_caught_up', key, page });
      if (page.running !== undefined) onRunning(conversationId, page.running);
    } catch {
      behind.add(key);
      return;
    }
    if (behind.has(key)) await readAgain(key);
  }

  async function catchUp(key: string): Promise<void> {
    if (behind.has(key)) await once(`${key} new`, () => readAgain(key));
  }

  async function loadSubagent(key: string, conversationId: string, toolUseId: string): Promise<void> {
    dispatch({ type: 'subagent_reading', key, toolUseId, reading: 'loading' });
    try {
      const items = await client().subagent(conversationId, toolUseId);
      dispatch({ type: 'subagent_read', key, toolUseId, items });
    } catch {
      dispatch({ type: 'subagent_reading', key, toolUseId, reading: 'failed' });
    }
  }

  return {
    reload: () => void read(null),
    more: () => {
      const { next, loading } = getState().history;
      if (next !== null && !loading) void read(next);
    },
    search: (search) => {
      dispatch({ type: 'history_searched', search });
      clearTimeout(typing);
      typing = setTimeout(() => void read(null), searchPauseMs);
    },
    loadShown: () => {
      const { shown } = getState().threads;
      void once(shown, () => loadPage(shown)).then(() => catchUp(shown));
    },
    missed: (conversationId) => {
      const { byKey, shown } = getState().threads;
      // A new one has nothing to miss.
      for (const { key, conversationId: id } of Object.values(byKey))
        if (id !== null && (conversationId === null || id === conversationId)) behind.add(key);
      void catchUp(shown);
    },
    catchUp: (key) => void catchUp(key),
    async settled(key) {
      await loading.get(key);
      await catchUp(key);
    },
    loadSubagent: (toolUseId) => {
      const { key, conversationId } = shownThread(getState().threads);
      if (conversationId === null) return;
      void once(`${key} ${toolUseId}`, () => loadSubagent(key, conversationId, toolUseId));
    },
    async rewind(promptId, state) {
      const { conversationId } = shownThread(getState().threads);
      if (conversationId === null) return { failure: failureOfCode('conversation_not_found') };
      const request =
        state === null ? { promptId, dryRun: true as const } : { promptId, dryRun: false as const, state };
      try {
        return { rewind: await client().rewind(conversationId, request) };
      } catch (thrown) {
        return { failure: failureOfThrown(thrown) };
      }
    },
    async rename(id, wanted) {
      try {
        const { title } = await client().changeConversation(id, { title: wanted });
        dispatch({ type: 'conversation_renamed', id, title });
        return null;
      } catch (thrown) {
        return failureOfThrown(thrown);
      }
    },
    dismissPending: () => {
      const { key, conversationId } = shownThread(getState().threads);
      if (conversationId === null) return;
      void client()
        .changeConversation(conversationId, { pendingPrompt: null })
        .then(() => read(null))
        .catch((thrown: unknown) =>
          dispatch({ type: 'thread_noted', key, failure: failureOfThrown(thrown) }),
        );
    },
    async remove(id) {
      try {
        await client().deleteConversation(id);
      } catch (thrown) {
        const failure = failureOfThrown(thrown);
        // Another window was first.
        if (failure.code !== 'conversation_not_found') return failure;
      }
      dispatch({ type: 'conversation_removed', id });
      return null;
    },
  };
}
