import { z } from 'zod';
import { questionRequestSchema } from './agent-question.ts';
import { credentialRefSchema, instantSchema } from './credential.ts';
import { fallbackRequestSchema } from './fallback-request.ts';
import { receiptSchema } from './ledger.ts';
import { longestPrompt } from './longest-prompt.ts';
import { editorServersSchema, mcpServerEventSchema } from './mcp-server.ts';
import { mostAttachments } from './most-attachments.ts';
import { modelNameSchema } from './open-text.ts';
import { receiptPartSchema, tokenUsageSchema } from './receipt-part.ts';
import { credentialIdSchema, permissionModeSchema } from './settings.ts';
import { toolCallDescriptionSchema, toolCautionSchema } from './tool-call.ts';
import { diffSchema, toolResultShape } from './tool-result.ts';
import { workspaceOfQuerySchema } from './workspace.ts';

/** `POST /query`. `workspace` and attachment paths are absolute. */
export const queryRequestSchema = z
  .strictObject({
    prompt: z.string().max(longestPrompt),
    conversationId: z.uuid().optional(),
    workspace: z.string().min(1).max(4096).optional(),
    model: modelNameSchema.optional(),
    /** How much it may do without a question; default: the settings'. */
    permissionMode: permissionModeSchema.optional(),
    /** The credential that is tried first; default: the workspace's, then the order of the settings. Fallback stays as it is set. */
    credential: credentialIdSchema.optional(),
    /** Ends the query where nothing has come from the service for this long; default 600. Time in tools and questions does not count. */
    maxSilenceSeconds: z.int().min(10).max(3600).optional(),
    /** What this query may cost at most, US dollars, beside the caps in the settings. */
    capUsd: z.number().min(0).max(100_000).optional(),
    /** What happens in this query where a plan is used up; left out: what the settings say. */
    onLimit: z.enum(['wait', 'fallback', 'stop']).optional(),
    /** Whether a prompt that begins with `/` may call a command of the trusted workspace. Left out: it is text, as what is pasted or piped. */
    commands: z.boolean().optional(),
    /** Of the editor that asks; started only where the folder is trusted. */
    mcpServers: editorServersSchema.optional(),
    attachments: z
      .array(z.strictObject({ path: z.string().min(1).max(4096) }))
      .max(mostAttachments)
      .optional(),
  })
  .meta({ id: 'QueryRequest' });
export type QueryRequest = z.infer<typeof queryRequestSchema>;

/** `POST /conversations`: the folder that the conversation will work in, and what with. */
export const conversationRequestSchema = queryRequestSchema
  .pick({ workspace: true, model: true, permissionMode: true, credential: true, mcpServers: true })
  .required({ workspace: true })
  .meta({ id: 'ConversationRequest' });
export type ConversationRequest = z.infer<typeof conversationRequestSchema>;

/** A conversation that has no prompt yet; `workspace` is the real path. */
export const reservedConversationSchema = z
  .object({ conversationId: z.uuid(), workspace: z.string() })
  .meta({ id: 'ReservedConversation' });
export type ReservedConversation = z.infer<typeof reservedConversationSchema>;

/** Every event of a query's stream by name (docs/spec/contract.md#queries). */
export const queryEventSchemas = {
  started: z.object({
    queryId: z.string(),
    conversationId: z.string(),
    credential: credentialRefSchema,
    workspace: workspaceOfQuerySchema.optional(),
    /** How much it may do without a question; `permission_mode_changed` says what it is from then on. */
    permissionMode: permissionModeSchema.optional(),
  }),
  /** Too many run at once: it waits. 1 is next, 0 begins now; only where it has to wait, after `started`, whenever its place changes. */
  queued: z.object({ place: z.int().min(0) }),
  /** `count` events before the next one were dropped from the log of a long turn. */
  events_skipped: z.object({ count: z.int().min(1) }),
  assistant_text: z.object({ text: z.string() }),
  thinking: z.object({ text: z.string() }),
  /** The model's safeguards stopped what was said since the last tool or the beginning: it is no answer. Another try may follow. */
  answer_withheld: z.object({ reason: z.literal('refusal') }),
  /** Nothing has come from the service for so long; again after each further minute. */
  silence: z.object({ seconds: z.int(), endsAtSeconds: z.int() }),
  /** The conversation cannot be saved: what is said from here on may be missing in the history. `reason`: the system's word, such as `ENOSPC`. */
  history_not_saved: z.object({ reason: z.string() }),
  /** An MCP server does not work: after `started`, or whenever it fails. The query goes on without its tools. */
  mcp_server: mcpServerEventSchema,
  tool_use: z.object({
    toolUseId: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    /** The call of the subagent that does it; none where it is the agent itself. */
    parentToolUseId: z.string().optional(),
  }),
  /** What a subagent said: its report to the agent, no part of the answer. */
  subagent_text: z.object({ parentToolUseId: z.string(), text: z.string() }),
  /** What was said before was summarized for the model, to make space in its context. */
  compacted: z.object({
    trigger: z.enum(['manual', 'auto']),
    beforeTokens: z.int().min(0),
    afterTokens: z.int().min(0).optional(),
  }),
  tool_result: z.object(toolResultShape),
  /**
   * A call whose command runs on in the background, and how that ended. The query goes on until it has: nothing of it runs while no query does.
   * `POST /query/:id/stop-command` stops one.
   */
  background_command: z.object({
    toolUseId: z.string(),
    state: z.enum(['running', 'completed', 'failed', 'stopped']),
  }),
  /** What it has printed since the last such event; where it printed too much in between, only the end of it. */
  background_output: z.object({
    toolUseId: z.string(),
    text: z.string(),
    skippedBytes: z.int().min(1).optional(),
  }),
  permission_request: z.object({
    requestId: z.string(),
    toolName: z.string(),
    input: z.record(z.string(), z.unknown()),
    /** The real place: links resolved, absolute. It is where the tool acts, whatever the input called it. */
    path: z.string().optional(),
    /** Whether that place is outside the workspace. */
    outside: z.boolean().optional(),
    /** The whole difference; none where it could not be made. */
    diff: diffSchema.optional(),
    /** The input in words and whole, for a screen that shows the question; `describeToolCall(toolName, input)` where it is left out. */
    call: toolCallDescriptionSchema.optional(),
    cautions: z.array(toolCautionSchema).optional(),
    /** What `remember` would keep: the rule, and the same in words. Null where this call is asked for each time. */
    remember: z.object({ rule: z.string(), words: z.string() }).nullable().optional(),
    /** Null: it holds no request upstream, and waits for the user. */
    expiresAt: instantSchema.nullable(),
  }),
  /** The agent, or an MCP server it uses, asks the user something: `POST /answer` answers it, and `permission_resolution` says that it is over. */
  question_request: questionRequestSchema,
  permission_resolution: z.object({ requestId: z.string(), decision: z.enum(['allow', 'deny']) }),
  fallback_request: fallbackRequestSchema,
  credential_switched: z.object({ from: credentialRefSchema, to: credentialRefSchema, reason: z.string() }),
  /**
   * The program itself switched to another model after the first refused: this turn is answered, and priced, by that one. The next query
   * of the conversation asks for the chosen one again.
   */
  model_changed: z.object({ from: z.string(), to: z.string(), reason: z.string() }),
  /** From here on the agent asks by this, until the query ends: the user chose it (`POST /query/:id/mode`), or let it carry out its plan. */
  permission_mode_changed: z.object({
    from: permissionModeSchema,
    to: permissionModeSchema,
    reason: z.enum(['user', 'plan_approved']),
  }),
  /** A plan is used up, and the request is held until its window resets, at most until then. `POST /query/:id/continue` lets another pay. */
  waiting: z.object({ until: instantSchema, window: z.string() }),
  /** It goes on. */
  resumed: z.object({}),
  usage_limit: z.object({ window: z.string(), resetsAt: instantSchema.nullable(), status: z.string() }),
  result: z.object({
    stopReason: z.string(),
    usage: tokenUsageSchema,
    costUsd: z.number(),
    receiptId: z.string(),
    durationMs: z.int(),
    /** How much of the model's context the conversation takes now; none where that is not known. */
    context: z.object({ usedTokens: z.int().min(0), windowTokens: z.int().min(1) }).optional(),
    /** Who paid what; the parts add up to `usage` and `costUsd`. None where the gateway saw no call. */
    parts: z.array(receiptPartSchema).optional(),
  }),
  error: z.object({
    code: z.string(),
    title: z.string(),
    /** What is particular to this time, the service's own words among it; else the next step. */
    detail: z.string(),
    retryable: z.boolean(),
    /** What to do, where `detail` is something else. */
    nextStep: z.string().optional(),
    /** When it is worth sending again, where the service said so. */
    retryAt: instantSchema.optional(),
    /** False: what was shown of the answer is neither in the history nor known to the model. */
    kept: z.boolean().optional(),
    /** What was paid until then, and by whom; absent where nothing was. */
    receipt: receiptSchema.optional(),
  }),
} as const;

export type QueryEventName = keyof typeof queryEventSchemas;

/** One event of a query: `event` is the SSE event name, `data` its JSON. */
export type QueryEvent = {
  [Name in QueryEventName]: {
    readonly event: Name;
    readonly data: z.infer<(typeof queryEventSchemas)[Name]>;
  };
}[QueryEventName];

/** `POST /query/:id/continue`: another credential pays instead of waiting for a reset; without one, whichever is next. */
export const continueSchema = z
  .strictObject({ credential: z.string().min(1).max(100).optional() })
  .meta({ id: 'Continue' });

/** `POST /query/:id/mode`: how much a running query may do without a question from now on. */
export const queryModeSchema = z
  .strictObject({ permissionMode: permissionModeSchema })
  .meta({ id: 'QueryMode' });

/** `POST /query/:id/stop-command`: the call whose command is stopped. */
export const stopCommandSchema = z
  .strictObject({ toolUseId: z.string().min(1).max(200) })
  .meta({ id: 'StopCommand' });

/** `POST /approve`: answers a `permission_request` or a `fallback_request`. */
export const approvalSchema = z
  .strictObject({
    requestId: z.string().min(1).max(200),
    decision: z.enum(['allow', 'deny']),
    remember: z.boolean().optional(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approvalSchema>;
