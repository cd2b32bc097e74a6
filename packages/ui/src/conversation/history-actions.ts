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
  /** Reads what a subagent of the shown conversation did, by the call that started it. */
  readonly loadSubagent: (toolUseId: string) => void;
  /**
   * Says which files of the shown conversation go back to what they were before a message; with the `state` that this gave, does it.
   */
  readonly rewind: (promptId: string, state: string | null) => Promise<UndoAnswer>;
  /** Gives what went wrong, or null. */
  readonly rename: (id: string, title: string) => Promise<Failure | null>;
  /** Deletes it from this computer. Gives what went wrong, or null. */
  readonly remove: (id: string) => Promise<Failure | null>;
}

const listLimit = 40;
const itemLimit = 120;
const searchPauseMs = 180;

/** The effects of the conversation list. */
export function createHistoryActions({ client, dispatch, getState }: Deps): HistoryActions {
  let typing: ReturnType<typeof setTimeout> | undefined;
  const loading = new Set<string>();

  async function read(before: string | null): Promise<void> {
    const { search } = getState().history;
    dispatch({ type: 'history_loading' });
    try {
      const page = await client().conversations({
        limit: listLimit,
        ...(before === null ? {} : { before }),
        ...(search === '' ? {} : { search }),
      });
      dispatch({ type: 'history_page', search, page, more: before !== null });
    } catch (thrown) {
      dispatch({ type: 'history_failed', search, failure: failureOfThrown(thrown) });
    }
  }

  async function loadShown(): Promise<void> {
    const { key } = shownThread(getState().threads);
    if (loading.has(key)) return;
    dispatch({ type: 'thread_loading', key });
    const { conversationId, loaded } = shownThread(getState().threads);
    if (conversationId === null || loaded.state !== 'loading') return;
    loading.add(key);
    try {
      const page = await client().conversation(conversationId, {
        limit: itemLimit,
        ...(loaded.before === null ? {} : { before: loaded.before }),
      });
      dispatch({ type: 'thread_page', key, page });
    } catch (thrown) {
      dispatch({ type: 'thread_page_failed', key, failure: failureOfThrown(thrown) });
    } finally {
      loading.delete(key);
    }
  }

  async function loadSubagent(toolUseId: string): Promise<void> {
    const { key, conversationId } = shownThread(getState().threads);
    const place = `${key} ${toolUseId}`;
    if (conversationId === null || loading.has(place)) return;
    loading.add(place);
    dispatch({ type: 'subagent_reading', key, toolUseId, reading: 'loading' });
    try {
      const items = await client().subagent(conversationId, toolUseId);
      dispatch({ type: 'subagent_read', key, toolUseId, items });
    } catch {
      dispatch({ type: 'subagent_reading', key, toolUseId, reading: 'failed' });
    } finally {
      loading.delete(place);
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
    loadShown: () => void loadShown(),
    loadSubagent: (toolUseId) => void loadSubagent(toolUseId),
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
