import type {
  Conversation,
  ConversationItem,
  ConversationPage,
  ConversationSummary,
} from '@postern/contract';
import type { HistoryHome } from './reconcile-history.ts';
import type { PromptPlace } from './session-turns.ts';

/** Where conversations live. */
export interface HistoryPlaces {
  /** Every folder whose conversations are shown right now. */
  homes(): readonly HistoryHome[];
  /** The folder of one conversation; undefined if its sign-in is no longer known. */
  homeOf(id: string): Pick<HistoryHome, 'home' | 'configDir'> | undefined;
  /** Whether a working folder is one that Postern made for a conversation: it is not shown. */
  ownsWorkspace(path: string): boolean;
}

/** A place in the list: where a page begins, how long it is, and what is looked for. */
export interface ListRequest {
  readonly limit: number;
  readonly before: string | null;
  readonly search: string | null;
}

/** What a query knows of its conversation before the program has written it. */
export interface NotedTurn {
  readonly id: string;
  readonly workspace: string;
  readonly prompt: string;
  readonly atMs: number;
}

/** Conversations as they are listed, read, searched, renamed and removed. */
export interface ConversationHistory {
  /** A page, the one last used first. @throws InvalidRequestError `bad_request` for a `before` that no page had */
  list(request: ListRequest): Promise<ConversationPage>;
  /**
   * A page of one conversation, the newest first and in order within it.
   * @throws InvalidRequestError `conversation_not_found`, and `bad_request` for a `before` that no page had
   */
  items(
    id: string,
    options: { readonly limit: number; readonly before: string | null },
  ): Promise<Conversation>;
  /** @throws InvalidRequestError `conversation_not_found` */
  summary(id: string): Promise<ConversationSummary>;
  /** What a subagent did and said, by the call that started it; none where nothing was kept. @throws InvalidRequestError `conversation_not_found` */
  subagent(id: string, toolUseId: string): Promise<ConversationItem[]>;
  /**
   * Where a prompt stands in it, given by one sending of it or its query; null where it does not.
   * @throws InvalidRequestError `conversation_not_found`
   */
  promptPlace(id: string, promptId: string): Promise<PromptPlace | null>;
  /** Where a conversation works, or null where there is none. */
  find(id: string): Promise<{ readonly workspace: string | null } | null>;
  /** Whether a folder holds it, and something of it can be read; null where it is not there. */
  stateIn(configDir: string, id: string, workspace: string): Promise<'readable' | 'unreadable' | null>;
  /** A turn of it has begun. Never throws. */
  noteTurn(turn: NotedTurn): void;
  /** A turn of it is over: what was said is read soon. `isWhole`: the program keeps all that was shown. */
  noteEnd(id: string, isWhole: boolean): void;
  /** @throws InvalidRequestError `conversation_not_found` */
  rename(id: string, title: string): Promise<ConversationSummary>;
  /** Removes it from disk and from the index. @throws InvalidRequestError `conversation_not_found` */
  remove(id: string): Promise<void>;
  /** Compares the index with the files, in the background, unless that was done lately. Never throws. */
  reconcile(): void;
  close(): Promise<void>;
}
