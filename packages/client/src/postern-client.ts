import type {
  AppEvent,
  Approval,
  Attachment,
  Conversation,
  ConversationChange,
  ConversationItem,
  ConversationPage,
  ConversationRequest,
  ConversationSummary,
  CredentialView,
  Diagnostics,
  FolderList,
  Health,
  Lease,
  LeaseGrant,
  LeaseRequest,
  McpSecretRequest,
  McpServerList,
  McpSignIn,
  McpSignInRequest,
  McpSignInStarted,
  Page,
  PermissionMode,
  QueryEvent,
  QueryRequest,
  QuestionAnswer,
  Receipt,
  RefreshedUsage,
  ReservedConversation,
  Rewind,
  RewindRequest,
  Settings,
  SettingsPatch,
  Ticket,
  TimelineEntry,
  Usage,
  WorkspaceLook,
  WorkspaceTrustRequest,
} from '@postern/contract';
import { AnthropicAuthClient, type CallOptions } from './anthropic-auth-client.ts';
import { type AppEventOptions, appEvents } from './app-events.ts';
import { type ClaudeCodeClient, createClaudeCodeClient } from './claude-code-client.ts';
import { type ConnectionOptions, createConnection } from './connection.ts';
import { QueryFeed } from './query-feed.ts';
import { cancelQuery, followQuery, type QueryOptions, runQuery } from './run-query.ts';
import { createSandboxClient, type SandboxClient } from './sandbox-client.ts';

/** Which page of a list, newest first; `before` is the `next` of the page before. */
export interface PageOptions extends CallOptions {
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

/** A file with what it is called and its content type. */
export interface FileToAttach {
  readonly name: string;
  /** `image/png|jpeg|gif|webp`, `application/pdf` or `text/*`. */
  readonly type: string;
  readonly bytes: Blob | Uint8Array<ArrayBuffer>;
}

/** Every route of the sidecar, typed (docs/spec/contract.md#http-api). Every method throws `PosternError`. */
export interface PosternClient {
  readonly auth: AnthropicAuthClient;
  readonly claudeCode: ClaudeCodeClient;
  /** Scripts trouble; only in sandbox mode, 404 `not_found` otherwise. */
  readonly sandbox: SandboxClient;
  /** Needs no token. */
  health(options?: CallOptions): Promise<Health>;
  /** The one-time ticket of the window's address for the token of this launch. Needs no token. */
  session(ticket: string, options?: CallOptions): Promise<{ readonly token: string }>;
  /** An address for another window, good once and for 60 s. */
  ticket(options?: CallOptions): Promise<Ticket>;
  /** Stops the sidecar. */
  stop(options?: CallOptions): Promise<void>;
  settings(options?: CallOptions): Promise<Settings>;
  /** Changes what the patch names and gives the whole. @throws PosternError `invalid_setting` */
  updateSettings(patch: SettingsPatch, options?: CallOptions): Promise<Settings>;
  /** In the order they are tried. */
  credentials(options?: CallOptions): Promise<readonly CredentialView[]>;
  /** The one last used first. With `search`: those in which all these words were said, each with a `snippet` and its `marks`. */
  conversations(options?: PageOptions & { readonly search?: string | undefined }): Promise<ConversationPage>;
  /** An id for a conversation that has no prompt yet; its program is prepared. @throws PosternError `workspace_not_found` */
  reserveConversation(request: ConversationRequest, options?: CallOptions): Promise<ReservedConversation>;
  /** @throws PosternError `conversation_not_found` */
  conversation(id: string, options?: PageOptions): Promise<Conversation>;
  /** What a subagent did and said, by the call that started it. @throws PosternError `conversation_not_found` */
  subagent(id: string, toolUseId: string, options?: CallOptions): Promise<readonly ConversationItem[]>;
  /** Gives it another title. @throws PosternError `conversation_not_found` */
  changeConversation(
    id: string,
    change: ConversationChange,
    options?: CallOptions,
  ): Promise<ConversationSummary>;
  /**
   * Puts files back to what they were before a prompt; with `dryRun` says what that would do.
   * @throws PosternError `conversation_not_found`, `conversation_busy`, `checkpoint_not_found`, `checkpoints_off`, `rewind_outside_workspace`,
   * `files_changed`, `rewind_failed`
   */
  rewind(id: string, request: RewindRequest, options?: CallOptions): Promise<Rewind>;
  /** Removes it from this computer. It cannot be brought back. @throws PosternError `conversation_not_found`, `conversation_busy` */
  deleteConversation(id: string, options?: CallOptions): Promise<void>;
  /**
   * Keeps a file for a prompt; its `path` goes into `attachments` of the query. `type` is its content type.
   * @throws PosternError `attachment_type_unsupported`, `attachment_too_large`
   */
  attach(file: FileToAttach, options?: CallOptions): Promise<Attachment>;
  /** The folders in a folder; null: in the home folder. @throws PosternError `folder_not_found` */
  folders(path: string | null, options?: CallOptions): Promise<FolderList>;
  /** What in a folder would shape the agent. @throws PosternError `workspace_not_found`, `workspace_too_large` */
  workspace(path: string, options?: CallOptions): Promise<WorkspaceLook>;
  /** Trusts exactly that content; with a null hash takes it back. @throws PosternError `workspace_changed` */
  trustWorkspace(request: WorkspaceTrustRequest, options?: CallOptions): Promise<WorkspaceLook>;
  /** Your own MCP servers, how each stood when it was last used, and the names of their secrets. */
  mcpServers(options?: CallOptions): Promise<McpServerList>;
  /** Seals a secret that servers refer to by name; a null value removes it. @throws PosternError `invalid_setting`, `storage_full` */
  changeMcpSecret(request: McpSecretRequest, options?: CallOptions): Promise<McpServerList>;
  /** Begins a sign-in at an MCP server; the address is to be opened in a browser on this computer. */
  startMcpSignIn(name: string, request: McpSignInRequest, options?: CallOptions): Promise<McpSignInStarted>;
  /** How the sign-in at an MCP server stands. */
  mcpSignIn(name: string, request: McpSignInRequest, options?: CallOptions): Promise<McpSignIn>;
  /** Removes the tokens for an MCP server. */
  endMcpSignIn(name: string, request: McpSignInRequest, options?: CallOptions): Promise<McpSignIn>;
  /** A secret of its own for another program. @throws PosternError where nothing could pay for it now, under the reason */
  createLease(request: LeaseRequest, options?: CallOptions): Promise<LeaseGrant>;
  leases(options?: CallOptions): Promise<readonly Lease[]>;
  /** Ends it and its calls; what it cost is in the answer. @throws PosternError `not_found` */
  endLease(leaseId: string, options?: CallOptions): Promise<Lease>;
  usage(options?: CallOptions): Promise<Usage>;
  /**
   * Asks the program of each Claude Code account for its plan's windows: no prompt, no tokens, at most once in five minutes each.
   * @throws PosternError `not_signed_in`, `not_in_sandbox`
   */
  refreshUsage(options?: CallOptions): Promise<RefreshedUsage>;
  receipts(options?: PageOptions): Promise<Page<Receipt>>;
  timeline(options?: PageOptions): Promise<Page<TimelineEntry>>;
  /** With `tryCredentials`, each credential also makes one call that costs nothing. */
  diagnostics(options?: CallOptions & { readonly tryCredentials?: boolean }): Promise<Diagnostics>;
  /** Answers a question of a query. @throws PosternError `request_not_found` */
  approve(approval: Approval, options?: CallOptions): Promise<void>;
  /** Answers a question of the agent itself. @throws PosternError `request_not_found`, `answer_does_not_fit` */
  answer(answer: QuestionAnswer, options?: CallOptions): Promise<void>;
  /** See `runQuery`: each event once, over lost connections; leaving early or aborting cancels the query. */
  runQuery(request: QueryRequest, options?: QueryOptions): AsyncGenerator<QueryEvent, void, undefined>;
  /** @throws PosternError `query_not_found` */
  cancelQuery(queryId: string): Promise<void>;
  /** See `followQuery`: a query that runs elsewhere; leaving it does not stop it. */
  followQuery(queryId: string, signal: AbortSignal): AsyncGenerator<QueryEvent, void, undefined>;
  /** Another credential pays instead of waiting for a reset; without an id, whichever is next. @throws PosternError `query_not_found` */
  continueQuery(queryId: string, credential?: string): Promise<void>;
  /** How much a running query may do without a question from now on. @throws PosternError `query_not_found` */
  changeMode(queryId: string, permissionMode: PermissionMode): Promise<void>;
  /** Stops the command of a call that runs in the background. @throws PosternError `query_not_found` */
  stopCommand(queryId: string, toolUseId: string): Promise<void>;
  /** See `appEvents`: what changes, as it changes, until aborted. */
  events(options?: AppEventOptions): AsyncGenerator<AppEvent, void, undefined>;
}

/**
 * A client of one running sidecar, for browsers and Node. Nothing is sent before the first call.
 *
 * @example
 * ```ts
 * const postern = createPosternClient({ baseUrl, token });
 * for await (const { event, data } of postern.runQuery({ prompt: 'Say hello' })) {
 *   if (event === 'assistant_text') process.stdout.write(data.text);
 * }
 * ```
 * Whole, and compiled by the type check: examples/client.ts.
 */
export function createPosternClient(options: ConnectionOptions): PosternClient {
  const connection = createConnection(options);
  const feed = new QueryFeed(connection);
  const get = <T>(path: string, call: PageOptions & { search?: string | undefined } = {}): Promise<T> => {
    const { signal, ...query } = call;
    return connection.json({ method: 'GET', path, query, signal });
  };
  const post = <T>(path: string, body: unknown, call: CallOptions = {}): Promise<T> =>
    connection.json({ method: 'POST', path, body, signal: call.signal });
  const only = (call: CallOptions = {}) => ({ signal: call.signal });

  return {
    auth: new AnthropicAuthClient(options),
    claudeCode: createClaudeCodeClient(connection),
    sandbox: createSandboxClient(connection),
    health: (call) => get('/health', only(call)),
    session: (ticket, call) => post('/session', { ticket }, call),
    ticket: (call) => post('/session/ticket', {}, call),
    stop: async (call) => {
      await post('/stop', {}, call);
    },
    settings: (call) => get('/settings', only(call)),
    updateSettings: (patch, call) => post('/settings', patch, call),
    credentials: async (call) => (await get<Page<CredentialView>>('/credentials', only(call))).items,
    conversations: ({ before, limit, search, signal } = {}) =>
      get('/conversations', { before, limit, search, signal }),
    reserveConversation: (request, call) => post('/conversations', request, call),
    conversation: (id, call) => get(`/conversations/${encodeURIComponent(id)}`, paging(call)),
    subagent: async (id, toolUseId, call) => {
      const path = `/conversations/${encodeURIComponent(id)}/subagents/${encodeURIComponent(toolUseId)}`;
      return (await get<{ readonly items: readonly ConversationItem[] }>(path, only(call))).items;
    },
    changeConversation: (id, change, call) => post(`/conversations/${encodeURIComponent(id)}`, change, call),
    rewind: (id, request, call) => post(`/conversations/${encodeURIComponent(id)}/rewind`, request, call),
    deleteConversation: async (id, call) => {
      const path = `/conversations/${encodeURIComponent(id)}`;
      await connection.json({ method: 'DELETE', path, signal: call?.signal });
    },
    attach: ({ name, type, bytes }, call) =>
      connection.json({
        method: 'POST',
        path: '/attachments',
        query: { name },
        raw: { type, bytes },
        signal: call?.signal,
      }),
    folders: (path, call) =>
      connection.json({
        method: 'GET',
        path: '/folders',
        query: { path: path ?? undefined },
        signal: call?.signal,
      }),
    workspace: (path, call) =>
      connection.json({ method: 'GET', path: '/workspace', query: { path }, signal: call?.signal }),
    trustWorkspace: (request, call) => post('/workspace/trust', request, call),
    mcpServers: (call) => get('/mcp-servers', call),
    changeMcpSecret: (request, call) => post('/mcp-secrets', request, call),
    startMcpSignIn: (name, request, call) => post(`${mcpServerPath(name)}/sign-in`, request, call),
    mcpSignIn: (name, { workspace }, call) =>
      connection.json({
        method: 'GET',
        path: `${mcpServerPath(name)}/sign-in`,
        query: { workspace },
        signal: call?.signal,
      }),
    endMcpSignIn: (name, request, call) => post(`${mcpServerPath(name)}/sign-out`, request, call),
    createLease: (request, call) => post('/leases', request, call),
    leases: async (call) => (await get<Page<Lease>>('/leases', only(call))).items,
    endLease: (leaseId, call) => {
      const path = `/leases/${encodeURIComponent(leaseId)}`;
      return connection.json({ method: 'DELETE', path, signal: call?.signal });
    },
    usage: (call) => get('/usage', only(call)),
    refreshUsage: (call) => post('/usage/refresh', {}, call),
    receipts: (call) => get('/receipts', paging(call)),
    timeline: (call) => get('/timeline', paging(call)),
    diagnostics: ({ tryCredentials, signal } = {}) =>
      connection.json({
        method: 'GET',
        path: '/diagnostics',
        query: { tryCredentials: tryCredentials === true ? 1 : undefined },
        signal,
      }),
    approve: async (approval, call) => {
      await post('/approve', approval, call);
    },
    answer: async (answer, call) => {
      await post('/answer', answer, call);
    },
    // Where it is to say that the sidecar hangs, it has a connection of its own.
    runQuery: (request, call) =>
      runQuery(connection, request, call, call?.onHang === undefined ? feed : null),
    cancelQuery: (queryId) => cancelQuery(connection, queryId),
    followQuery: (queryId, signal) => followQuery(connection, queryId, signal, feed),
    continueQuery: async (queryId, credential) => {
      const body = credential === undefined ? {} : { credential };
      await post(`/query/${encodeURIComponent(queryId)}/continue`, body, undefined);
    },
    changeMode: async (queryId, permissionMode) => {
      await post(`/query/${encodeURIComponent(queryId)}/mode`, { permissionMode }, undefined);
    },
    stopCommand: async (queryId, toolUseId) => {
      await post(`/query/${encodeURIComponent(queryId)}/stop-command`, { toolUseId }, undefined);
    },
    events: (call) => appEvents(connection, call, call?.queries === true ? feed : null),
  };
}

function paging({ before, limit, signal }: PageOptions = {}): PageOptions {
  return { before, limit, signal };
}

function mcpServerPath(name: string): string {
  return `/mcp-servers/${encodeURIComponent(name)}`;
}
