import { type ConversationSummary, type QueryRequest, queryRequestSchema } from '@postern/contract';
import { z } from 'zod';
import { instant } from '../../credentials/index.ts';
import type { AgentDocuments } from '../child/index.ts';

/** What a query was asked with besides its prompt, without what may hold a secret: an editor's servers. */
const keptRequestSchema = queryRequestSchema.pick({
  model: true,
  credential: true,
  permissionMode: true,
  maxSilenceSeconds: true,
  capUsd: true,
  onLimit: true,
  commands: true,
  attachments: true,
});
type KeptRequest = z.infer<typeof keptRequestSchema>;

/** Prompts that were never sent, and their characters together. The list of conversations reads them all, so older ones are let go of. */
const mostUnsent = 50;
const mostUnsentCharacters = 2_000_000;

/** A query that is held until a plan's reset, or was. */
export interface WaitingQuery {
  readonly conversationId: string;
  readonly workspace: string;
  readonly prompt: string;
  /** Unix ms. */
  readonly untilMs: number;
  /** What it was asked with. */
  readonly request?: KeptRequest | undefined;
  /** It ended before a program had it. */
  readonly isUnsent?: boolean | undefined;
}

/**
 * Queries that wait for a reset, kept, so that what was waiting when Postern stopped is found again; and prompts that ended before any program
 * had them, which no history holds.
 */
export interface WaitingQueries {
  /** @param request what it was asked with; of it, what may be kept is */
  begin(query: Omit<WaitingQuery, 'request'>, request: QueryRequest, nowMs: number): void;
  /** It ended before a program had it, by a stop or a failure: it is kept to be asked again. */
  unsent(query: Omit<WaitingQuery, 'request' | 'untilMs'>, request: QueryRequest, nowMs: number): void;
  /** Where it asks again for what was cut off while it waited: with what that was asked with, as far as it says nothing else. */
  resumed(request: QueryRequest): QueryRequest;
  /** It goes on, or it is over. */
  end(conversationId: string): void;
  /** What was asked in a conversation whose query was cut off while it waited; null where none was. */
  interruptedPrompt(conversationId: string): string | null;
  /** The query of a conversation that waits, or was cut off while it did; null where there is none. */
  of(conversationId: string): WaitingQuery | null;
  /** The conversations that have one. */
  conversationIds(): readonly string[];
  /** The same conversations, each with its state. */
  withStates(items: readonly ConversationSummary[]): readonly ConversationSummary[];
  /** As it is listed where the history has nothing of it; null where nothing of it waits or did. */
  summary(conversationId: string, ownsWorkspace: (path: string) => boolean): ConversationSummary | null;
}

const longestTitle = 120;

/** A conversation as it is listed before the history has anything of it. `atMs`: when it was asked, Unix ms. Pure. */
export function summaryOfPrompt(
  {
    id,
    workspace,
    prompt,
    atMs,
  }: Readonly<Record<'id' | 'workspace' | 'prompt', string>> & { readonly atMs: number },
  ownsWorkspace: (path: string) => boolean,
): ConversationSummary {
  return {
    id,
    title: prompt.trim().split('\n')[0]?.slice(0, longestTitle) ?? '',
    workspace: ownsWorkspace(workspace) ? null : workspace,
    updatedAt: instant(atMs),
  };
}

const documentName = 'waiting_queries';
const schema = z.record(
  z.string(),
  z.object({
    workspace: z.string(),
    prompt: z.string(),
    untilMs: z.number(),
    sinceMs: z.number(),
    request: keptRequestSchema.optional().catch(undefined),
    isUnsent: z.boolean().optional(),
  }),
);
type Kept = z.infer<typeof schema>[string];

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

  const all = (): ReadonlyMap<string, Kept> => new Map(Object.entries(read(documents.read(documentName))));
  const stateOf = (
    id: string,
    kept: Kept | undefined,
  ): Pick<ConversationSummary, 'state' | 'pendingPrompt'> => {
    if (kept === undefined) return {};
    return living.has(id) ? { state: 'waiting' } : { state: 'interrupted', pendingPrompt: kept.prompt };
  };

  return {
    begin({ conversationId, workspace, prompt, untilMs }, asked, nowMs) {
      living.add(conversationId);
      const request = z.object(keptRequestSchema.shape).parse(asked);
      const query = { workspace, prompt, untilMs, sinceMs: nowMs, request };
      keep((current) => ({ ...current, [conversationId]: query }));
    },
    unsent({ conversationId, workspace, prompt }, asked, nowMs) {
      living.delete(conversationId);
      const request = z.object(keptRequestSchema.shape).parse(asked);
      const query = { workspace, prompt, untilMs: nowMs, sinceMs: nowMs, request, isUnsent: true };
      keep((current) => withoutOldest({ ...current, [conversationId]: query }));
    },
    resumed(request) {
      const { conversationId = '', prompt } = request;
      const kept = living.has(conversationId) ? undefined : all().get(conversationId);
      if (kept?.prompt !== prompt) return request;
      const said = Object.entries(request).filter(([, value]) => value !== undefined);
      return { ...kept.request, prompt, ...Object.fromEntries(said) };
    },
    end(conversationId) {
      living.delete(conversationId);
      if (!Object.hasOwn(read(documents.read(documentName)), conversationId)) return;
      keep(({ [conversationId]: _, ...others }) => others);
    },
    interruptedPrompt: (id) => (living.has(id) ? null : (all().get(id)?.prompt ?? null)),
    of(conversationId) {
      const kept = all().get(conversationId);
      return kept === undefined ? null : { conversationId, ...kept };
    },
    conversationIds: () => [...all().keys()],
    withStates(items) {
      const waiting = all();
      return items.map((item) => ({ ...item, ...stateOf(item.id, waiting.get(item.id)) }));
    },
    summary(id, ownsWorkspace) {
      const kept = all().get(id);
      if (kept === undefined) return null;
      return { ...summaryOfPrompt({ id, ...kept, atMs: kept.sinceMs }, ownsWorkspace), ...stateOf(id, kept) };
    },
  };
}

/** What waited is not let go of for what was never sent. */
function withoutOldest(all: Readonly<Record<string, Kept>>): Readonly<Record<string, Kept>> {
  const unsent = Object.entries(all)
    .filter(([, { isUnsent }]) => isUnsent === true)
    .toSorted(([, one], [, other]) => other.sinceMs - one.sinceMs);
  let characters = 0;
  const gone = unsent.filter(([, { prompt }], at) => {
    characters += prompt.length;
    return at >= mostUnsent || (at > 0 && characters > mostUnsentCharacters);
  });
  const goneIds = new Set(gone.map(([id]) => id));
  return Object.fromEntries(Object.entries(all).filter(([id]) => !goneIds.has(id)));
}
