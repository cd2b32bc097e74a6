import { InvalidRequestError } from '../errors/index.ts';
import type { Agent, AgentDeps } from './agent.ts';
import type { AgentContext, ChildPool } from './child/index.ts';
import type {
  ConversationCache,
  ConversationHomes,
  ConversationPlaces,
  ConversationPlans,
} from './conversation/index.ts';
import type { ConversationHistory } from './history/index.ts';
import { rewindConversation } from './rewind-conversation.ts';
import type { WaitingQueries } from './turn/index.ts';

interface ConversationActionDeps {
  readonly context: Promise<AgentContext>;
  readonly history: ConversationHistory;
  readonly homes: ConversationHomes;
  readonly known: ConversationCache;
  readonly plans: Pick<ConversationPlans, 'forExisting'>;
  readonly pool: Pick<ChildPool, 'dismiss' | 'giveUp' | 'takeWaiting' | 'open' | 'release' | 'retire'>;
  /** Conversations that answer or are about to. */
  readonly busy: Set<string>;
  /** Queries that wait for a plan's reset, or did when Postern stopped. */
  readonly waiting: WaitingQueries;
  readonly places: Pick<ConversationPlaces, 'conversationHome'>;
}

/** What the user does with conversations besides asking. */
export function conversationActions({
  context,
  history,
  homes,
  known,
  plans,
  pool,
  busy,
  waiting,
  places,
}: ConversationActionDeps): Pick<
  Agent,
  | 'conversations'
  | 'hasConversation'
  | 'conversation'
  | 'subagent'
  | 'changeConversation'
  | 'deleteConversation'
  | 'rewind'
> {
  return {
    ...rewindConversation({ history, plans, pool, busy }),
    async conversations(options) {
      const { workspaces } = await context;
      const page = await history.list(options);
      const isWhole = options.before === null && options.search === null;
      return { ...page, items: [...waiting.withStates(page.items, isWhole, workspaces.owns)] };
    },
    async hasConversation(id) {
      // One that lives with a sign-in which is not known now may still be there.
      return busy.has(id) || places.conversationHome(id) === undefined || (await history.find(id)) !== null;
    },
    async conversation(id, options) {
      const { workspaces } = await context;
      const reserved = busy.has(id) ? null : known.reserved(id);
      if (reserved !== null) {
        const { workspace } = reserved;
        const isOwned = workspace !== null && workspaces.owns(workspace);
        return { id, title: '', workspace: isOwned ? null : workspace, items: [], next: null };
      }
      return await history.items(id, options);
    },
    async subagent(id, toolUseId) {
      await context;
      return await history.subagent(id, toolUseId);
    },
    async changeConversation(id, { title }) {
      await context;
      return title === undefined ? await history.summary(id) : await history.rename(id, title);
    },
    async deleteConversation(id) {
      const { workspaces } = await context;
      if (busy.has(id)) throw new InvalidRequestError('conversation_busy');
      busy.add(id);
      try {
        if (known.reserved(id) !== null) {
          known.forget(id);
          if (!pool.giveUp(id)) await workspaces.discard(id);
          return;
        }
        // Its program would write on.
        await pool.dismiss(id);
        await history.remove(id);
        homes.forget(id);
        known.forget(id);
        await workspaces.discard(id);
      } finally {
        busy.delete(id);
      }
    },
  };
}

/** Whether a working folder is one of ours, once that is known: nothing is listed before. */
export function ownedWorkspaces(context: Promise<AgentContext>): (path: string) => boolean {
  let owns: ((path: string) => boolean) | null = null;
  void context.then(
    ({ workspaces }) => {
      owns = workspaces.owns;
    },
    () => undefined,
  );
  return (path) => owns?.(path) ?? false;
}

/** Of a prompt, in characters: windows that follow a turn show it until they read the history. */
const longestPromptTold = 20_000;

/** Notifies every window that a turn began or ended. */
export function turnNotice(
  report: AgentDeps['report'],
  turn: { readonly conversationId: string; readonly queryId: string },
  prompt: string,
): (running: boolean) => void {
  return (running) =>
    report?.({ type: 'conversation_changed', ...turn, running, prompt: prompt.slice(0, longestPromptTold) });
}
