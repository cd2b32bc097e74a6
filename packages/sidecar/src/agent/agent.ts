import type {
  Conversation,
  ConversationChange,
  ConversationItem,
  ConversationPage,
  ConversationRequest,
  ConversationSummary,
  GivenAnswers,
  PermissionMode,
  QueryRequest,
  ReservedConversation,
  Rewind,
  RewindRequest,
} from '@postern/contract';
import type { Clock, DelegatedCredentials, Report } from '../credentials/index.ts';
import type { Attachments } from '../files/index.ts';
import type { Gateway } from '../gateway/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { OwnServers } from '../mcp/index.ts';
import type { Selection } from '../selection/index.ts';
import type { SettingsStore } from '../settings/index.ts';
import type { WorkspaceTrust } from '../trust/index.ts';
import type {
  AgentDocuments,
  AgentIsolation,
  AgentLimits,
  AgentLog,
  AgentSql,
  ChildRegistry,
  DenyRules,
  HistoryDatabase,
  OwnWorkspaceLook,
} from './child/index.ts';
import type { NumberedEvent } from './turn/index.ts';

/** Runs queries through the real Agent SDK program. The only importer of the SDK. */
export interface Agent {
  /**
   * Starts a query. What is known before it runs is thrown: InvalidRequestError `prompt_empty`, `workspace_not_found`, `workspace_unavailable`,
   * `attachment_not_found`, `conversation_not_found`, `conversation_busy`, `not_signed_in`, `reauthorization_required`;
   * TransientError `refresh_unavailable`; QueryFailure `agent_program_missing`, `no_working_credential`.
   */
  start(request: QueryRequest): Promise<{ readonly queryId: string }>;
  /**
   * Names a conversation before its first prompt, and has a program wait for it where one may: the prompt then finds it ready.
   * Nothing is written; one that is not used is forgotten.
   * @throws InvalidRequestError `workspace_not_found`, `workspace_unavailable`, `credential_not_found`
   */
  reserve(request: ConversationRequest): Promise<ReservedConversation>;
  /**
   * Every event after `afterId` (0: all), then live ones, ending after `result` or `error`. Several listeners may follow one query.
   * A query without a listener for 60 s is cancelled; an ended one is kept for 5 minutes.
   * @throws InvalidRequestError `query_not_found`
   */
  events(queryId: string, afterId: number, signal: AbortSignal): AsyncIterable<NumberedEvent>;
  /** @throws InvalidRequestError `query_not_found` */
  cancel(queryId: string): Promise<void>;
  /**
   * Another credential pays instead of waiting for a reset.
   * @throws InvalidRequestError `query_not_found`, `credential_not_found`, `credential_cannot_pay`: it goes on waiting
   */
  letPay(queryId: string, credentialId: string | null): Promise<void>;
  /** How much it may do without a question from now on. @throws InvalidRequestError `query_not_found` */
  changeMode(queryId: string, mode: PermissionMode): Promise<void>;
  /** Stops the command of a call that runs in the background; nothing where none does. @throws InvalidRequestError `query_not_found` */
  stopCommand(queryId: string, toolUseId: string): Promise<void>;
  /** @throws InvalidRequestError `request_not_found` */
  approve(requestId: string, decision: 'allow' | 'deny', remember: boolean): Promise<void>;
  /** Answers a question of the agent itself; null: the user does not. @throws InvalidRequestError `request_not_found`, `answer_does_not_fit` */
  answer(requestId: string, answers: GivenAnswers | null): Promise<void>;
  /** Conversations, the one last used first; with `search`, those in which it was said. */
  conversations(options: {
    readonly limit: number;
    readonly before: string | null;
    readonly search: string | null;
  }): Promise<ConversationPage>;
  /** @throws InvalidRequestError `conversation_not_found` */
  conversation(
    id: string,
    options: { readonly limit: number; readonly before: string | null },
  ): Promise<Conversation>;
  /** What a subagent did and said, by the call that started it. @throws InvalidRequestError `conversation_not_found` */
  subagent(id: string, toolUseId: string): Promise<ConversationItem[]>;
  /** @throws InvalidRequestError `conversation_not_found`, `conversation_busy` where it has not been written yet */
  changeConversation(id: string, change: ConversationChange): Promise<ConversationSummary>;
  /**
   * Removes it from this computer, with what the program keeps beside it and what the index has of it. One that was named and has had no turn is
   * forgotten, and its program may serve the next one.
   * @throws InvalidRequestError `conversation_not_found`, `conversation_busy`
   */
  deleteConversation(id: string): Promise<void>;
  /**
   * Puts the files that the agent's own tools changed since a prompt back to what they were before it, or says what that would do. Only inside
   * the workspace. Nothing is asked of the model.
   * @throws InvalidRequestError `conversation_not_found`, `conversation_busy`, `checkpoint_not_found`, `checkpoints_off`,
   * `rewind_outside_workspace`, `files_changed`; QueryFailure `rewind_failed`
   */
  rewind(id: string, request: RewindRequest): Promise<Rewind>;
  /** Whether it runs or has a history. Rejects where that cannot be found out. */
  hasConversation(id: string): Promise<boolean>;
  /**
   * Pre-warms a process for the most likely next conversation. Call it after a sign-in, a sign-out or a change of settings. Returns at
   * once and never throws.
   */
  prepare(): void;
  /** Where a conversation without a chosen folder would work. */
  ownWorkspace(): Promise<OwnWorkspaceLook>;
  /**
   * Settles once the rules that keep the agent out of the data directory are known to hold; every query waits for it.
   * @throws QueryFailure `unsafe_storage` where they do not, `agent_failed`, `agent_program_missing` where it cannot be found out
   */
  checkRules(): Promise<void>;
  /** Whether a query runs. */
  isBusy(): boolean;
  /** Ends every query and child. */
  close(): Promise<void>;
}

/** What the agent is built from. */
export interface AgentDeps {
  readonly gateway: Pick<Gateway, 'url' | 'openDoorway'>;
  readonly selection: Pick<Selection, 'openQuery' | 'choose' | 'candidates' | 'spending'>;
  readonly settings: SettingsStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Absolute; exists. */
  readonly dataDir: string;
  /** `POSTERN_CLAUDE_PROGRAM`; null: the one the SDK installed. */
  readonly programPath: string | null;
  /** Our own environment, of which an allow-list passes to the program. */
  readonly baseEnvironment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Notifies every window that a turn began or ended. */
  readonly report?: Report;
  /** Keep a spare program ready for the next new conversation. */
  readonly warm: boolean;
  readonly log: AgentLog;
  /** Sign-ins that other programs hold; default: none. */
  readonly delegated?: DelegatedCredentials;
  /** Where running children are recorded for the next start. */
  readonly children: ChildRegistry;
  /** Keeps what is known of the program's rules. */
  readonly documents: AgentDocuments;
  /** Keeps where conversations live. */
  readonly sql: AgentSql;
  /** Keeps the index of conversations. Opened with `historySchema`. */
  readonly history: HistoryDatabase;
  /** Files that were sent to Postern; each belongs to the conversations whose prompts name it. */
  readonly attachments?: Pick<Attachments, 'keepFor' | 'dropFor'>;
  /** Default: no folder is trusted. */
  readonly workspaceTrust?: Pick<WorkspaceTrust, 'load'>;
  /** The user’s MCP servers; default: none, and no folder’s is started. */
  readonly mcp?: Pick<OwnServers, 'definitions' | 'secret' | 'note' | 'access' | 'revision'>;
  /** How long a prompt waits for an MCP server’s first answer, in milliseconds. Default: 8,000. */
  readonly serverPatienceMs?: number;
  /** Added where the program signs in for itself. Tests point it at loopback with it; the product adds nothing. */
  readonly delegatedEnvironment?: Readonly<Record<string, string>>;
  /** Default: found out by trying, with the PATH of `baseEnvironment`. */
  readonly isolation?: AgentIsolation;
  /** Default: what the machine says. */
  readonly isMemoryShort?: () => Promise<boolean>;
  readonly limits?: Partial<AgentLimits>;
  /** Default: the real program is asked. */
  readonly denyRules?: DenyRules;
}
