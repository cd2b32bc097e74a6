import type {
  AgentQuestion,
  Asker,
  CapScope,
  ConversationItem,
  CredentialRef,
  PermissionMode,
  QueryRequest,
  ToolCallDescription,
  ToolCaution,
} from '@postern/contract';
import type { Failure } from '../format/index.ts';
import type { QueuedMessage } from './queued-message.ts';
import type { ThreadItem } from './thread-item.ts';

/** A question of a running query that the user must answer. */
export type Question =
  | {
      readonly type: 'permission';
      readonly requestId: string;
      readonly toolName: string;
      readonly input: Readonly<Record<string, unknown>>;
      /** The real place it acts on; null where it acts on none. */
      readonly path: string | null;
      /** Whether that is outside the conversation's folder. */
      readonly outside: boolean;
      /** The whole difference, or null. */
      readonly diff: string | null;
      /** The whole input in words. */
      readonly call: ToolCallDescription;
      readonly cautions: readonly ToolCaution[];
      /** What “always” would keep; null where it is asked for each time. */
      readonly remember: { readonly rule: string; readonly words: string } | null;
      /** Null: it waits for the user. */
      readonly expiresAt: string | null;
      readonly answering: boolean;
      readonly failure: Failure | null;
    }
  | {
      readonly type: 'fallback';
      readonly requestId: string;
      readonly from: CredentialRef;
      readonly to: CredentialRef;
      readonly reason: string;
      readonly payer: string;
      readonly capUsd: number | null;
      /** Where it is about a cap that the next call does not fit under. */
      readonly spend: SpendAgainstCap | null;
      readonly expiresAt: string;
      readonly answering: boolean;
      readonly failure: Failure | null;
    }
  /** What the agent itself, or an MCP server, wants to know. */
  | {
      readonly type: 'words';
      readonly requestId: string;
      readonly from: Asker;
      readonly message: string | null;
      /** A page that the user is asked to visit. */
      readonly url: string | null;
      readonly questions: readonly AgentQuestion[];
      readonly written: WrittenAnswers;
      readonly answering: boolean;
      readonly failure: Failure | null;
    }
  /** Whether the agent may go ahead with its plan. */
  | {
      readonly type: 'plan';
      readonly requestId: string;
      /** In Markdown; null where it wrote none. */
      readonly plan: string | null;
      readonly answering: boolean;
      readonly failure: Failure | null;
    };

/** What is chosen and written for one question of the agent's, before it is sent. */
export interface AnswerDraft {
  readonly chosen: readonly string[];
  readonly words: string;
  /** Whether the words are to be sent: they stay on the page while an option is chosen instead. */
  readonly hasWords: boolean;
}

/** Drafts by the ids of their questions; a question that was not touched has none. */
export type WrittenAnswers = Readonly<Record<string, AnswerDraft>>;

/** What stands against a cap. US dollars. */
export interface SpendAgainstCap {
  readonly scope: CapScope;
  readonly capUsd: number;
  readonly spentUsd: number;
  /** Of other calls: under way, or never reported. */
  readonly reservedUsd: number;
  readonly thisCallAtMostUsd: number;
  /** A model whose price is not known: it counts as the dearest. */
  readonly unknownModel: string | null;
}

/** A query under way. */
export interface Run {
  readonly state: 'starting' | 'answering' | 'stopping';
  readonly queryId: string | null;
  readonly credential: CredentialRef | null;
  /** Its place among the queries that wait, where it has to wait: 1 is next. Null once it runs. */
  readonly place: number | null;
  /** How much it may do without a question, as it says; absent until it does. */
  readonly mode?: PermissionMode;
  /** What was chosen for it, until it says so. */
  readonly nextMode?: PermissionMode | undefined;
  /** For how long nothing has come; absent while something comes. */
  readonly silentSeconds?: number;
}

/** How much of a conversation is here. */
export type Loaded =
  | { readonly state: 'all' }
  | { readonly state: 'loading'; readonly before: string | null }
  | { readonly state: 'more'; readonly before: string }
  | { readonly state: 'failed'; readonly before: string | null; readonly failure: Failure };

/** One conversation as this window holds it. */
export interface Thread {
  readonly key: string;
  readonly conversationId: string | null;
  readonly title: string | null;
  readonly workspace: string | null;
  readonly items: readonly ThreadItem[];
  readonly loaded: Loaded;
  /** What of the history is here, as it was read. */
  readonly read: readonly ConversationItem[];
  readonly run: Run | null;
  readonly questions: readonly Question[];
  readonly queued: QueuedMessage | null;
  /** How much its agent may do without a question, as chosen here or since its plan was approved; null: as the settings say. */
  readonly permissionMode: PermissionMode | null;
  /** How full the model's context is; null where that is not known. */
  readonly context: { readonly usedTokens: number; readonly windowTokens: number } | null;
  /** The last request of this window, to be sent again; null where another window sent the last one. */
  readonly lastRequest: QueryRequest | null;
  /** Counts up, for keys. */
  readonly nextKey: number;
}

/** A new conversation, or one whose items are still to be loaded. */
export function newThread(key: string, conversationId: string | null): Thread {
  return {
    key,
    conversationId,
    title: null,
    workspace: null,
    items: [],
    loaded: conversationId === null ? { state: 'all' } : { state: 'loading', before: null },
    read: [],
    run: null,
    questions: [],
    queued: null,
    permissionMode: null,
    context: null,
    lastRequest: null,
    nextKey: 0,
  };
}

/** What says that a query is held until a plan's limit resets. */
export type WaitingItem = Extract<ThreadItem, { type: 'waiting' }>;

/** The reset of a plan's limit that its query waits for; null if none. */
export function resetAwaited({ items }: Pick<Thread, 'items'>): WaitingItem | null {
  return items.find((item): item is WaitingItem => item.type === 'waiting' && !item.isOver) ?? null;
}

/** Whether its query is held until a plan's limit resets. */
export function waitsForReset(thread: Pick<Thread, 'items'>): boolean {
  return resetAwaited(thread) !== null;
}

/** What stands beside the prompt: the mode of the query that runs, else what was chosen; null: as the settings say. */
export function modeOf({
  run,
  permissionMode,
}: Pick<Thread, 'run' | 'permissionMode'>): PermissionMode | null {
  return run?.nextMode ?? run?.mode ?? permissionMode;
}
