import type { ConversationSummary } from '@postern/contract';
import { z } from 'zod';
import { instant } from '../../credentials/index.ts';
import type { AgentDocuments } from '../child/index.ts';

/** A query that is held until a plan's reset. */
export interface WaitingQuery {
  readonly conversationId: string;
  readonly workspace: string;
  readonly prompt: string;
  /** Unix ms. */
  readonly untilMs: number;
}

/** Queries that wait for a reset, kept, so that what was waiting when Postern stopped is found again. */
export interface WaitingQueries {
  begin(query: WaitingQuery, nowMs: number): void;
  /** It goes on, or it is over. */
  end(conversationId: string): void;
  /** What was asked in a conversation whose query was cut off while it waited; null where none was. */
  interruptedPrompt(conversationId: string): string | null;
  /** The same conversations, each with its state, and before them those of which nothing was said yet. */
  withStates(
    items: readonly ConversationSummary[],
    isFirstPage: boolean,
    ownsWorkspace: (path: string) => boolean,
  ): readonly ConversationSummary[];
}

const documentName = 'waiting_queries';
const schema = z.record(
  z.string(),
  z.object({ workspace: z.string(), prompt: z.string(), untilMs: z.number(), sinceMs: z.number() }),
);
const longestTitle = 120;

/** Over one document. What cannot be kept is logged: the query waits all the same. */
export function waitingQueries(documents: AgentDocuments, log: (text: string) => void): WaitingQueries {
  /** Of this process: the others were cut off. */
  const living = new Set<string>();

  const read = (document: unknown): z.infer<typeof schema> => {
    const parsed = schema.safeParse(document ?? {});
    return parsed.success ? parsed.data : {};
  };
  const keep = (change: (current: z.infer<typeof schema>) => z.infer<typeof schema>): void => {
    try {
      documents.update(documentName, (current) => change(read(current)));
    } catch (error) {
      log(`what waits for a reset was not kept: ${error instanceof Error ? error.name : 'unknown'}`);
    }
  };

  return {
    begin({ conversationId, workspace, prompt, untilMs }, nowMs) {
      living.add(conversationId);
      keep((current) => ({ ...current, [conversationId]: { workspace, prompt, untilMs, sinceMs: nowMs } }));
    },
    end(conversationId) {
      living.delete(conversationId);
      if (!Object.hasOwn(read(documents.read(documentName)), conversationId)) return;
      keep(({ [conversationId]: _, ...others }) => others);
    },
    interruptedPrompt(conversationId) {
      if (living.has(conversationId)) return null;
      return new Map(Object.entries(read(documents.read(documentName)))).get(conversationId)?.prompt ?? null;
    },
    withStates(items, isFirstPage, ownsWorkspace) {
      const waiting = read(documents.read(documentName));
      const stateOf = (id: string): Pick<ConversationSummary, 'state' | 'pendingPrompt'> => {
        const found = Object.hasOwn(waiting, id) ? waiting[id] : undefined;
        if (found === undefined) return {};
        return living.has(id) ? { state: 'waiting' } : { state: 'interrupted', pendingPrompt: found.prompt };
      };
      const unlisted = Object.entries(waiting).filter(([id]) => !items.some((item) => item.id === id));
      return [
        ...(isFirstPage ? unlisted : []).map(([id, { workspace, prompt, sinceMs }]) => ({
          id,
          title: prompt.trim().split('\n')[0]?.slice(0, longestTitle) ?? '',
          workspace: ownsWorkspace(workspace) ? null : workspace,
          updatedAt: instant(sinceMs),
          ...stateOf(id),
        })),
        ...items.map((item) => ({ ...item, ...stateOf(item.id) })),
      ];
    },
  };
}
