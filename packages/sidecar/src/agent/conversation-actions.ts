import { type ConversationSummary, isSamePrompt } from '@postern/contract';
import { InvalidRequestError } from '../errors/index.ts';
import type { Agent, AgentDeps } from './agent.ts';
import type { AgentContext, ChildPool } from './child/index.ts';
import type {
  ConversationCache,
  ConversationHomes,
  ConversationPlaces,
  ConversationPlans,
} from './conversation/index.ts';
import { withReceipts } from './conversation-receipts.ts';
import type { ConversationHistory } from './history/index.ts';
import { type QueryRegistry, type RunningConversation, toldPrompt } from './query-registry.ts';
import { rewindConversation } from './rewind-conversation.ts';
import { summaryOfPrompt, type WaitingQueries } from './turn/index.ts';

interface ConversationActionDeps {
  readonly context: Promise<AgentContext>;
  readonly attachments: AgentDeps['attachments'];
  readonly ledger: AgentDeps['ledger'];
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
  /** The conversations that have a turn under way. */
  readonly runningIn: QueryRegistry['runningIn'];
}

/** What the user does with conversations besides asking. */
export function conversationActions({
  context,
  attachments,
  ledger,
  history,
  homes,
  known,
  plans,
  pool,
  busy,
  waiting,
  places,
  runningIn,
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
      const isFirst = options.before === null && options.search === null;
      // The history has nothing of these, and lists the others where they belong: they are in its index from this look on.
      const held = await Promise.all((isFirst ? waiting.conversationIds() : []).map((id) => known.held(id)));
      const running = isFirst ? await unbegun(runningIn(), history) : [];
      const page = await history.list(options);
      const waited = held.flatMap((each) =>
        each === null || page.items.some(({ id }) => id === each.id)
          ? []
          : (waiting.summary(each.id, workspaces.owns) ?? []),
      );
      const found = waiting.withStates(page.items);
      const items =
        waited.length === 0
          ? found
          : [...waited, ...found].toSorted(
              (one, other) => Date.parse(other.updatedAt) - Date.parse(one.updatedAt),
            );
      const unlisted = running.filter(({ id }) => !items.some((item) => item.id === id));
      return { ...page, items: [...unlisted.map((each) => summaryOf(each, workspaces.owns)), ...items] };
    },
    async hasConversation(id) {
      // One that lives with a sign-in which is not known now may still be there.
      if (busy.has(id) || waiting.of(id) !== null) return true;
      return places.conversationHome(id) === undefined || (await history.find(id)) !== null;
    },
    async conversation(id, options) {
      const { workspaces } = await context;
      const reserved = busy.has(id) ? null : await known.reserved(id);
      if (reserved !== null) {
        const { workspace } = reserved;
        const isOwned = workspace !== null && workspaces.owns(workspace);
        const title = waiting.summary(id, workspaces.owns)?.title ?? '';
        return { id, title, workspace: isOwned ? null : workspace, items: [], next: null };
      }
      const now = runningIn().find((each) => each.id === id);
      if (now === undefined || options.before !== null)
        return withReceipts(ledger, await history.items(id, options));
      try {
        const before = now.goesOnAt ?? (await beginningOf(history, id, now.turn.queryId));
        const page = withReceipts(ledger, await history.items(id, options));
        return { ...page, running: { ...now.turn, ...(before === null ? {} : { before }) } };
      } catch (error) {
        if (!(error instanceof InvalidRequestError)) throw error;
        // Its program has not begun it yet.
        const { title, workspace } = summaryOf(now, workspaces.owns);
        return { id, title, workspace, items: [], next: null, running: now.turn };
      }
    },
    async subagent(id, toolUseId) {
      await context;
      return await history.subagent(id, toolUseId);
    },
    async changeConversation(id, { title, pendingPrompt }) {
      const { workspaces } = await context;
      const held = waiting.summary(id, workspaces.owns);
      if (pendingPrompt === null && busy.has(id)) throw new InvalidRequestError('conversation_busy');
      if (pendingPrompt === null) waiting.end(id);
      try {
        return title === undefined ? await history.summary(id) : await history.rename(id, title);
      } catch (error) {
        // Nothing else is known of it.
        if (held === null || pendingPrompt !== null || !isUnknown(error)) throw error;
        return { id, title: title ?? held.title, workspace: held.workspace, updatedAt: held.updatedAt };
      }
    },
    async deleteConversation(id) {
      const { workspaces } = await context;
      if (busy.has(id)) throw new InvalidRequestError('conversation_busy');
      busy.add(id);
      try {
        if ((await known.reserved(id)) !== null) {
          known.forget(id);
          waiting.end(id);
          // What cannot be removed now goes with the next sweep.
          await attachments?.dropFor(id).catch(() => undefined);
          if (!pool.giveUp(id)) await workspaces.discard(id);
          return;
        }
        // Its program would write on.
        await pool.dismiss(id);
        await history.remove(id);
        homes.forget(id);
        known.forget(id);
        waiting.end(id);
        await attachments?.dropFor(id).catch(() => undefined);
        await workspaces.discard(id);
      } finally {
        busy.delete(id);
      }
    },
  };
}

/** Those of which the history has nothing yet: it lists the others where they belong. */
async function unbegun(
  conversations: readonly RunningConversation[],
  history: Pick<ConversationHistory, 'summary'>,
): Promise<readonly RunningConversation[]> {
  const isUnbegun = await Promise.all(
    conversations.map(({ id }) =>
      history.summary(id).then(
        () => false,
        (error: unknown) => error instanceof InvalidRequestError,
      ),
    ),
  );
  return conversations.filter((_, at) => isUnbegun[at]);
}

/** A running conversation as it is listed before the history has anything of it. */
function summaryOf(
  { id, workspace, turn, startedAtMs: atMs }: RunningConversation,
  owns: (path: string) => boolean,
): ConversationSummary {
  return summaryOfPrompt({ id, workspace, prompt: turn.prompt, atMs }, owns);
}

/** Items that are looked through for the beginning of a turn, from the newest on, and how many at once. */
const mostLookedThrough = 2_000;
const lookedThroughAtOnce = 200;

/** The cursor of the page that ends before a turn; null where the history has nothing of it. */
async function beginningOf(
  history: Pick<ConversationHistory, 'items'>,
  id: string,
  queryId: string,
): Promise<string | null> {
  let before: string | null = null;
  for (let looked = 0; looked < mostLookedThrough; looked += lookedThroughAtOnce) {
    const { items, next } = await history.items(id, { limit: lookedThroughAtOnce, before });
    const at = items.findLastIndex(
      (item) => item.type === 'user' && item.promptId !== undefined && isSamePrompt(item.promptId, queryId),
    );
    if (at !== -1) return String(Number(next ?? 0) + at);
    if (next === null) return null;
    before = next;
  }
  return null;
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

/** Notifies every window that a turn began or ended. */
export function turnNotice(
  report: AgentDeps['report'],
  turn: { readonly conversationId: string; readonly queryId: string },
  prompt: string,
): (running: boolean) => void {
  return (running) =>
    report?.({ type: 'conversation_changed', ...turn, running, prompt: toldPrompt(prompt) });
}

function isUnknown(error: unknown): boolean {
  return error instanceof InvalidRequestError && error.code === 'conversation_not_found';
}
